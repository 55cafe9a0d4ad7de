"""What everybody may read of a request, and what an official reads of who made it."""

from collections.abc import Collection
from typing import NamedTuple, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, text
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotFound, Refusal
from tongban.platform.requests.events import RequestContactRead, RequestPublished
from tongban.platform.requests.models import PublicRequest, RequestFile
from tongban.platform.requests.services import moving, wording
from tongban.platform.requests.services.receiving import MAX_WORDS


class WishedConfidential(Refusal):
    message = _("Who made this request wants it to be confidential.")


class ContactWithoutPurpose(Refusal):
    status, field = 422, "purpose"
    message = _("Write down what you need this for; it is recorded.")


class RequestContact(NamedTuple):
    """How to reach somebody."""

    name: str
    phone: str
    email: str


@transaction.atomic
def publish(
    *, actor: Actor, request: PublicRequest, words: str, photos: Collection[str] = (), revision: int | None = None
) -> PublicRequest:
    """Show everybody these words, in which personal data was blacked out, and these photographs without their data.

    words    "" takes back what was shown; photos: uids of documents
    Raises NotAllowed, WishedConfidential, Invalid, Conflict.
    """
    request = moving.lock(request, revision)
    actor.must_hold("requests.receive", department=request.office_id, area=request.area)
    if not request.public:
        raise WishedConfidential()
    words = text.prose(words, lines=True)
    if len(words) > MAX_WORDS:
        raise Invalid({"words": [_("Write at most %(most)s characters.") % {"most": MAX_WORDS}]})
    request.published_words, request.published_at = words, clock.now() if words else None
    request.revision += 1
    request.save()
    wanted = set(photos) if words else set()
    for row in RequestFile.objects.of(request):
        if row.shown != (str(row.document.uid) in wanted):
            row.shown = not row.shown
            row.save(update_fields=["shown"])
    journal.write(RequestPublished(request.pk, bool(words)), by=actor, subject=request.subject)
    return request


@transaction.atomic
def read_contact(*, actor: Actor, request: PublicRequest, purpose: str) -> RequestContact:
    """Return how to reach who made a request; that it was read is recorded, and shown to them where they are known.

    Raises NotFound (nobody is known, or not theirs to see), ContactWithoutPurpose.
    """
    found = PublicRequest.objects.visible_to(actor).with_names().filter(pk=request.pk).first()
    if found is None or not (found.party or found.contact):
        raise NotFound()
    purpose = text.prose(purpose)
    if not purpose:
        raise ContactWithoutPurpose()
    of = [found.party.pk] if found.party else []
    journal.write_reading(RequestContactRead(found.pk), by=actor, of=of, subject=found.subject, reason=purpose)
    if found.party:
        return RequestContact(found.party.name, found.party.phone, found.party.email)
    said = cast(dict[str, str], found.contact or {})
    return RequestContact(said.get("name", ""), said.get("phone", ""), said.get("email", ""))


class PublicView(NamedTuple):
    """What everybody may know of a request: nobody's name, and no words but those that an office published."""

    number: str
    what: str
    kind: str
    state: str
    words: str
    answer: str
    area: str
    supporters: int


def public_view(request: PublicRequest) -> PublicView:
    """Return what everybody may know of a request that its person wants public."""
    shown = request.published_at is not None
    return PublicView(
        number=request.number,
        what=wording.category_of(request) or wording.kind_of(request),
        kind=wording.kind_of(request),
        state=wording.state_of(request),
        words=request.published_words if shown else "",
        answer=request.answer if shown else "",
        area=request.area,
        supporters=request.supporters,
    )
