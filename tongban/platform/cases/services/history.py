"""What was done to cases, for whoever supervises it: read from the actions, not from what was saved beside them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases import rules, steps
from tongban.platform.cases.models import Action, Case, Participation
from tongban.platform.cases.services import facts, plan
from tongban.platform.codes import services as codes

# By these a window deals with what was handed in.
HANDLED = ("accepted", "deemed_accepted", "not_accepted", "supplement_requested", "withdrawn")
# So many applications for the same are looked at, to find those that were overtaken.
QUEUE = 50
DECISIONS = frozenset({"granted", "refused"})


@dataclass(frozen=True)
class ClockSpan:
    """A time in which the clocks of a case stood one way: from one action to the next.

    begins_on, ends_on   ends_on is None of the last one
    turn                 1; 2 and more after the applicant asked for a person
    """

    begins_on: date
    ends_on: date | None
    state: str
    accepted_on: date | None
    promised_due_on: date | None
    statutory_due_on: date | None
    lost_days: int
    turn: int


@dataclass(frozen=True)
class DoneAction:
    """One action. at: where the city is; account: None of the system; data: as `Action.data` has it."""

    id: int
    kind: str
    at: datetime
    account: int | None
    actor: str
    department: str
    opinion: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class CaseHistory:
    """One case that was handed in, as its actions tell it.

    unit           in which its clocks count
    instant        decided on the spot; one_for_all: one official may file, accept and decide
    filed_by       account that applied for the applicant, or the applicant's own
    applicant      id of the party
    """

    id: int
    number: str
    service: str
    department: int
    area: str
    unit: str
    instant: bool
    one_for_all: bool
    filed_by: int | None
    applicant: int
    submitted_at: datetime
    actions: tuple[DoneAction, ...]
    spans: tuple[ClockSpan, ...]


@dataclass(frozen=True)
class TableDifference:
    """What a decision table of the service says of a case, and what was decided."""

    said: str
    decided: str


def histories(ids: Iterable[int]) -> dict[int, CaseHistory]:
    """Return the histories of these cases, drafts left out; two questions for all of them."""
    cases = list(Case.objects.among(ids).submitted_by_people())
    done: dict[int, list[Action]] = {case.pk: [] for case in cases}
    for action in Action.objects.among(done).order_by("pk"):
        done[action.case_id].append(action)
    return {case.pk: _history(case, done[case.pk]) for case in cases}


def table_difference(case: int) -> TableDifference | None:
    """Return where the last decision about a case is another than its decision tables say; None where they agree.

    A table that says to grant, and a person who refused; or terms of the grant that are not the table's. What no table
    can say, because the form has changed or nothing fits, differs from nothing.
    """
    found = Case.objects.get_with_related(case)
    decision = Action.objects.of(found).of_kinds(DECISIONS).newest()
    if decision is None or decision.account is None:
        return None
    asked = plan.of(found.version)
    question = (found.answers, decision.on, facts.age(found, decision.on))
    try:
        at_once = asked.at_once(*question)
        terms = asked.decision(*question) if decision.kind == "granted" else {}
    except Refusal:
        return None
    if decision.kind == "refused" and at_once and at_once.grants:
        return TableDifference("granted", "refused")
    decided = decision.data.get("decision") or {}
    other = [name for name, value in terms.items() if name in decided and str(decided[name]) != str(value)]
    if not other:
        return None
    return TableDifference(*(", ".join(f"{name}={said[name]}" for name in other) for said in (terms, decided)))


def overtaken(history: CaseHistory, *, at: datetime, before: datetime) -> list[tuple[str, datetime]]:
    """Return which applications for the same, submitted before, still lay unanswered at the same window at that moment.

    Number and time of submission of each, the newest first, among the QUEUE newest of the city: what is older was
    answered, or is deemed accepted. before: the moment before which they were submitted
    """
    own = Participation.objects.for_service(history.service).filter(first=True, case=history.id).first()
    older = Participation.objects.for_service(history.service).filter(first=True, submitted_at__lt=before)
    found = older.order_by("-submitted_at", "-case").values_list("case", "department", "area", "submitted_at")[:QUEUE]
    here = {case: submitted for case, *place, submitted in found if own and place == [own.department_id, own.area]}
    handled = Action.objects.among(here).of_kinds(HANDLED).filter(at__lte=at)
    waited = here.keys() - set(handled.values_list("case_id", flat=True))
    numbers = Case.objects.numbers_of(waited)
    return [(numbers[case], submitted) for case, submitted in here.items() if case in waited]


def _history(case: Case, actions: list[Action]) -> CaseHistory:
    asked = plan.of(case.version)
    assert case.submitted_at
    return CaseHistory(
        id=case.pk,
        number=str(case.number),
        service=case.version.service.code,
        department=case.department_id,
        area=case.area,
        unit=case.unit,
        instant=asked.instant,
        one_for_all=asked.one_person_may_do_all,
        filed_by=case.filed_by_id,
        applicant=case.applicant_id,
        submitted_at=timezone.localtime(case.submitted_at),
        actions=tuple(
            DoneAction(a.pk, a.kind, timezone.localtime(a.at), a.account, a.actor, a.department, a.opinion, a.data)
            for a in actions
        ),
        spans=tuple(_spans(actions, plan.limiting(case).limits)),
    )


def _spans(actions: list[Action], limits: rules.Limits) -> Iterator[ClockSpan]:
    status, calendar, turn = rules.CaseStatus(), codes.calendar(), 1
    for number, action in enumerate(actions):
        status = rules.after(status, steps.STEPS[action.kind], action.on, limits, calendar)
        turn += action.kind in {"person_asked_for", "decision_reopened"}
        following = actions[number + 1] if number + 1 < len(actions) else None
        yield ClockSpan(
            begins_on=action.on,
            ends_on=following.on if following else None,
            state=status.state,
            accepted_on=status.person_asked_on or status.accepted_on,
            promised_due_on=status.promised_due_on,
            statutory_due_on=status.statutory_due_on,
            lost_days=status.lost_days,
            turn=turn,
        )
