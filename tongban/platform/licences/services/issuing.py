"""Issue a licence: its number is taken first, then the file is made, then it is valid.

Killed at any moment and called again, it goes on with the same identifier and number and makes no second file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, CharField, IntegerField
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.identity.models import Department
from tongban.platform.letters import ports as letters
from tongban.platform.licences import rules
from tongban.platform.licences.events import LicenceIssued
from tongban.platform.licences.models import Licence, Serial
from tongban.platform.licences.services.changing import WrongLicenceState, supersede
from tongban.platform.licences.services.kinds import must_be_complete
from tongban.platform.licences.services.verifying import address
from tongban.platform.parties.models import Party
from tongban.platform.seals import services as seals

log = structlog.get_logger(__name__)

# What a preview shows in place of what is taken at issue; licences are written in Chinese.
LATER = "签发时生成"

_MADE: PreparedQuery[Licence] = PreparedQuery(
    lambda: Licence.objects.filter(
        kind=Param("kind", CharField()), subject=Param("subject", CharField()), turn=Param("turn", IntegerField())
    ).select_related("holder", "issuer")
)
_LOCKED: PreparedQuery[Licence] = PreparedQuery(
    lambda: (
        Licence.objects.select_for_update(of=("self",))
        .filter(pk=Param("pk", BigIntegerField()))
        .select_related("holder", "issuer")
    )
)
_SERIES: PreparedQuery[Serial] = PreparedQuery(
    lambda: Serial.objects.select_for_update().filter(
        scope=Param("scope", CharField()), year=Param("year", IntegerField())
    )
)


class NumberBroken(Refusal):
    status = 422
    message = _("The number pattern %(pattern)s cannot be used: %(problem)s. Placeholders: area, year, serial, check.")


class KindCodeBroken(Refusal):
    status = 422
    message = _("A licence kind's code has 21 digits and capital letters; %(code)s does not.")


class IssuerWithoutCode(Refusal):
    message = _("%(department)s has no unified social credit code yet, so it cannot issue licences.")


class IdentifierBroken(Refusal):
    status = 422
    message = _("%(identifier)s is not a licence identifier.")


class NumberTaken(Refusal):
    message = _("There is already a licence with the number %(number)s or this identifier.")


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a licence is to say; kind, subject and turn together stand for the one licence that it is.

    kind_code     证照类型代码, 21 characters
    number        a number, or the pattern of a series: "JY2{area}{serial:06}{check}", "云卫〔{year}〕{serial:04}号"
    face          what the face says, label -> text, in order
    service       catalogue code of the service it comes out of
    issued_on     of one that was issued elsewhere, or keeps the day of the one before; else None
    identifier    the one it has from elsewhere; "" to make one
    photo         JPEG of its holder, for a template that has a place for one; b"" where none is asked for
    turn          the how-manieth decision of its matter: a new decision brings a new licence
    follows       the licence whose number it keeps and whose place it takes
    how           what that does to it, a key of `rules.HOW`: 变更、延续、补领
    """

    kind: str
    kind_name: str
    kind_code: str
    number: str
    holder: Party
    issuer: Department
    subject: str
    valid_from: date
    valid_until: date | None
    face: Any
    service: str = ""
    issued_on: date | None = None
    identifier: str = ""
    kind_english: str = ""
    photo: bytes = field(default=b"", repr=False)
    turn: int = 1
    follows: Licence | None = None
    how: str = ""


def issue(*, actor: Actor, order: Order, template: str = "") -> Licence:
    """Give a licence to its holder; a second call for the same kind and subject returns the first one.

    Making and sealing the file takes long: call it outside a transaction. One that follows another keeps its number,
    as the next version, and supersedes it in the moment in which it becomes valid.

    template     "" for the house's own layout; it may name number, identifier, kind_name, holder, issuer, issued_on,
                 valid_from, valid_until (长期 where there is no end) and face

    Raises NotAllowed, NumberBroken, NumberTaken, KindCodeBroken, IssuerWithoutCode, FaceIncomplete; WrongLicenceState
    where the one it follows is no longer valid; documents.GlyphMissing where a character has no glyph, and what else
    documents and seals raise.
    """
    actor.must_hold("licences.issue", department=order.issuer.pk, area=order.issuer.area)
    must_be_complete(code=order.kind_code, name=order.kind_name, face=order.face, on=order.issued_on)
    # Asked before number and identifier are taken.
    said = (word for line in order.face.items() for word in line)
    documents.must_have_glyphs(order.holder.name, order.issuer.name, order.kind_name, *said, title=order.kind_name)
    return _made(actor, replace(order, identifier=""), order.issued_on or clock.today(), template)


def record(*, actor: Actor, order: Order, template: str = "") -> Licence:
    """Take a licence that was issued elsewhere into the register, with the same outcome as `issue`.

    What is unusual about its identifier is noted, not refused: see `rules.read_identifier`.

    Raises NotAllowed, IdentifierBroken, NumberTaken and what `issue` raises.
    """
    actor.must_hold("licences.record", department=order.issuer.pk, area=order.issuer.area)
    if order.identifier:
        identifier, warnings = rules.read_identifier(order.identifier)
        if not identifier:
            raise IdentifierBroken(identifier=order.identifier)
        if warnings:
            log.warning("a foreign licence has an unusual identifier", identifier=identifier, warnings=warnings)
        order = replace(order, identifier=identifier)
    return _made(actor, order, order.issued_on or order.valid_from, template)


def _made(actor: Actor, order: Order, issued_on: date, template: str) -> Licence:
    return make_file(actor, reserve(order, issued_on), template, _pictures(order))


def make_file(actor: Actor, licence: Licence, template: str = "", pictures: Mapping[str, bytes] = {}) -> Licence:
    """Compose, seal and keep the file of a reserved licence, which is valid then; of any other do nothing."""
    if licence.state != Licence.State.RESERVED:
        return licence
    key = f"licence:{licence.identifier}"
    document = Document.objects.with_key(key) or documents.keep_issued(
        owner=licence.holder,
        kind=licence.kind,
        title=licence.kind_name,
        pdf=_sealed(actor, licence, template or letters.TEMPLATES["licence"].text, pictures),
        source=licence.issuer.name,
        service=licence.service,
        valid_until=licence.valid_until,
        key=key,
    )
    return _finish(actor, licence, document)


def _check(order: Order) -> None:
    if problem := rules.format_problem(order.number):
        raise NumberBroken(pattern=order.number, problem=problem)
    if not re.fullmatch(r"[0-9A-Z]{21}", order.kind_code):
        raise KindCodeBroken(code=order.kind_code)
    if not re.fullmatch(r"[0-9A-Z]{18}", order.issuer.uscc):
        raise IssuerWithoutCode(department=order.issuer.name)


def reserve(order: Order, issued_on: date) -> Licence:
    """Take identifier and number for this kind and subject, or return what was taken before."""
    _check(order)
    try:
        with transaction.atomic():
            return _reserved(order, issued_on)
    except IntegrityError as error:
        raise NumberTaken(number=order.number) from error


def _reserved(order: Order, issued_on: date) -> Licence:
    matter = {"kind": order.kind, "subject": order.subject, "turn": order.turn}
    found = _MADE.one(**matter)
    if found:
        return found
    series = _locked(f"{order.kind_code}.{order.issuer.uscc}", issued_on.year)
    # Somebody else may have made it while we waited for the series.
    found = _MADE.one(**matter)
    if found:
        return found
    number, identifier, version = _named(order, issued_on, series)
    now = clock.now()
    licence = Licence(
        identifier=identifier,
        kind=order.kind,
        kind_name=order.kind_name,
        kind_english=order.kind_english,
        kind_code=order.kind_code,
        number=number,
        holder=order.holder,
        issuer=order.issuer,
        area=order.issuer.area,
        version=version,
        follows=order.follows,
        how=order.how,
        subject=order.subject,
        turn=order.turn,
        service=order.service,
        issued_on=issued_on,
        valid_from=order.valid_from,
        valid_until=order.valid_until,
        face=order.face,
        state_changed_at=now,
        created_at=now,
    )
    bulk.insert(licence)
    return licence


def _named(order: Order, issued_on: date, series: Serial) -> tuple[str, str, int]:
    """Return number, identifier and version: those after the licence that is followed, or new ones."""
    if former := order.follows:
        if rules.after(former.state, "supersede") is None:
            raise WrongLicenceState(number=former.number, state=former.get_state_display())
        return former.number, rules.next_version(former.identifier, former.version), former.version + 1
    number, year, area = order.number, issued_on.year, order.issuer.area
    if rules.numbered(number):
        own = _locked(f"{order.kind_code}:{rules.series(number, area=area)}", year if rules.yearly(number) else 0)
        number = rules.number(number, area=area, year=year, serial=_next(own))
    identifier = order.identifier or str(
        rules.Identifier(order.kind_code, order.issuer.uscc, f"{year}{_next(series):06}", 1)
    )
    return number, identifier, 1


def _locked(scope: str, year: int) -> Serial:
    series = _SERIES.one(scope=scope, year=year)
    if series is None:
        Serial.objects.bulk_create([Serial(scope=scope, year=year)], ignore_conflicts=True)
        (series,) = _SERIES(scope=scope, year=year)
    return series


def _next(series: Serial) -> int:
    series.last += 1
    bulk.update(series, ["last"])
    return series.last


def preview(*, order: Order, template: str = "") -> bytes:
    """Return how a licence will look, not sealed; number and identifier are taken only when it is issued."""
    facts = _facts(order, order.issued_on or order.valid_from, number=LATER, identifier=LATER)
    face = template or letters.TEMPLATES["licence"].text
    return documents.compose(face, facts, title=order.kind_name, draft=True, pictures=_pictures(order))


def _pictures(order: Order) -> dict[str, bytes]:
    return {"photo": order.photo} if order.photo else {}


def _facts(made: Licence | Order, issued_on: date, *, number: str, identifier: str) -> dict[str, Any]:
    return {
        "number": number,
        "identifier": identifier,
        "kind_name": made.kind_name,
        "holder": made.holder.name,
        "issuer": made.issuer.name,
        "issued_on": issued_on,
        "valid_from": made.valid_from,
        "valid_until": made.valid_until or "长期",
        "face": made.face,
    }


def _sealed(actor: Actor, licence: Licence, template: str, pictures: Mapping[str, bytes]) -> bytes:
    facts = _facts(licence, licence.issued_on, number=licence.number, identifier=licence.identifier)
    title = f"{licence.kind_name} {licence.number}"
    pdf = documents.compose(template, facts, title=title, qr=address(licence.token), pictures=pictures)
    return seals.apply(
        actor=actor, department=licence.issuer, pdf=pdf, reason=f"核发{licence.kind_name}", subject=licence.subject
    )


@transaction.atomic
def _finish(actor: Actor, licence: Licence, document: Document) -> Licence:
    (licence,) = _LOCKED(pk=licence.pk)
    if licence.state != Licence.State.RESERVED:
        return licence
    licence.state = Licence.State.VALID
    licence.state_changed_at = clock.now()
    licence.document, licence.file_digest = document, document.blob.digest
    bulk.update(licence, ["state", "state_changed_at", "document", "file_digest"])
    if licence.follows_id:
        supersede(actor=actor, licence=Licence.objects.get(pk=licence.follows_id), by=licence)
    issued = LicenceIssued(
        licence.pk,
        licence.identifier,
        licence.kind,
        licence.number,
        licence.subject,
        licence.holder_id,
        licence.code(),
        licence.how,
    )
    journal.write(issued, by=actor, subject=f"licence:{licence.identifier}")
    return licence
