"""转办: a task of a case goes to a colleague, or to another department."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import CaseHandedOver, CasePassedOn
from tongban.platform.cases.models import Case, Participation
from tongban.platform.cases.services.accepting import lock_subject
from tongban.platform.cases.services.acting import act, in_place, let_in, why_another
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task


class NotForThem(Refusal):
    status, field = 422, "to"
    message = _(
        "%(name)s has handled this case in a way that excludes them from “%(title)s”. Choose another colleague."
    )


def who_can_take(actor: Actor, case: Case, task: Task) -> list[Account]:
    """Return the colleagues who may do a task of this case: by their duty, being there, and not excluded."""
    found = workflow.able(task, besides=actor.account)
    return [account for account in found if why_another(identity.actor_of(account), case, task) is None]


@transaction.atomic
def hand_over(*, actor: Actor, task: Task, to: Account, reason: str, revision: int | None = None) -> Case:
    """Give a task of a case to a colleague who may do it; the reason is for them.

    Raises NotAllowed, WhyHandedOver, NotAble, OnLeave, NotForThem, AlreadyDone, ClaimedByAnother, WrongCaseState,
    Conflict.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    case = lock_subject(actor, task, revision)
    task = workflow.hand_over(actor=actor, task=task, to=to, reason=reason)
    if why_another(identity.actor_of(to), case, task) is not None:
        raise NotForThem(name=to.name, title=task.title)
    data = {"task": task.key, "title": task.title, "to": to.name, **in_place(actor, task)}
    act(case, "handed_over", actor=actor, department=task.department.name, note=reason.strip(), data=data)
    told = CaseHandedOver(case.pk, str(case.number), task.key, to.pk)
    journal.write(told, by=actor, subject=case.subject, reason=reason.strip())
    return case


@transaction.atomic
def pass_on(*, actor: Actor, task: Task, department: Department, reason: str, revision: int | None = None) -> Case:
    """Give a task of a case to another department, which takes part in the case from now on.

    Raises NotAllowed, WhyHandedOver, NobodyAble, AlreadyDone, ClaimedByAnother, WrongCaseState, Conflict.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    case, before = lock_subject(actor, task, revision), task.department
    data = {"task": task.key, "title": task.title, "to": department.name, **in_place(actor, task)}
    task = workflow.pass_on(actor=actor, task=task, department=department, reason=reason)
    let_in(case, {department.pk} - Participation.objects.departments_in(case.pk))
    act(case, "passed_on", actor=actor, department=before.name, note=reason.strip(), data=data)
    told = CasePassedOn(case.pk, str(case.number), task.key, department.key)
    journal.write(told, by=actor, subject=case.subject, reason=reason.strip())
    return case
