"""How a case ended, in words: granted or refused; and after a refusal why, what can be done, and until when."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext, gettext_lazy

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.cases import rules
from tongban.platform.cases.models import Action, Case, CaseRow
from tongban.platform.cases.rules import remedies as limits
from tongban.platform.cases.services import offices, plan
from tongban.platform.cases.services.wording import Wording, wording_of
from tongban.platform.codes import services as codes
from tongban.platform.letters.models import Letter

REMEDIES = Path(__file__).parent.parent / "data" / "remedies.toml"
RESULTS = Path(__file__).parent.parent / "data" / "results.toml"
# Ends to which one can object.
NO = frozenset({"refused", "not_accepted", "terminated", "revoked"})
# Steps that are not called by the outcome to which they lead.
_ENDED_BY = {"revoked": ("revoked", "annulled", "decision_struck")}
WAYS: dict[str, StrOrPromise] = {
    "review": gettext_lazy("Administrative review"),
    "litigation": gettext_lazy("Lawsuit against the decision"),
}


@dataclass(frozen=True)
class Remedy:
    """A way to object.

    last_day   None until the decision is sealed; is_certain: no notice about holidays can move it any more
    where      to whom, as the guide says
    """

    name: str
    last_day: date | None
    is_certain: bool
    where: str
    source: str


@dataclass(frozen=True)
class RefusalSummary:
    """What whoever was refused wants to know first."""

    title: str
    reason: str
    letter: Letter | None
    remedies: list[Remedy]
    phone: str


def state_of(case: Case | CaseRow) -> str:
    """Return where a case stands in words; a case that was decided says how."""
    return _state(case.state, case.outcome, wording_of(case), get_language())


def decision_of(kind: str, case: Case) -> str:
    """Return what the decision that the action "granted" or "refused" stands for is called."""
    return capfirst(wording_of(case).decided(kind))


def shape_of(case: Case | CaseRow) -> tuple[str, str]:
    """Return colour and icon by which a list tells ends apart, beside the words."""
    if case.outcome in NO:
        return "red", "cross"
    if case.outcome == "granted":
        return "green", "check"
    if case.state in rules.CLOSED:
        return "grey", "back"
    return ("yellow", "alert") if case.state == Case.State.SUPPLEMENT else ("blue", "clock")


def refusal_of(case: Case, letters: Sequence[Letter] | None = None) -> RefusalSummary | None:
    """Return what a refused or not accepted case says first, None of any other.

    letters   those of the case, where they were read already
    """
    if case.outcome not in NO:
        return None
    action = Action.objects.of(case).of_kinds(_ENDED_BY.get(case.outcome, (case.outcome,))).newest()
    written = Letter.objects.about(case.subject) if letters is None else letters
    letter = next((one for one in written if action and one.occasion == action.occasion), None)
    return RefusalSummary(
        title=state_of(case),
        reason=action.opinion if action else "",
        letter=letter,
        remedies=_remedies(offices.remedies_of(case), localdate(letter.issued_at) if letter else None),
        phone=str(offices.contacts_of(case).get("consult", "")),
    )


def result_code(case: Case) -> str:
    """Return the code of how a closed case ended (办结结果, code list case-result); "" while it is open."""
    if case.state in rules.OPEN or not case.outcome:
        return ""
    by_licence = case.outcome == "granted" and not plan.of(case.version).answers_by_letter
    return str(_codes()["licence" if by_licence else case.outcome])


def last_day_to_object(received: date) -> date:
    """Return until when whoever received a decision on that day may ask for administrative review."""
    row = next(row for row in limits.in_force(_rows(), received) if row["key"] == "review")
    return limits.last_day(row, received, codes.calendar())


def _remedies(where: Mapping[str, str], received: date | None) -> list[Remedy]:
    return [_remedy(row, where, received) for row in limits.in_force(_rows(), received or localdate())]


def _remedy(row: Mapping[str, Any], where: Mapping[str, str], received: date | None) -> Remedy:
    calendar = codes.calendar()
    last_day = limits.last_day(row, received, calendar) if received else None
    return Remedy(
        name=str(WAYS[row["key"]]),
        last_day=last_day,
        is_certain=last_day is not None and calendar.knows(last_day),
        where=where.get(row["key"], ""),
        source=row["source"],
    )


@cache
def _state(state: str, outcome: str, wording: Wording, _language: str | None) -> str:
    decision = wording.decided(outcome)
    if state == Case.State.COMPLETED and outcome == "refused":
        return capfirst(decision)
    if state == Case.State.COMPLETED and outcome == "granted":
        return gettext("completed: %(decision)s") % {"decision": decision}
    if state == Case.State.GRANTED:
        return gettext("%(decision)s, the result is being prepared") % {"decision": decision}
    if state == Case.State.REFUSED:
        return gettext("%(decision)s, the decision is being drawn up") % {"decision": decision}
    return str(Case.State(state).label)


@cache
def _codes() -> Mapping[str, str]:
    return dict(tomllib.loads(RESULTS.read_text())["outcomes"])


@cache
def _rows() -> list[dict[str, Any]]:
    return list(tomllib.loads(REMEDIES.read_text())["remedy"])
