"""Take in what somebody says: number, follow-up code, photographs, last day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids, text
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import services as deadlines
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party
from tongban.platform.requests.events import RequestReceived
from tongban.platform.requests.models import PublicRequest, RequestAction, RequestFile
from tongban.platform.requests.rules import positions
from tongban.platform.requests.services.wording import terms

MAX_WORDS = 2000
MAX_TITLE = 60
MAX_ADDRESS = 200
CODE_LENGTH = 10
GUESSABLE = 32
MEGABYTE = 1024 * 1024

POSITIONS = {
    "half": _("A position needs latitude and longitude."),
    "system": _("Say in which coordinate system the position was measured."),
    "range": _("This position is not on the earth."),
}


class TooManyPhotos(Refusal):
    status, field = 422, "photos"
    message = _("Send at most %(most)s photographs with one request.")


class RequestPlace(NamedTuple):
    """Where it is: division code, position with the system it was measured in, and in words."""

    area: str = ""
    latitude: float | None = None
    longitude: float | None = None
    crs: str = "WGS84"
    address: str = ""


@dataclass(frozen=True)
class RequestOrder:
    """What somebody says, and how.

    office      who receives it; kind, channel: keys of the terms; codes, category: a code list and an entry of it
    title       in a line, "" for none; about: what it is about besides, "case:12"
    contact     name, phone, email of whoever is no party; empty for nobody, who has the code alone
    anonymous   the sender's account is not kept with it
    public      everybody may see what it is about and where
    said_at     when it was said, where that was before now; key: the same again from the same sender is the first one
    """

    office: Department
    kind: str
    words: str
    channel: str = "web"
    system: str = ""
    codes: str = ""
    category: str = ""
    title: str = ""
    about: str = ""
    place: RequestPlace = field(default_factory=RequestPlace)
    contact: dict[str, str] = field(default_factory=dict)
    anonymous: bool = False
    public: bool = False
    said_at: datetime | None = None
    key: str = ""


class ReceivedRequest(NamedTuple):
    """A request and its follow-up code, which is known at this moment only. again: it had been sent before."""

    request: PublicRequest
    code: str
    again: bool = False


def receive(*, actor: Actor, order: RequestOrder, photos: Sequence[Any] = ()) -> ReceivedRequest:
    """Take a request in. The same key from the same sender again returns the first one with the same code.

    photos   uploads: checked by content, kept before the request is
    Raises Invalid, TooManyPhotos, TooManyAttempts, what storage.put raises.
    """
    key = _key(actor, order.key)
    if first := _first(key):
        return first
    order = _clean(order)
    if len(photos) > settings.REQUESTS_MAX_PHOTOS:
        raise TooManyPhotos(most=settings.REQUESTS_MAX_PHOTOS)
    if actor.kind in {"anonymous", "person"}:
        identity.throttle("request", actor.address if not actor.account else f"account {actor.account}")
    kept = [keep_photo(actor, order, photo) for photo in photos]
    try:
        return _keep(actor, order, key, kept)
    except IntegrityError:
        if first := _first(key):  # the same was sent twice at one moment
            return first
        raise


def code_matches(request: PublicRequest, code: str) -> bool:
    """Say whether this is the follow-up code of a request."""
    return bool(code) and request.code_digest == _digest(request.number, text.compact(code).upper())


def keep_photo(actor: Actor, order: RequestOrder, photo: Any, *, origin: str = "uploaded") -> Document:
    """Keep a photograph that belongs to no account where the sender wants to stay unknown."""
    bringer = Actor("anonymous", channel=actor.channel) if order.anonymous else actor
    return documents.attach(
        actor=bringer,
        owner=None,
        kind="request-photo",
        title=str(_("Photograph of a request")),
        file=photo,
        accept=("jpg", "png"),
        max_bytes=settings.REQUESTS_MAX_PHOTO_MB * MEGABYTE,
        origin=origin,
    )


@transaction.atomic
def _keep(actor: Actor, order: RequestOrder, key: str | None, photos: Sequence[Document]) -> ReceivedRequest:
    now = clock.now()
    number = f"{timezone.localtime(now):%y%m%d}{ids.token(7)}"
    code = _derived(key) if key else ids.token(CODE_LENGTH)
    known = None if order.anonymous else actor.represents_fully
    days = terms().kinds[order.kind].days
    request = PublicRequest.objects.create(
        number=number,
        code_digest=_digest(number, code),
        key=key,
        system=order.system,
        about=order.about,
        channel=order.channel,
        kind=order.kind,
        codes=order.codes,
        category=order.category,
        title=order.title,
        words=order.words,
        area=order.place.area or order.office.area,
        latitude=order.place.latitude,
        longitude=order.place.longitude,
        crs=order.place.crs if order.place.latitude is not None else "",
        address=order.place.address,
        party=Party.objects.get(pk=known) if known else None,
        contact=cast(Any, order.contact or None),
        public=order.public,
        office=order.office,
        said_at=min(order.said_at or now, now),
        received_at=now,
        due_on=deadlines.last_day(clock.today(), days, deadlines.WORKDAY, codes.calendar()),
    )
    RequestFile.objects.bulk_create(
        RequestFile(request=request, code="photo", document=photo, added_at=now) for photo in photos
    )
    by = Actor("anonymous", channel=actor.channel) if order.anonymous else actor
    RequestAction.objects.create(
        request=request, step="receive", state="received", at=now, account=by.account, office=order.office, told=True
    )
    event = RequestReceived(request.pk, request.system, request.kind, request.category, request.channel)
    journal.write(event, by=by, subject=request.subject)
    return ReceivedRequest(request, code)


def _clean(order: RequestOrder) -> RequestOrder:
    """Return the order with its texts cleaned. Raises Invalid, with all that is wrong by field."""
    now = terms()
    words, title = text.prose(order.words, lines=True), text.prose(order.title)
    address = text.prose(order.place.address)
    wrong = positions.fault(order.place.latitude, order.place.longitude, order.place.crs)
    found = {
        "words": _words(words),
        "title": _("Write at most %(most)s characters.") % {"most": MAX_TITLE} if len(title) > MAX_TITLE else "",
        "kind": "" if order.kind in now.kinds else _("Choose what kind of request this is."),
        "channel": "" if order.channel in now.channels else _("This channel is not known."),
        "category": _category(order),
        "address": _("Write at most %(most)s characters.") % {"most": MAX_ADDRESS}
        if len(address) > MAX_ADDRESS
        else "",
        "position": POSITIONS.get(wrong, ""),
    }
    if errors := {name: [sentence] for name, sentence in found.items() if sentence}:
        raise Invalid(errors)
    place = order.place._replace(address=address)
    contact = {name: text.prose(value)[:120] for name, value in order.contact.items() if value and value.strip()}
    return RequestOrder(**{**order.__dict__, "words": words, "title": title, "place": place, "contact": contact})


def _words(words: str) -> Any:
    if not words:
        return _("Write down what it is about.")
    if len(words) > MAX_WORDS:
        return _("Write at most %(most)s characters.") % {"most": MAX_WORDS}
    return ""


def _category(order: RequestOrder) -> Any:
    if not order.codes:
        return ""
    if order.category not in dict(codes.options(order.codes)):
        return _("Choose what it is about.")
    return ""


def _first(key: str | None) -> ReceivedRequest | None:
    request = PublicRequest.objects.with_key(key) if key else None
    return ReceivedRequest(request, _derived(str(key)), again=True) if request else None


def _key(actor: Actor, word: str) -> str | None:
    """Return the key under which this sender's word is kept; a stranger's must be too long for anybody to guess."""
    if not word or (not actor.account and len(word) < GUESSABLE):
        return None
    return crypto.digest_of(f"request:{actor.account or 'anonymous'}:{word}")


def _derived(key: str) -> str:
    """Return the follow-up code that goes with a key, so that sending twice gives one code."""
    number = int(crypto.mac_of(f"request code {key}".encode()), 16)
    return "".join(ids.ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def _digest(number: str, code: str) -> str:
    return crypto.digest_of(f"request code {number} {code}")
