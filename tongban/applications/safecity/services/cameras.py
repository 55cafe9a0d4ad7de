"""The register of cameras: each with purpose, basis, sign, retention and term."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongban.applications.safecity.events import CameraEnded, CameraRegistered
from tongban.applications.safecity.models import Camera, SipDevice
from tongban.applications.safecity.services.terms import terms
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, Refusal
from tongban.platform.identity.models import Department
from tongban.platform.requests import services as requests

MANAGE = "safecity.manage"


class CameraNumberTaken(Conflict):
    field = "number"
    message = gettext_lazy("Another camera has this number.")


class CameraNotInUse(Refusal):
    message = gettext_lazy("The term of this camera is over. It gives no picture before it is registered anew.")


@dataclass(frozen=True)
class CameraEntry:
    """What the register says of a camera; see `models.Camera`. device: number of 20 figures, "" for none."""

    number: str
    name: str
    department: Department
    address: str
    operator: str
    purpose: str
    legal_basis: str
    sign: str
    sign_seen_on: date
    retention_days: int
    valid_from: date
    valid_until: date
    area: str = ""
    latitude: float | None = None
    longitude: float | None = None
    video: str = ""
    device: str = ""
    sip_channel: str = ""


@transaction.atomic
def register_camera(*, actor: Actor, entry: CameraEntry, camera: Camera | None = None) -> Camera:
    """Enter a camera, or enter anew one that is there: the same again changes nothing.

    Raises NotAllowed, Invalid, CameraNumberTaken.
    """
    actor.must_hold(MANAGE, department=entry.department.pk, area=entry.area)
    if camera:
        actor.must_hold(MANAGE, department=camera.department_id, area=camera.area)
        camera = Camera.objects.select_for_update(of=("self",)).get(pk=camera.pk)
    device = SipDevice.objects.numbered(entry.device) if entry.device else None
    if wrong := {name: [sentence] for name, sentence in _faults(entry, device).items() if sentence}:
        raise Invalid(wrong)
    told = {name: getattr(entry, name) for name in _plain()} | {"device": device, "ended_on": None}
    found = camera or Camera(number=entry.number)
    if camera and all(getattr(camera, name) == value for name, value in told.items()):
        return camera
    for name, value in told.items():
        setattr(found, name, value)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise CameraNumberTaken() from error
    journal.write(CameraRegistered(found.pk, found.number), by=actor, subject=f"camera:{found.pk}")
    return found


@transaction.atomic
def end_camera(*, actor: Actor, camera: Camera, reason: str) -> Camera:
    """Take a camera out of use; again changes nothing. Raises NotAllowed, Invalid."""
    actor.must_hold(MANAGE, department=camera.department_id, area=camera.area)
    if not reason.strip():
        raise Invalid({"reason": [_("Say why this camera is used no more.")]})
    found: Camera = Camera.objects.select_for_update(of=("self",)).get(pk=camera.pk)
    if found.ended_on is None:
        found.ended_on = clock.today()
        found.save()
        journal.write(CameraEnded(found.pk), by=actor, subject=f"camera:{found.pk}", reason=reason.strip()[:200])
    return found


def ask_about(*, actor: Actor, camera: Camera, words: str, contact: Mapping[str, str]) -> requests.ReceivedRequest:
    """Let anybody ask the office in charge about a camera; it becomes a request with its number and code.

    Raises Invalid, TooManyAttempts.
    """
    order = requests.RequestOrder(
        office=camera.department,
        kind="consultation",
        words=words,
        title=_("About the camera “%(name)s”") % {"name": camera.name},
        about=f"camera:{camera.pk}",
        place=requests.RequestPlace(area=camera.area, address=camera.address),
        contact=dict(contact),
    )
    return requests.receive(actor=actor, order=order)


def _plain() -> list[str]:
    return [one.name for one in fields(CameraEntry) if one.name != "device"]


def _faults(entry: CameraEntry, device: SipDevice | None) -> dict[str, Any]:
    """Say what is wrong with an entry, by field."""
    now = terms()
    least, most = now.camera_retention_days
    days = (entry.valid_until - entry.valid_from).days
    return {
        "purpose": "" if entry.purpose.strip() else _("Say what the camera is for."),
        "legal_basis": "" if entry.legal_basis.strip() else _("Name the provision or decision that allows it."),
        "sign": "" if entry.sign.strip() else _("Say what the sign reads that people see before they pass."),
        "sign_seen_on": "" if entry.sign_seen_on <= clock.today() else _("This day has not come yet."),
        "retention_days": ""
        if least <= entry.retention_days <= most
        else _("Pictures are kept between %(least)s and %(most)s days.") % {"least": least, "most": most},
        "valid_until": _("The last day lies before the first.")
        if days < 0
        else ngettext("A term has at most %(days)s day.", "A term has at most %(days)s days.", now.camera_term_days)
        % {"days": now.camera_term_days}
        if days > now.camera_term_days
        else "",
        "latitude": ""
        if (entry.latitude is None) == (entry.longitude is None)
        else _("A position has both a latitude and a longitude."),
        "device": "" if device or not entry.device else _("No device has this number."),
        "video": ""
        if not entry.video or entry.video.startswith(("https://", "rtsp://", "rtsps://"))
        else _("The address of a stream begins with https:// or rtsp://."),
    }


def system_registers(entry: CameraEntry) -> Camera:
    """Enter a camera by its number for the house itself; again changes nothing."""
    return register_camera(actor=SYSTEM, entry=entry, camera=Camera.objects.filter(number=entry.number).first())
