"""Take many licences of an older system into the register: row by row, with what is wrong with each, once.

They say where they come from, and are not sealed here: whoever holds one shows the original of that time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.infrastructure.storage import sandbox
from tongban.infrastructure.storage import services as storage
from tongban.platform.identity.models import Department
from tongban.platform.licences import rules
from tongban.platform.licences.events import LicenceImported, LicencesImported
from tongban.platform.licences.models import Licence, LicenceKind
from tongban.platform.licences.rules import imports
from tongban.platform.licences.services.issuing import IdentifierBroken, Order, reserve
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party

READER = "tongban.platform.licences.tables:rows"
MAX_AT_DESK = 2000
PART = 200
FIELDS: Mapping[str, Any] = {
    "key": _("number in the older system"),
    "kind_name": _("name of the licence"),
    "kind_code": _("code of the licence type"),
    "number": pgettext_lazy("licence register", "Number"),
    "holder_name": pgettext_lazy("licence register", "Holder"),
    "holder_number": _("number of the holder"),
    "issuer": pgettext_lazy("licence register", "Issued by"),
    "issued_on": pgettext_lazy("licence register", "Issued on"),
    "valid_from": pgettext_lazy("licence register", "Valid from"),
    "valid_until": pgettext_lazy("licence register", "Valid until"),
    "identifier": _("Identifier"),
    "face": _("What the licence says"),
}
FAULTS: Mapping[str, Any] = {
    "missing": _("“%(field)s” is missing."),
    "date": _("“%(field)s” is no date."),
    "order": _("“%(field)s” lies before the first day."),
    "long": _("“%(field)s” is too long."),
}
WARNINGS: Mapping[str, Any] = {
    "root": _("The identifier lacks the root 1.2.156.3005.2."),
    "separators": _("The identifier is written with other separators."),
    "issuer": _("The issuer in the identifier has not 18 characters."),
    "version": _("The version in the identifier has not three digits."),
    "check": _("The check character of the identifier does not fit."),
}


class TableUnreadable(Refusal):
    status, field = 422, "file"
    message = _("This file cannot be read: it is neither an Excel workbook (.xlsx) nor JSON, or it is damaged.")


class TableTooLong(Refusal):
    status, field = 422, "file"
    message = _("At most %(most)s rows are taken at a time here. Split the file, or have the operator import it.")


class NoSystemName(Refusal):
    status, field = 422, "system"
    message = _("Name the system that the licences come from; everyone who verifies one reads it.")


class UnknownIssuer(Refusal):
    message = _("No department here is called “%(issuer)s”, nor has that key or credit code.")


class ImportedOtherwise(Refusal):
    message = _("This row was imported before with other content; change the licence in the register instead.")


@dataclass(frozen=True)
class ImportedRow:
    """What became of one row. outcome: "taken" (or would be), "known", "wrong"; remarks: why, or what is unusual."""

    row: int
    key: str
    outcome: str
    remarks: tuple[str, ...] = ()


def read_table(content: bytes, *, most: int = MAX_AT_DESK) -> list[dict[str, Any]]:
    """Return the rows of a file, read in a process apart. Raises TableUnreadable, TableTooLong, storage.ChecksBusy."""
    try:
        said = storage.ask_sandbox(READER, content, most=most)
    except sandbox.LimitExceeded as overrun:
        raise TableUnreadable() from overrun
    except sandbox.SandboxBusy as crowded:
        raise storage.ChecksBusy() from crowded
    if said["fault"] == "long":
        raise TableTooLong(most=most)
    if said["fault"]:
        raise TableUnreadable()
    return list(said["rows"])


def import_licences(
    *, actor: Actor, rows: Sequence[Mapping[str, Any]], system: str, dry_run: bool = False
) -> list[ImportedRow]:
    """Take the licences of these rows in, and say of each what became of it; what is there already is left alone.

    dry_run   do all of it, and take it back
    A row that is wrong keeps no other. Raises NotAllowed, NoSystemName.
    """
    if not actor.holds("licences.record", department=None):
        raise NotAllowed()
    if not system.strip():
        raise NoSystemName()
    numbered = list(enumerate(rows, 1))
    found = [
        one
        for start in range(0, len(numbered), PART)
        for one in _part(actor, numbered[start : start + PART], system.strip(), dry_run=dry_run)
    ]
    taken = sum(one.outcome == "taken" for one in found)
    if taken and not dry_run:
        fact = LicencesImported(system.strip(), taken, sum(one.outcome == "wrong" for one in found))
        with transaction.atomic():
            journal.write(fact, by=actor, subject="licences")
    return found


@transaction.atomic
def _part(
    actor: Actor, rows: Iterable[tuple[int, Mapping[str, Any]]], system: str, *, dry_run: bool
) -> list[ImportedRow]:
    found = [_row(actor, number, row, system) for number, row in rows]
    transaction.set_rollback(dry_run)
    return found


def _row(actor: Actor, number: int, row: Mapping[str, Any], system: str) -> ImportedRow:
    foreign = imports.read(row)
    key = foreign.said["key"]
    if foreign.problems:
        return ImportedRow(number, key, "wrong", tuple(_faults(foreign.problems)))
    try:
        with transaction.atomic():
            outcome, warnings = _take(actor, foreign, system)
    except Invalid as wrong:
        return ImportedRow(number, key, "wrong", tuple(text for texts in wrong.errors.values() for text in texts))
    except Refusal as refusal:
        return ImportedRow(number, key, "wrong", (str(refusal),))
    return ImportedRow(number, key, outcome, tuple(str(WARNINGS[name]) for name in warnings))


def _take(actor: Actor, foreign: imports.ForeignLicence, system: str) -> tuple[str, tuple[str, ...]]:
    said, issuer = foreign.said, _issuer(foreign.said["issuer"])
    actor.must_hold("licences.record", department=issuer.pk, area=issuer.area)
    identifier, warnings = _identifier(said["identifier"])
    holder, kind = _holder(said), LicenceKind.objects.of_code(said["kind_code"], clock.today())
    matter = "\n".join((system, said["key"]))
    subject = f"import:{sha256(matter.encode()).hexdigest()[:40]}"
    order = Order(
        kind=kind.kind if kind else (said["kind"] or said["kind_code"]),
        kind_name=said["kind_name"],
        kind_code=said["kind_code"],
        number=said["number"],
        holder=holder,
        issuer=issuer,
        subject=subject,
        valid_from=foreign.valid_from or clock.today(),
        valid_until=foreign.valid_until,
        face=dict(foreign.face),
        issued_on=foreign.issued_on,
        identifier=identifier,
    )
    known = Licence.objects.filter(subject=subject).first()
    if known:
        if (known.number, known.holder_id, known.valid_until) != (order.number, holder.pk, order.valid_until):
            raise ImportedOtherwise()
        return "known", ()
    licence = reserve(order, foreign.issued_on or order.valid_from)
    licence.state, licence.origin = Licence.State.VALID, system[:80]
    bulk.update(licence, ["state", "origin"])
    fact = LicenceImported(licence.identifier, licence.kind, licence.number, licence.holder_id, system, licence.code())
    journal.write(fact, by=actor, subject=f"licence:{licence.identifier}")
    return "taken", warnings


def _identifier(text: str) -> tuple[str, tuple[str, ...]]:
    if not text:
        return "", ()
    identifier, warnings = rules.read_identifier(text)
    if not identifier:
        raise IdentifierBroken(identifier=text)
    return identifier, warnings


def _issuer(named: str) -> Department:
    found = Department.objects.called(named)
    if found is None:
        raise UnknownIssuer(issuer=named)
    return found


def _holder(said: Mapping[str, str]) -> Party:
    purpose = gettext("Import of licences from an older system")
    number, name = said["holder_number"], said["holder_name"]
    if len(number) == 18 and number[:17].isdigit() and not number.startswith("9"):
        return parties.register_person(actor=SYSTEM, name=name, id_number=number, purpose=purpose)
    return parties.register_organisation(actor=SYSTEM, name=name, uscc=number, purpose=purpose)


def _faults(problems: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, what in problems:
        yield str(FAULTS[what]) % {"field": str(FIELDS[name])}
