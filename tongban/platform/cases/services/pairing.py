"""Two officers do a task of a case together: the second is named, and confirms, before it counts."""

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases.events import CaseSecondOfficer
from tongban.platform.cases.models import Case
from tongban.platform.cases.services.accepting import lock_subject
from tongban.platform.cases.services.acting import act, must_be_another, why_another
from tongban.platform.cases.services.handing import NotForThem
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task


@transaction.atomic
def name_second(*, actor: Actor, task: Task, to: Account) -> Case:
    """Name the second officer of a task that two do together. The same again changes nothing.

    Raises NotAllowed, OneIsEnough, SecondIsAnother, NotAble, KeptApart, NotForThem, OnLeave, AlreadyDone,
    ClaimedByAnother, WrongCaseState.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    case = lock_subject(actor, task, None)
    must_be_another(actor, case, task)
    before = task.second_id
    named = workflow.name_second(actor=actor, task=task, to=to)
    if why_another(identity.actor_of(to), case, named) is not None:
        raise NotForThem(name=to.name, title=task.title)
    if before != to.pk:
        _record(case, "second_named", actor, named, to.name)
    return case


@transaction.atomic
def confirm_second(*, actor: Actor, task: Task) -> Case:
    """Confirm as the second officer that one takes part. Again it changes nothing.

    Raises NotAllowed, NotTheSecond, OneIsEnough, AlreadyDone, WrongCaseState.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    case = lock_subject(actor, task, None)
    before = task.seconded_at
    confirmed = workflow.confirm_second(actor=actor, task=task)
    if before is None:
        _record(case, "second_confirmed", actor, confirmed, actor.name)
    return case


def _record(case: Case, kind: str, actor: Actor, task: Task, name: str) -> None:
    data = {"task": task.key, "title": task.title, "to": name}
    act(case, kind, actor=actor, department=task.department.name, data=data)
    told = CaseSecondOfficer(case.pk, str(case.number), task.key, task.second_id or 0, bool(task.seconded_at))
    journal.write(told, by=actor, subject=case.subject)
