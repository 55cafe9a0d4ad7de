"""The lights of open cases 监察灯: how the clocks stand that supervision watches, counted by department."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases import rules
from tongban.platform.cases.models import Case, CaseRow
from tongban.platform.deadlines import services as deadlines

# Most urgent first.
COLOURS: tuple[deadlines.Light, ...] = ("red", "yellow", "green", "grey")
# While the applicant supplements, and after an end without a decision, no clock runs.
UNCLOCKED = frozenset({Case.State.SUPPLEMENT, *rules.CLOSED}) - {Case.State.COMPLETED}
MAX_LISTED = 200


class Watched(NamedTuple):
    """What an open case is watched by."""

    id: int
    department_id: int
    state: str
    received_on: date | None
    acceptance_due_on: date | None
    accepted_on: date | None
    promised_due_on: date | None
    decided_on: date | None
    lost_days: int
    unit: str


class LitCases(NamedTuple):
    """Cases of one light, the most urgent first; number: of all of them, where only the first are in `rows`."""

    rows: list[CaseRow]
    number: int


def light(
    case: Case | CaseRow | Watched, due: date | None, context: deadlines.ClockContext, start: date | None = None
) -> deadlines.Light:
    """Return how a clock of a case stands that ends on this day."""
    if case.state in UNCLOCKED:
        return "grey"
    return context.light(
        start=start or case.accepted_on,
        due=due,
        done=case.decided_on,
        paused=case.lost_days,
        # Until acceptance the window's answer is waited for, in working days whatever the service counts in.
        unit=case.unit if case.accepted_on else deadlines.WORKDAY,
    )


def watched_light(case: Watched, context: deadlines.ClockContext) -> deadlines.Light:
    """Return the light that supervision looks at: of the promise; before acceptance of the days for an answer."""
    if case.accepted_on is None:
        due = None if case.state == Case.State.SUPPLEMENT else case.acceptance_due_on
        return light(case, due, context, case.received_on)
    return light(case, case.promised_due_on, context)


def lights(*, actor: Actor) -> Mapping[int, Counter[deadlines.Light]]:
    """Return how many open cases of each light each department has, of those that the actor sees, by its id."""
    context, found = deadlines.now(), dict[int, Counter[deadlines.Light]]()
    for case in _open(actor):
        found.setdefault(case.department_id, Counter())[watched_light(case, context)] += 1
    return found


def lit(*, actor: Actor, department: int, colour: str) -> LitCases:
    """Return the open cases of a department with this light, the first MAX_LISTED by their day."""
    context = deadlines.now()
    cases = [case for case in _open(actor, department) if watched_light(case, context) == colour]
    cases.sort(key=lambda case: (case.promised_due_on or case.acceptance_due_on or date.max, case.id))
    keys = [case.id for case in cases[:MAX_LISTED]]
    rows = {row.id: row for row in Case.objects.filter(pk__in=keys).rows()}
    return LitCases([rows[key] for key in keys], len(cases))


def _open(actor: Actor, department: int | None = None) -> list[Watched]:
    found = Case.objects.visible_to(actor).filter(state__in=("submitted", "supplement", "accepted"))
    if department:
        found = found.filter(department=department)
    return [Watched(*row) for row in found.values_list(*Watched._fields).iterator(chunk_size=5000)]
