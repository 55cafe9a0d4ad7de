"""转办: a task goes to a colleague, or to another department, by name and with a reason."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow.events import TaskGivenToHead, TaskHandedOver, TaskPassedOn
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.services.running import must_be_open, must_do


class WhyHandedOver(Refusal):
    status, field = 422, "reason"
    message = _("Say why somebody else is to do this; they read it.")


class NotAble(Refusal):
    status, field = 422, "to"
    message = _("%(name)s does not hold the duty for “%(title)s”.")


class OnLeave(Refusal):
    field = "to"
    message = _("%(name)s is away until %(day)s, and nobody acts in their place. Choose another colleague.")


class NobodyAble(Refusal):
    status, field = 422, "department"
    message = _("Nobody in %(department)s holds the duty for “%(title)s”.")


class AnotherGovernment(Refusal):
    status, field = 422, "department"
    message = _("%(department)s belongs to another government, so “%(title)s” cannot go there.")


def able(task: Task, *, besides: int | None = None) -> list[Account]:
    """Return the officials who hold the duty of a task and are there, or have somebody in their place.

    besides   account that is left out
    Who must not do it for another reason, such as what they did in the matter before, its room says.
    """
    return able_in(task, task.department, besides=besides)


def able_in(task: Task, department: Department, *, besides: int | None = None) -> list[Account]:
    """Return the officials of a department who hold the duty of a task and are there, or have a deputy."""
    found = identity.able(task.duty, department, task.area) if task.duty else []
    away = identity.away_until(account.pk for account in found)
    return [
        account
        for account in found
        if account.pk != besides and (account.pk not in away or identity.deputies(account.pk))
    ]


@transaction.atomic
def hand_over(*, actor: Actor, task: Task, to: Account, reason: str) -> Task:
    """Give an open task to a colleague who may do it: it lies with them, claimed. The same again changes nothing.

    Raises NotAllowed, WhyHandedOver, AlreadyDone, ClaimedByAnother, NotAble, OnLeave.
    """
    task = _lock(actor, task, reason)
    if not identity.actor_of(to).holds(task.duty, department=task.department_id, area=task.area):
        raise NotAble(name=to.name, title=task.title)
    must_be_there(to)
    if task.claimed_by_id == to.pk:
        return task
    before, task.claimed_by_id = task.claimed_by_id, to.pk
    _keep(task)
    told = TaskHandedOver(str(task.uid), task.key, before, to.pk)
    journal.write(told, by=actor, subject=task.subject, reason=reason.strip())
    return task


@transaction.atomic
def pass_on(*, actor: Actor, task: Task, department: Department, reason: str) -> Task:
    """Give an open task to another department, where somebody holds its duty. The same again changes nothing.

    Raises NotAllowed, WhyHandedOver, AlreadyDone, ClaimedByAnother, AnotherGovernment, NobodyAble.
    """
    task = _lock(actor, task, reason)
    must_be_of_the_city(task, department)
    if not identity.able(task.duty, department, task.area):
        raise NobodyAble(department=department.title, title=task.title)
    if task.department_id == department.pk:
        return task
    before = task.department.key
    task.department, task.claimed_by_id = department, None
    _keep(task)
    told = TaskPassedOn(str(task.uid), task.key, before, department.key)
    journal.write(told, by=actor, subject=task.subject, reason=reason.strip())
    return task


@transaction.atomic
def give_to_head(*, task: Task, duty: str, reason: str) -> Task:
    """Let whoever heads the department of an open task do it, because nobody else there may; again changes nothing.

    duty   by which the head does it; whether nobody else is left, and whether there is a head, the caller knows
    Raises AlreadyDone.
    """
    found: Task = Task.objects.select_for_update(of=("self",)).select_related("department").get(pk=task.pk)
    must_be_open(found, SYSTEM, None)
    if found.duty == duty:
        return found
    found.duty, found.claimed_by_id = duty, None
    found.second_id = found.seconded_at = None
    found.seen_at, found.version = None, found.version + 1
    found.save(update_fields=["duty", "claimed_by", "second", "seconded_at", "seen_at", "version"])
    told = TaskGivenToHead(str(found.uid), found.key, found.department.key, duty)
    journal.write(told, by=SYSTEM, subject=found.subject, reason=reason)
    return found


def _lock(actor: Actor, task: Task, reason: str) -> Task:
    must_do(actor, task)
    if not reason.strip():
        raise WhyHandedOver()
    found: Task = Task.objects.select_for_update(of=("self",)).select_related("department").get(pk=task.pk)
    must_be_open(found, actor, None)
    return found


def must_be_of_the_city(task: Task, department: Department) -> None:
    """Raise AnotherGovernment where a department belongs to another city of the same installation."""
    if not identity.same_government(task.department, department):
        raise AnotherGovernment(department=department.title, title=task.title)


def must_be_there(to: Account) -> None:
    """Raise OnLeave where an official is away and nobody acts in their place."""
    last = identity.away_until([to.pk]).get(to.pk)
    if last and not identity.deputies(to.pk):
        raise OnLeave(name=to.name, day=ui.day(last))


def _keep(task: Task) -> None:
    """Write down with whom a task lies now, who has not opened it yet."""
    task.seen_at, task.version = None, task.version + 1
    if task.second_id == task.claimed_by_id or task.claimed_by_id is None:
        task.second_id = task.seconded_at = None
    task.save(update_fields=["department", "claimed_by", "seen_at", "second", "seconded_at", "version"])
