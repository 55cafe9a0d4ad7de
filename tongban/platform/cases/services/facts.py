"""What the registers know of an applicant, saved with the case; another answer never takes its place unsaid."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongban.infrastructure.database import changes
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, wording
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.cases.events import FactsRenewed
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import again, plan
from tongban.platform.cases.services.acting import act
from tongban.platform.eforms import services as eforms
from tongban.platform.identity.models import Department
from tongban.platform.parties import services as parties
from tongban.platform.registers import services as registers
from tongban.platform.registers.models import Entry

# Where a register is silent, the applicant's own identity answers: field of a register -> field of the party.
IDENTITY = {"name": "name", "id_number": "id_number", "uscc": "id_number", "birth_date": "birth_date", "sex": "sex"}
BORN, NUMBER = "birth_date", "id_number"
PURPOSE = gettext_lazy("Fill in the application “%(service)s” for you")


class FactsChanged(Refusal):
    message = gettext_lazy("The register was changed in the meantime. Check your answers again, then submit them.")


class FixedFacts(Invalid):
    message = gettext_lazy("Some of the answers come from the register and cannot be changed here.")


@dataclass(frozen=True)
class Differing:
    """An answer that is another than the register's.

    what         what the register calls it, e.g. 住所
    registered   what the register says, as text
    """

    name: str
    label: str
    what: str
    answer: str
    registered: str

    @property
    def remark(self) -> str:
        return eforms.differs_from_register(self.what, self.registered)


def learn(actor: Actor, case: Case) -> None:
    """Fill a new draft in from what the house knows: each register is asked once, and who answered is saved.

    What the form would not take is left out: a company's number where it asks for a mobile phone.
    """
    form = plan.of(case.version).form
    found = _asked_for(actor, case)
    answers = {name: found[source][0] for name, source in form.prefills().items() if source in found}
    refused = form.problems(answers).keys()
    case.answers = {name: value for name, value in answers.items() if name not in refused}
    case.sources = {name: found[form.prefills()[name]][1] for name in case.answers}
    case.facts = {source: value for source, (value, _source) in found.items() if eforms.is_fact(source)}


def relearn(actor: Actor, case: Case) -> None:
    """Ask again for a case that holds answers already: those that are a register's follow it, others stay."""
    form, found = plan.of(case.version).form, _asked_for(actor, case)
    vouched = {
        name: found[source] for name, source in form.prefills().items() if source in found and eforms.is_fact(source)
    }
    refused = form.problems({name: value for name, (value, _source) in vouched.items()}).keys()
    offers = {name: source for name, source in case.sources.items() if name in form.fields and name not in vouched}
    case.facts = {source: value for source, (value, _source) in found.items() if eforms.is_fact(source)}
    case.sources = {
        **{name: source for name, source in offers.items() if not eforms.is_fact(form.fields[name].prefill)},
        **{name: source for name, (_value, source) in vouched.items() if name not in refused},
    }
    case.answers = hold(case, {**dict.fromkeys(_fixed(case)), **case.answers})


def hold(case: Case, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with those of the registers in their place."""
    return {**answers, **{name: value for name, value in _fixed(case).items() if name in answers}}


def must_agree(case: Case, answers: Mapping[str, Any]) -> None:
    """Refuse another value for an answer that is a register's. Raises FixedFacts, which names each."""
    form = plan.of(case.version).form
    faults = {
        name: [
            _("“%(label)s” comes from “%(title)s”, which says %(registered)s. If that is wrong, request a correction.")
            % {
                "label": form.fields[name].label,
                "title": case.sources[name]["title"],
                "registered": eforms.line(form.fields[name], value),
            }
        ]
        for name, value in _fixed(case).items()
        if name in answers and not _same(answers[name], value)
    }
    if faults:
        raise FixedFacts(faults)


def differences(case: Case) -> list[Differing]:
    """Return the answers that are others than a register's, in the order of the form."""
    form = plan.of(case.version).form
    found = []
    for name, field in form.fields.items():
        registered, answer = _known(case).get(field.prefill), case.answers.get(name)
        if field.prefill in _known(case) and answer not in (None, "") and not _same(answer, registered):
            what = str(case.sources.get(name, {}).get("field") or field.label)
            found.append(Differing(name, field.label, what, eforms.line(field, answer), eforms.line(field, registered)))
    return found


def noted(case: Case) -> dict[str, list[str]]:
    """Name the answers that are others than a register's, for the record; the values stay with the case, encrypted."""
    names = [one.name for one in differences(case)]
    return {"differs": names} if names else {}


def remarks(case: Case) -> dict[str, str]:
    """Return what must be read with some answers: that a register says otherwise, or could not be asked."""
    form = plan.of(case.version).form
    alone = _("The register says nothing about this; it is what the applicant wrote.")
    unproven = {
        name: alone
        for name, field in form.fields.items()
        if eforms.is_fact(field.prefill) and field.prefill not in _known(case) and case.answers.get(name)
    }
    return {**unproven, **{one.name: one.remark for one in differences(case)}}


def shown(case: Case, *, correctable: bool = True) -> dict[str, dict[str, Any]]:
    """Return what the form shows of each source; see `eforms.questions`.

    correctable   the reader is whoever the register is about, and may ask for a correction
    """
    form, fixed = plan.of(case.version).form, _fixed(case)
    other = {one.name for one in differences(case)}
    offices = Department.objects.titles() if wording.english() else {}
    found = {}
    for name, source in case.sources.items():
        told = {**source, "fixed": name in fixed}
        if (office := str(source.get("source", ""))) in offices:
            told["source"] = offices[office]
        if name in other:
            told["registered"] = _known(case)[form.fields[name].prefill]
        if not correctable:
            told.pop("register", None)
        found[name] = told
    return found


def age(case: Case, on: date) -> int | None:
    """Return the full years of the person a case is about: by the register, else by their identity number."""
    born = born_on(case)
    return None if born is None else parties.age(born, on)


def born_on(case: Case) -> date | None:
    """Return the day of birth, as the register or the identity number has it; never as somebody typed it."""
    field = plan.of(case.version).form.fields.get(BORN)
    known = _known(case).get(field.prefill) if field else None
    if isinstance(known, str):
        return date.fromisoformat(known)
    number = str(case.answers.get(NUMBER) or "")
    if number and parties.id_number_problem(number) is None:
        return parties.birth_date(number)
    return None


def stale(case: Case) -> bool:
    """Say whether a register that this case rests on was changed since it was asked."""
    asked = [source["at"] for source in case.sources.values() if source.get("register")]
    keys = {source["register"] for source in case.sources.values() if source.get("register")}
    return bool(keys) and Entry.objects.changed_since(case.applicant_id, keys, datetime.fromisoformat(min(asked)))


@transaction.atomic
def renew(*, case: Case) -> list[str]:
    """Ask the registers again where they were changed since; return the names of the answers that became others.

    Answers that are the register's follow it, and the journal says which; so does the record of a case that was handed
    in, whose applicant is told. What was decided stays as it was decided.
    """
    if not stale(case):
        return []
    held = Case.objects.locked(pk=case.pk)
    if held is None or held.state not in _OPEN or not stale(held):
        return []
    before = dict(held.answers)
    relearn(SYSTEM, held)
    names = sorted(name for name, value in held.answers.items() if before.get(name) != value)
    if not names:
        # No answer depends on it, so whoever has the case on the screen may still give theirs.
        changes.write(held)
        return []
    action = None
    if held.state == Case.State.DRAFT:
        held.revision += 1
        changes.write(held)
    else:
        held.about = again.about(held)
        action = act(held, "facts_renewed", actor=SYSTEM, data={"answers": names})
    event = FactsRenewed(held.pk, held.number or "", names, action.pk if action else 0)
    journal.write(event, by=SYSTEM, subject=held.subject)
    return names


def labels_of(case: Case, names: Collection[str]) -> str:
    """Return what these answers are called, in the reader's language."""
    fields = plan.of(case.version).form.fields
    return pgettext("between chosen answers", ", ").join(fields[name].label for name in names)


_OPEN = frozenset({Case.State.DRAFT, Case.State.SUBMITTED, Case.State.SUPPLEMENT, Case.State.ACCEPTED})


def _known(case: Case) -> Mapping[str, Any]:
    return case.facts or {}


def _fixed(case: Case) -> dict[str, Any]:
    """Return the answers that are a register's, and that the form would take: question -> value."""
    fields = plan.of(case.version).form.fields
    return {
        name: _known(case)[field.prefill]
        for name, field in fields.items()
        if field.fixed and field.prefill in _known(case) and name in case.sources
    }


def _asked_for(actor: Actor, case: Case) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Ask for everything the form wants to know: source -> the value, and who answered."""
    form = plan.of(case.version).form
    wanted = {*form.prefills().values(), *eforms.registers_asked(form)}
    answers: dict[str, registers.LookupResult | None] = {}
    found = {}
    for source in sorted(wanted):
        kind, _dot, field = source.partition(".")
        key = kind.removeprefix("register:")
        if kind != "party" and key not in answers:
            answers[key] = ask(actor, case, key)
        told = _by_register(answers.get(key), field)
        told = told or _by_identity(case, field if kind == "party" else IDENTITY.get(field, ""))
        if told is not None:
            found[source] = told
    return found


def ask(actor: Actor, case: Case, register: str) -> registers.LookupResult | None:
    """Look the applicant up in a register, for this case; None where it holds nothing about them."""
    try:
        return registers.look_up(
            actor=actor,
            register=register,
            party=case.applicant,
            purpose=wording.recorded(PURPOSE) % {"service": case.version.service.name},
            subject=f"draft:{case.uid}",
        )
    except registers.NoEntry:
        return None


def _by_register(answer: registers.LookupResult | None, field: str) -> tuple[Any, dict[str, Any]] | None:
    value = answer.data.get(field) if answer else None
    if answer is None or value in ("", None):
        return None
    return _plain(value), {
        "title": answer.title,
        "source": answer.source,
        "as_of": answer.as_of.isoformat(),
        "at": clock.now().isoformat(),
        "register": answer.register,
        "field": answer.titles.get(field, ""),
    }


def _by_identity(case: Case, field: str) -> tuple[Any, dict[str, Any]] | None:
    value = getattr(case.applicant, field, "") if field else ""
    if value in ("", None):
        return None
    return _plain(value), {"title": str(_("Your account")), "as_of": "", "at": clock.now().isoformat()}


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | list | dict) else str(value)


def _same(one: Any, other: Any) -> bool:
    """Say whether two answers are the same when width, case and spaces are left aside."""
    if isinstance(one, str) and isinstance(other, str):
        return _folded(one) == _folded(other)
    return bool(one == other)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
