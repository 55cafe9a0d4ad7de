"""Seeing through a camera: asked for about one matter, decided by somebody else, for minutes, each look recorded."""

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.safecity.events import CameraSeen, VideoAsked, VideoDecided
from tongban.applications.safecity.models import Camera, VideoLook, VideoRequest
from tongban.applications.safecity.services.cameras import CameraNotInUse
from tongban.applications.safecity.services.terms import terms
from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, NotAllowed, Refusal
from tongban.platform.identity import services as identity

ASK, APPROVE = "safecity.ask_video", "safecity.approve_video"
TOKEN_LENGTH = 40


class NoStream(Refusal):
    message = gettext_lazy("The register names no stream of this camera.")


class AskerDecides(Refusal):
    status = 403
    message = gettext_lazy("Somebody else has to decide about what you asked for.")


class VideoDecidedAlready(Conflict):
    message = gettext_lazy("Somebody decided about this request already.")


class VideoTimeOver(Refusal):
    message = gettext_lazy("The time for which this video was approved is over. Ask anew if you still need it.")


class VideoLink(NamedTuple):
    """What a one-time address leads to: the stream, and until when it may be looked at."""

    request: VideoRequest
    stream: str


@transaction.atomic
def ask_video(*, actor: Actor, camera: Camera, matter: str, purpose: str, minutes: int) -> VideoRequest:
    """Ask to see through a camera. Raises NotAllowed, CameraNotInUse, NoStream, Invalid."""
    actor.must_hold(ASK, department=camera.department_id, area=camera.area)
    if actor.account is None:
        raise NotAllowed()
    if not camera.in_term(clock.today()):
        raise CameraNotInUse()
    if not camera.video:
        raise NoStream()
    most = terms().video_minutes
    wrong = {
        "matter": "" if matter.strip() else _("Name the incident, case or alarm that this is about."),
        "purpose": "" if purpose.strip() else _("Say what you look for."),
        "minutes": "" if 1 <= minutes <= most else _("A video is given for 1 to %(most)s minutes.") % {"most": most},
    }
    if errors := {name: [sentence] for name, sentence in wrong.items() if sentence}:
        raise Invalid(errors)
    request = VideoRequest.objects.create(
        camera=camera,
        department=camera.department,
        area=camera.area,
        matter=matter.strip(),
        purpose=purpose.strip(),
        minutes=minutes,
        asked_by_id=actor.account,
        asker=actor.name,
        asked_at=clock.now(),
    )
    told = VideoAsked(request.pk, camera.pk, request.matter)
    journal.write(told, by=actor, subject=f"videorequest:{request.pk}", reason=request.purpose)
    return request


@transaction.atomic
def decide_video(*, actor: Actor, request: VideoRequest, granted: bool, words: str = "") -> VideoRequest:
    """Decide about somebody else's request; a yes begins its minutes at once.

    Raises NotAllowed, AskerDecides, VideoDecidedAlready, CameraNotInUse, Invalid.
    """
    actor.must_hold(APPROVE, department=request.department_id, area=request.area)
    found = VideoRequest.objects.select_for_update(of=("self",)).select_related("camera").get(pk=request.pk)
    if actor.account is None or actor.account == found.asked_by_id or found.asked_by_id in actor.colleagues:
        raise AskerDecides()
    if found.state != VideoRequest.State.ASKED:
        raise VideoDecidedAlready()
    now = clock.now()
    if granted and not found.camera.in_term(clock.today()):
        raise CameraNotInUse()
    if not granted and not words.strip():
        raise Invalid({"words": [_("Say why not.")]})
    found.state = VideoRequest.State.APPROVED if granted else VideoRequest.State.REFUSED
    found.decided_by_id, found.decider, found.decided_at = actor.account, actor.name, now
    found.words = words.strip()
    found.opens_until = now + timedelta(minutes=found.minutes) if granted else None
    found.save()
    journal.write(VideoDecided(found.pk, granted), by=actor, subject=f"videorequest:{found.pk}", reason=found.words)
    return found


@transaction.atomic
def make_link(*, actor: Actor, request: VideoRequest) -> str:
    """Return a word for one opening, for whoever asked; the one made before is void.

    Raises NotFound, VideoTimeOver, CameraNotInUse.
    """
    found = VideoRequest.objects.select_for_update(of=("self",)).select_related("camera").get(pk=request.pk)
    if actor.account is None or found.asked_by_id != actor.account:
        raise identity.not_found(actor, "video", found.uid)
    if not found.is_open(clock.now()):
        raise VideoTimeOver()
    if not found.camera.in_term(clock.today()):
        raise CameraNotInUse()
    token = ids.token(TOKEN_LENGTH)
    found.token_digest = crypto.digest_of(token)
    found.save()
    return token


@transaction.atomic
def look(*, actor: Actor, token: str) -> VideoLink:
    """Open a one-time link: it is void afterwards, and the look is on record.

    Raises NotFound for one that is no longer good or somebody else's, VideoTimeOver, CameraNotInUse.
    """
    digest = crypto.digest_of(token)
    requests = VideoRequest.objects.select_for_update(of=("self",)).select_related("camera")
    found = requests.filter(token_digest=digest).first()
    if found is None or actor.account is None or found.asked_by_id != actor.account:
        raise identity.not_found(actor, "video link", "one-time")
    if not found.is_open(clock.now()):
        raise VideoTimeOver()
    if not found.camera.in_term(clock.today()):
        raise CameraNotInUse()
    found.token_digest = ""
    found.save()
    VideoLook.objects.create(
        request=found,
        department_id=found.department_id,
        area=found.area,
        account_id=actor.account,
        name=actor.name,
        at=clock.now(),
    )
    told = CameraSeen(found.pk, found.camera_id, found.matter)
    journal.write(told, by=actor, subject=f"camera:{found.camera_id}", reason=found.purpose)
    return VideoLink(found, found.camera.video)
