"""A notice about holidays moves last days: open cases are counted anew, and whoever it concerns is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from tongban.infrastructure.database import bulk
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import rules, steps
from tongban.platform.cases.events import CaseDaysMoved
from tongban.platform.cases.models import Action, Case, Participation, StatusRow, subject_of
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.acting import status_rows
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import services as deadlines
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

DAYS = ("acceptance_due_on", "promised_due_on", "statutory_due_on")
KIND = "calendar_changed"
# So many cases are counted in one transaction: whoever works on one of them waits a tenth of a second.
PART = 1000


@dataclass(frozen=True, slots=True)
class MovedCase:
    """A case of which some last day is another one now; before and after it was counted. days: the other ones."""

    id: int
    before: rules.CaseStatus
    after: rules.CaseStatus
    days: dict[str, date]

    @property
    def watched_on(self) -> date | None:
        return self.after.acceptance_due_on if self.after.state == "submitted" else self.after.promised_due_on


def recount(*, since: date) -> int:
    """Count the last days of open cases anew that lie on or after that day; return how many cases it moved.

    A thousand cases are a transaction: many may be open, and people go on working. What is told of it follows in the
    worker, so that all days are right at once.
    """
    keys = Case.objects.due_from(since)
    calendar = deadlines.RememberedCalendar(codes.calendar())
    return sum(_recount(keys[start : start + PART], calendar) for start in range(0, len(keys), PART))


@transaction.atomic
def _recount(keys: Sequence[int], calendar: deadlines.Calendar) -> int:
    held = list(Case.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
    found = status_rows(Case.objects.filter(pk__in=held))
    rows = [row for row in found if steps.is_allowed(KIND, row.status.state)]
    plans = plan.of_digests(row.definition for row in rows)
    limits = {digest: found.limits for digest, found in plans.items()}
    lost = _lost_days(rows, limits, calendar)
    moved = []
    for row in rows:
        before = replace(row.status, lost_days=lost.get(row.id, 0))
        after = rules.counted_anew(before, limits[row.definition], calendar)
        if days := _other_days(before, after):
            moved.append(MovedCase(row.id, before, after, days))
    if moved:
        _write(moved)
    return len(moved)


def _other_days(before: rules.CaseStatus, after: rules.CaseStatus) -> dict[str, date]:
    """Return the last days that are other ones now."""
    if before is after:
        return {}
    found = {name: getattr(after, name) for name in DAYS}
    return {name: day for name, day in found.items() if day and day != getattr(before, name)}


def _lost_days(
    rows: Sequence[StatusRow], limits: dict[str, rules.Limits], calendar: deadlines.Calendar
) -> dict[int, int]:
    """Return what the clocks of each case lost, by the calendar of today; whose never stood still lost nothing."""
    stood = {row.id: limits[row.definition] for row in rows if row.status.lost_days}
    done: dict[int, list[tuple[str, date]]] = {pk: [] for pk in stood}
    for pk, kind, on in Action.objects.among(stood).order_by("pk").values_list("case", "kind", "on"):
        done[pk].append((kind, on))
    return {pk: steps.project(done[pk], limits, calendar).lost_days for pk, limits in stood.items()}


def _write(moved: Sequence[MovedCase]) -> None:
    """Append the action to each case, and let its row, its lists and its tasks follow."""
    now, today = clock.now(), clock.today()
    actions = Action.objects.bulk_create(
        Action(
            case_id=case.id,
            kind=KIND,
            at=now,
            on=today,
            actor=SYSTEM.name,
            data={name: day.isoformat() for name, day in case.days.items()},
            public=steps.STEPS[KIND].public,
        )
        for case in moved
    )
    names = [*DAYS, "lost_days"]
    rows = [(case.id, *(getattr(case.after, name) for name in names), now) for case in moved]
    bulk.update_all(Case, [*names, "updated_at"], rows)
    bulk.update_all(Participation, ["due_on"], [(case.id, case.watched_on) for case in moved], by="case")
    move_tasks(moved)
    jobs.enqueue(tell_of_moved_days, actions=[action.pk for action in actions])


def move_tasks(moved: Sequence[MovedCase]) -> None:
    """Have tasks due that were due with their case; those that set days of their own are not counted from it."""
    cases = {subject_of(case.id): case for case in moved}
    days = {}
    for task in Task.objects.of(*cases).open().only("pk", "uid", "subject", "due_on"):
        case = cases[task.subject]
        if new := next((day for name, day in case.days.items() if task.due_on == getattr(case.before, name)), None):
            days[task] = new
    workflow.reschedule_all(moved=days, reason="calendar")


@jobs.task
def tell_of_moved_days(actions: list[int]) -> None:
    """Write the fact of each case whose last days were counted anew; its applicant is told by it."""
    for action in Action.objects.filter(pk__in=actions).select_related("case").order_by("pk"):
        case = action.case
        fact = CaseDaysMoved(case.pk, str(case.number), **action.data)
        journal.write(fact, by=SYSTEM, subject=case.subject)
