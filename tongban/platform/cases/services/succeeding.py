"""机构撤并: the cases of a department that was dissolved go on in the one that took it over.

What is over stays as it was, with the name of whoever decided it; the successor answers for it and may open it, because
its officials reach what their department has taken over (`identity`). Source: 行政诉讼法第二十六条第六款.
"""

from django.db import transaction

from tongban.infrastructure.database import changes
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases.events import CaseOfficeSucceeded
from tongban.platform.cases.models import Case, FollowUpInspection, Participation
from tongban.platform.cases.services.acting import act, let_in, lock
from tongban.platform.cases.steps import STEPS
from tongban.platform.identity.models import Department

OPEN = STEPS["office_succeeded"].allowed_in or frozenset()


def take_over(*, department: Department, successor: Department) -> int:
    """Let the successor handle the open cases, drafts and planned inspections of a department; say how many cases.

    Each is told to its applicant. A second time it is none.
    """
    Case.objects.drafts_at(department.pk).update(department=successor)
    FollowUpInspection.objects.not_closed_at(department.pk).update(department=successor)
    return sum(_take_over(pk, department, successor) for pk in Case.objects.open_at(department.pk, OPEN))


def open_at(department: int) -> int:
    """Return in how many open cases a department takes part."""
    return len(Case.objects.open_at(department, OPEN))


@transaction.atomic
def _take_over(pk: int, department: Department, successor: Department) -> bool:
    case = lock(pk=pk)
    part = Participation.objects.filter(case=case, department=department).first()
    handles = case.department_id == department.pk
    if case.state not in OPEN or not (part or handles):
        return False
    if handles:
        case.department = successor
    if case.window_id == department.pk:
        case.window = successor
    changes.write(case)
    if part:
        _replace(case, part, successor)
    data = {"former": department.name, "successor": successor.name}
    act(case, "office_succeeded", actor=SYSTEM, department=successor.name, data=data)
    told = CaseOfficeSucceeded(case.pk, str(case.number), department.key, successor.key)
    journal.write(told, by=SYSTEM, subject=case.subject)
    return True


def _replace(case: Case, part: Participation, successor: Department) -> None:
    """Let the successor take part where a department did: once, and in the lists of the whole city if that one did."""
    there = Participation.objects.filter(case=case, department=successor).first()
    part.delete()
    if there is None:
        let_in(case, [successor.pk], first=part.first, area=part.area)
    elif part.first:
        there.first = True
        there.save(update_fields=["first"])
