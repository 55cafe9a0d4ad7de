"""The verbs of registers: declaring, filling, looking up with a purpose, correcting."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, NotFound, Refusal
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party
from tongban.platform.registers import rules
from tongban.platform.registers.events import (
    CorrectionAsked,
    CorrectionDecided,
    RegisterDeclared,
    RegisterLookedUp,
)
from tongban.platform.registers.models import Correction, Entry, Lookup, Register

_FIELD_PROBLEMS: dict[str, StrOrPromise] = {
    "unknown-key": _("A field has name, title, class and kind; nothing else is recognised."),
    "name": _("A field's name has lower-case letters, digits and underscores, and begins with a letter."),
    "title": _("A field needs a title that people understand."),
    "class": _("The class must be public, personal or sensitive."),
    "kind": _("The kind must be text, date, number, yes-no or list."),
    "twice": _("Two fields have this name."),
    "none": _("A register needs at least one field."),
}
_DATA_PROBLEMS: dict[str, StrOrPromise] = {
    "undeclared": _("This field is not declared in the register."),
    "kind": _("This value is not of the declared kind."),
}


class UnknownRegister(NotFound):
    message = _("There is no register “%(register)s”.")


class NoEntry(NotFound):
    message = _("The register “%(register)s” holds nothing about this party.")


class NoPurpose(Refusal):
    status = 422
    message = _("Personal data may be read only for a stated purpose and a matter in progress; give both.")


class Outdated(Refusal):
    message = _("The register holds newer data, as of %(as_of)s.")


class WrongHolder(Refusal):
    status = 422
    message = _("The register “%(register)s” is not about this kind of party.")


class CorrectionOpen(Refusal):
    message = _("A correction of this field is already being checked.")


class DecidedAlready(Refusal):
    message = _("This correction has already been decided.")


class OwnCorrection(Refusal):
    status = 403
    message = _("You asked for this correction yourself; a colleague must decide on it.")


@dataclass(frozen=True)
class LookupResult:
    """What a register says.

    source        name of the department that answers for it
    data          field name → value; only fields the reader may see and asked for
    titles        field name → title, in the register's order
    as_of         the day for which the source vouches for it; answered_at: when it was asked
    """

    register: str
    title: str
    source: str
    data: Mapping[str, Any]
    titles: Mapping[str, str]
    as_of: date
    answered_at: datetime

    @property
    def rows(self) -> list[tuple[str, Any]]:
        """Return (title, value), as a page or an extract shows them."""
        return [(title, self.data[name]) for name, title in self.titles.items() if name in self.data]


@transaction.atomic
def declare(
    *,
    actor: Actor,
    key: str,
    title: str,
    department: Department,
    fields: Sequence[Mapping[str, Any]],
    holder: str = Register.Holder.ANY,
    basis: str = "",
) -> Register:
    """Say what a register holds, or change it; the same again changes nothing.

    fields   name, title, class (public, personal, sensitive), kind (text, date, number, yes-no, list)

    Raises NotAllowed, Invalid.
    """
    actor.must_hold("registers.declare", department=department.pk, area=department.area)
    if problems := rules.field_problems(fields):
        raise Invalid({path: [_FIELD_PROBLEMS[problem]] for path, problem in problems})
    kept = [rules.DeclaredField.from_declaration(field).as_declared() for field in fields]
    said = {"title": title, "department": department, "holder": holder, "basis": basis, "fields": kept}
    register = Register.objects.select_for_update().filter(key=key).first()
    if register and all(getattr(register, name) == value for name, value in said.items()):
        return register
    register, _created = Register.objects.update_or_create(key=key, defaults={**said, "declared_at": clock.now()})
    journal.write(RegisterDeclared(key, [field["name"] for field in kept]), by=actor, subject=f"register:{key}")
    return register


@transaction.atomic
def put(*, actor: Actor, register: str, party: Party, data: Mapping[str, Any], as_of: date, source: str) -> Entry:
    """Keep what a source says about a party, in place of what was kept before; the same again changes nothing.

    Raises NotAllowed, UnknownRegister, WrongHolder, Invalid, Outdated.
    """
    found = _register(register)
    actor.must_hold("registers.declare", department=found.department_id, area=found.department.area)
    if found.holder not in (Register.Holder.ANY, party.kind):
        raise WrongHolder(register=found.title)
    if problems := rules.data_problems(found.declared, data):
        raise Invalid({name: [_DATA_PROBLEMS[problem]] for name, problem in problems})
    entry = Entry.objects.select_for_update().filter(register=found, party=party).first()
    if entry and entry.as_of > as_of:
        raise Outdated(as_of=entry.as_of)
    said = {"data": dict(data), "as_of": as_of, "source": source}
    if entry is None:
        return Entry.objects.create(register=found, party=party, updated_at=clock.now(), **said)
    if any(getattr(entry, name) != value for name, value in said.items()):
        for name, value in {**said, "updated_at": clock.now()}.items():
            setattr(entry, name, value)
        entry.save()
    return entry


def look_up(
    *,
    actor: Actor,
    register: str,
    party: Party,
    purpose: str,
    subject: str,
    fields: Collection[str] | None = None,
) -> LookupResult:
    """Read what a register says about a party, for a purpose; that it was read stays and is shown to the person.

    The party itself (or who acts for it) may, the house may, and who holds "registers.look_up" for the department;
    sensitive fields take "registers.look_up_sensitive".

    purpose   a sentence that the person will read: "核对食品经营许可申请"
    subject   the matter: "case:12"
    fields    names of the fields that are needed, None for all

    Raises NoPurpose, UnknownRegister, NotAllowed, NoEntry. An unsuccessful look-up is kept too.
    """
    if not purpose.strip() or not subject.strip():
        raise NoPurpose()
    found = _register(register)
    own = actor.represents is not None and actor.represents == party.pk
    if not own and not _holds(actor, "registers.look_up", found):
        identity.record_denied(actor, "register", f"{register}/{party.uid}")
        raise NotAllowed()
    sensitive = own or _holds(actor, "registers.look_up_sensitive", found)
    readable = rules.readable(found.declared, sensitive=sensitive, wanted=fields)
    entry = Entry.objects.of_party(found, party)
    known = [field for field in readable if entry and field.name in entry.data]
    lookup = Lookup(
        register=found,
        party=party,
        own=own,
        purpose=purpose.strip()[:200],
        subject=subject.strip(),
        fields=[field.name for field in known],
        found=entry is not None,
    )
    _keep(actor, lookup)
    if entry is None:
        raise NoEntry(register=found.title)
    return LookupResult(
        register=found.key,
        title=found.title,
        source=found.department.name,
        data={field.name: entry.data[field.name] for field in known},
        titles={field.name: field.title for field in readable},
        as_of=entry.as_of,
        answered_at=lookup.at,
    )


def find(*, actor: Actor, register: str, party: Party, purpose: str, subject: str) -> LookupResult | None:
    """Do as `look_up` does; None where the register holds nothing about the party."""
    try:
        return look_up(actor=actor, register=register, party=party, purpose=purpose, subject=subject)
    except NoEntry:
        return None


@transaction.atomic
def report_error(*, actor: Actor, register: str, field: str, value: str, explanation: str = "") -> Correction:
    """Say that a field about oneself is wrong, and what it should be. Raises NoEntry, Invalid, CorrectionOpen."""
    entry = Entry.objects.visible_to(actor).select_related("register").filter(register__key=register).first()
    if entry is None:
        raise NoEntry(register=register)
    declared = entry.register.field(field)
    if declared is None:
        raise Invalid({"field": [_DATA_PROBLEMS["undeclared"]]})
    _read(declared, value)
    try:
        with transaction.atomic():
            correction = Correction.objects.create(
                entry=entry,
                register=entry.register,
                field=field,
                value=value.strip(),
                explanation=explanation.strip(),
                asked_by=actor.account,
                asked_at=clock.now(),
            )
    except IntegrityError as twice:
        raise CorrectionOpen() from twice
    event = CorrectionAsked(correction.pk, register, entry.party_id, field)
    journal.write(event, by=actor, subject=f"correction:{correction.pk}")
    return correction


@transaction.atomic
def accept(*, actor: Actor, correction: Correction, reason: str) -> Correction:
    """Write the value the person gave into the register, and tell them. Raises NotAllowed, DecidedAlready, Invalid."""
    correction = _to_decide(actor, correction, reason)
    entry = Entry.objects.select_for_update().select_related("register").get(pk=correction.entry_id)
    declared = entry.register.field(correction.field)
    if declared is None:
        raise Invalid({"field": [_DATA_PROBLEMS["undeclared"]]})
    correction.was = str(entry.data.get(correction.field, ""))
    entry.data = {**entry.data, correction.field: _read(declared, correction.value)}
    entry.as_of = max(entry.as_of, clock.today())
    entry.source = recorded(_("corrected at the request of the person concerned"))
    entry.updated_at = clock.now()
    entry.save()
    return _decide(actor, correction, Correction.State.ACCEPTED, reason)


@transaction.atomic
def decline(*, actor: Actor, correction: Correction, reason: str) -> Correction:
    """Leave the register as it is, say why, and tell the person. Raises NotAllowed, DecidedAlready, Invalid."""
    correction = _to_decide(actor, correction, reason)
    return _decide(actor, correction, Correction.State.DECLINED, reason)


def _register(key: str) -> Register:
    register: Register | None = Register.objects.with_key(key)
    if register is None:
        raise UnknownRegister(register=key)
    return register


def _holds(actor: Actor, duty: str, register: Register) -> bool:
    return actor.holds(duty, department=register.department_id, area=register.department.area)


@transaction.atomic
def _keep(actor: Actor, lookup: Lookup) -> None:
    """Keep a look-up; those of officials and other systems go into the journal as well, where no row can be changed."""
    lookup.account, lookup.kind, lookup.name = actor.account, actor.kind, actor.name
    lookup.department, lookup.at = identity.office_of(actor), clock.now()
    lookup.save(force_insert=True)
    if actor.kind in ("staff", "client"):
        event = RegisterLookedUp(
            lookup.register.key, lookup.party_id, lookup.purpose, list(lookup.fields), lookup.found
        )
        journal.write(event, by=actor, subject=lookup.subject, reason=lookup.purpose)


def _read(field: rules.DeclaredField, value: str) -> Any:
    try:
        return rules.read(field, value)
    except ValueError as wrong:
        raise Invalid({"value": [_("Enter what it should say: %(kind)s.") % {"kind": _KINDS[field.kind]}]}) from wrong


_KINDS: dict[str, StrOrPromise] = {
    "text": _("some words"),
    "date": _("a date such as 2026-03-05"),
    "number": _("a number"),
    "yes-no": _("yes or no"),
    "list": _("one or more words, separated by 、"),
}


def _to_decide(actor: Actor, correction: Correction, reason: str) -> Correction:
    locked: Correction = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("entry__register__department")
        .get(pk=correction.pk)
    )
    department = locked.entry.register.department
    actor.must_hold("registers.steward", department=department.pk, area=department.area)
    if actor.account is not None and locked.asked_by == actor.account:
        raise OwnCorrection()
    if locked.state != Correction.State.OPEN:
        raise DecidedAlready()
    if not reason.strip():
        raise Invalid({"reason": [_("Give the reason; the person concerned will read it.")]})
    return locked


def _decide(actor: Actor, correction: Correction, state: Correction.State, reason: str) -> Correction:
    correction.state, correction.reason = state, reason.strip()
    correction.decided_by, correction.decider_name, correction.decided_at = actor.account, actor.name, clock.now()
    correction.save()
    register = correction.entry.register
    event = CorrectionDecided(
        correction=correction.pk,
        register=register.key,
        register_title=register.title,
        field_title=correction.field_title,
        party=correction.entry.party_id,
        accepted=state == Correction.State.ACCEPTED,
        reason=correction.reason,
    )
    journal.write(event, by=actor, subject=f"correction:{correction.pk}", reason=correction.reason)
    return correction
