"""A notice about holidays moves last days: open cases are counted anew, and whoever it concerns is told."""

from dataclasses import asdict
from datetime import date

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import rules, steps
from tongban.platform.cases.events import CaseDaysMoved
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.acting import act, lock, status_of
from tongban.platform.codes import services as codes
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

DAYS = ("acceptance_due_on", "promised_due_on", "statutory_due_on")


def recount(*, since: date) -> int:
    """Count the last days of open cases anew that lie on or after that day; return how many cases it moved.

    Each case is a transaction of its own: many may be open, and people go on working.
    """
    return sum(_recount(pk) for pk in Case.objects.due_from(since))


@transaction.atomic
def _recount(pk: int) -> bool:
    case = lock(pk=pk)
    if not steps.is_allowed("calendar_changed", case.state):
        return False
    limits, calendar = plan.of(case.version).limits, codes.calendar()
    history = steps.project(Action.objects.of(case).values_list("kind", "on"), limits, calendar)
    case.lost_days = history.lost_days
    before, after = status_of(case), rules.counted_anew(status_of(case), limits, calendar)
    moved = {name: day for name, day in asdict(after).items() if name in DAYS and day != getattr(before, name)}
    if not moved:
        return False
    for task in Task.objects.of(case.subject).open():
        # Tasks that set days of their own are not counted from the case.
        if new := next((day for name, day in moved.items() if task.due_on == getattr(before, name)), None):
            workflow.reschedule(actor=SYSTEM, task=task, due_on=new, reason="calendar")
    days = {name: day.isoformat() for name, day in moved.items() if day}
    act(case, "calendar_changed", actor=SYSTEM, data=days)
    journal.write(CaseDaysMoved(case.pk, str(case.number), **days), by=SYSTEM, subject=case.subject)
    return True
