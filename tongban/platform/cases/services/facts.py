"""What the registers know of an applicant, saved with the case; another answer never takes its place unsaid."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from tongban.infrastructure.database import changes
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import wording
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import FactsRenewed
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import again, plan
from tongban.platform.cases.services.acting import act
from tongban.platform.eforms import services as eforms
from tongban.platform.parties import services as parties
from tongban.platform.registers import services as registers
from tongban.platform.registers.models import Entry

BORN, NUMBER = "birth_date", "id_number"
PURPOSE = gettext_lazy("Fill in the application “%(service)s” for you")


class FactsChanged(Refusal):
    message = gettext_lazy("The register was changed in the meantime. Check your answers again, then submit them.")


def learn(actor: Actor, case: Case) -> None:
    """Fill a new draft in from what the house knows: each register is asked once, and who answered is saved."""
    eforms.prefill(_form(case), case, _known_of(actor, case))


def relearn(actor: Actor, case: Case) -> None:
    """Ask again for a case that holds answers already: those that are a register's follow it, others stay."""
    eforms.prefill_again(_form(case), case, _known_of(actor, case))


def hold(case: Case, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with those of the registers in their place."""
    return eforms.hold(_form(case), case, answers)


def must_agree(case: Case, answers: Mapping[str, Any]) -> None:
    """Refuse another value for an answer that is a register's. Raises FixedFacts, which names each."""
    eforms.must_agree(_form(case), case, answers)


def differences(case: Case) -> list[eforms.Differing]:
    """Return the answers that are others than a register's, in the order of the form."""
    return eforms.differences(_form(case), case)


def noted(case: Case) -> dict[str, list[str]]:
    """Name the answers that are others than a register's, for the record; the values stay with the case, encrypted."""
    names = [one.name for one in differences(case)]
    return {"differs": names} if names else {}


def remarks(case: Case) -> dict[str, str]:
    """Return what must be read with some answers: that a register says otherwise, or could not be asked."""
    return eforms.remarks(_form(case), case)


def shown(case: Case, *, correctable: bool = True) -> dict[str, dict[str, Any]]:
    """Return what the form shows of each source; see `eforms.sources_shown`."""
    return eforms.sources_shown(_form(case), case, correctable=correctable)


def age(case: Case, on: date) -> int | None:
    """Return the full years of the person a case is about: by the register, else by their identity number."""
    born = born_on(case)
    return None if born is None else parties.age(born, on)


def born_on(case: Case) -> date | None:
    """Return the day of birth, as the register or the identity number has it; never as somebody typed it."""
    field = _form(case).fields.get(BORN)
    known = (case.facts or {}).get(field.prefill) if field else None
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
    return eforms.labels_of(_form(case), names)


_OPEN = frozenset({Case.State.DRAFT, Case.State.SUBMITTED, Case.State.SUPPLEMENT, Case.State.ACCEPTED})


def look_up(actor: Actor, case: Case, register: str) -> registers.LookupResult | None:
    """Look the applicant up in a register, for this case; None where it holds nothing about them."""
    return registers.find(register=register, **_asked(actor, case))


def _known_of(actor: Actor, case: Case) -> dict[str, eforms.Known]:
    return eforms.known_of(_form(case), **_asked(actor, case))


def _asked(actor: Actor, case: Case) -> dict[str, Any]:
    """Return who asks registers about whom, and for what."""
    purpose = wording.recorded(PURPOSE) % {"service": case.version.service.name}
    return {"actor": actor, "party": case.applicant, "purpose": purpose, "subject": f"draft:{case.uid}"}


def _form(case: Case) -> eforms.Form:
    return plan.of(case.version).form
