"""抄送 of a case: a colleague or a department reads it, that case alone, and every reading is written down."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import CaseCopySent
from tongban.platform.cases.models import Case
from tongban.platform.cases.services.accepting import lock_subject
from tongban.platform.cases.services.acting import OwnMatter, Recused, act, in_place, why_another
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

# Whoever handles cases at the desk, where copies are read.
READERS = ("cases.review", "cases.approve", "cases.inspect")


class NobodyReads(Refusal):
    status, field = 422, "department"
    message = _("Nobody in %(department)s handles cases, so nobody there could read the copy.")


class NotThere(Refusal):
    status, field = 422, "name"
    message = _(
        "Nobody called “%(name)s” handles cases in %(department)s. Leave the name empty to send it to all there."
    )


class SeveralOfThatName(Refusal):
    status, field = 422, "name"
    message = _("Several people in %(department)s are called “%(name)s”. Leave the name empty to send it to all there.")


class KeepsOut(Refusal):
    status, field = 422, "name"
    message = _("%(name)s keeps out of this case, so no copy goes to them.")


@transaction.atomic
def send_copy(*, actor: Actor, task: Task, department: Department, name: str, reason: str) -> Case:
    """Send a case to a colleague, or to those of a department who handle cases, to be read; nothing waits for it.

    name   of the colleague; "" for the department. The same again, before it is read, changes nothing.
    Raises NotAllowed, NobodyReads, NotThere, SeveralOfThatName, KeepsOut, WhyCopied, CopyToYourself, OnLeave,
    AlreadyDone, ClaimedByAnother, WrongCaseState.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    case = lock_subject(actor, task, None)
    duty, to = _readers(department, name.strip(), task.area)
    if to is not None and isinstance(why_another(identity.actor_of(to), case, task), (OwnMatter, Recused)):
        raise KeepsOut(name=to.name)
    copy, new = workflow.send_copy(actor=actor, task=task, department=department, to=to, duty=duty, reason=reason)
    if not new:
        return case
    whom = f"{department.name} {to.name}" if to else department.name
    data = {"task": task.key, "title": task.title, "to": whom, **in_place(actor, task)}
    act(case, "copy_sent", actor=actor, department=task.department.name, note=reason.strip(), data=data)
    told = CaseCopySent(case.pk, str(case.number), str(copy.uid), department.key, copy.account_id)
    journal.write(told, by=actor, subject=case.subject, reason=reason.strip())
    return case


def _readers(department: Department, name: str, area: str) -> tuple[str, Account | None]:
    """Return the duty by which those of a department read it, and the one colleague where a name is given."""
    by_duty = {duty: identity.able(duty, department, area) for duty in READERS}
    duty = next((duty for duty, found in by_duty.items() if found), "")
    if not duty:
        raise NobodyReads(department=department.title)
    if not name:
        return duty, None
    named = {account.pk: account for found in by_duty.values() for account in found if account.name == name}
    if not named:
        raise NotThere(name=name, department=department.title)
    if len(named) > 1:
        raise SeveralOfThatName(name=name, department=department.title)
    return duty, next(iter(named.values()))
