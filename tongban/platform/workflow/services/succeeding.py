"""机构撤并: what lies with a department that was dissolved goes on in the one that took it over."""

from django.db import transaction
from django.utils.translation import gettext

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Department
from tongban.platform.workflow.events import TaskPassedOn
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.services.running import return_all_claimed

PART = 500


def take_over(*, department: Department, successor: Department) -> int:
    """Let the successor play the roles of a department in every process that runs, and have its open tasks.

    Whoever had claimed a task keeps it, as long as they may do it there. Returns how many processes that touched; a
    second time it is none.
    """
    touched = 0
    for pk in _running_with(department):
        touched += _take_over(pk, department, successor)
    if touched:
        return_all_claimed()
    return touched


def open_at(department: int) -> int:
    """Return how many tasks are open at a department."""
    return int(Task.objects.open().for_department(department).count())


def _running_with(department: Department) -> list[int]:
    """Return the keys of running processes that name a department as a role, or have an open task of it."""
    roles = Instance.objects.running().order_by("pk").values_list("pk", "roles").iterator(chunk_size=PART)
    named = {pk for pk, played in roles if department.pk in played.values()}
    passed_on = Task.objects.open().for_department(department.pk).values_list("instance", flat=True)
    return sorted(named | set(passed_on))


@transaction.atomic
def _take_over(pk: int, department: Department, successor: Department) -> bool:
    instance = Instance.objects.select_for_update().get(pk=pk)
    if instance.state != Instance.State.RUNNING:
        return False
    roles = {role: successor.pk if played == department.pk else played for role, played in instance.roles.items()}
    tasks = list(Task.objects.select_for_update(of=("self",)).open().filter(instance=pk, department=department))
    if roles == instance.roles and not tasks:
        return False
    instance.roles = roles
    instance.save(update_fields=["roles"])
    reason = gettext("%(department)s was dissolved.") % {"department": department.name}
    for task in tasks:
        task.department, task.version = successor, task.version + 1
        task.save(update_fields=["department", "version"])
        told = TaskPassedOn(str(task.uid), task.key, department.key, successor.key)
        journal.write(told, by=SYSTEM, subject=task.subject, reason=reason)
    return True
