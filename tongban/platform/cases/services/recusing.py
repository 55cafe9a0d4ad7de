"""Keeping out of a case 回避: an official declares a conflict, and colleagues go on."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import OfficialRecused
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import heading
from tongban.platform.cases.services.accepting import lock_subject
from tongban.platform.cases.services.acting import act
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task


class NoConflictStated(Refusal):
    status, field = 422, "reason"
    message = _("State the conflict: how you are related to the applicant or to what the case is about.")


class NobodyElse(Refusal):
    message = _(
        "Nobody else of %(department)s may do this. Ask the head of your office, who decides whether you keep out and "
        "has a deputy appointed."
    )


@transaction.atomic
def recuse(*, actor: Actor, task: Task, reason: str) -> Case:
    """Keep out of a case, of all its tasks, and say why; declared a second time it changes nothing.

    What the official had claimed goes back to colleagues. Where nobody else is left, the head decides.
    Source: 行政处罚法 art. 43. Raises NotAllowed, NoConflictStated, NobodyElse, WrongCaseState.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    if not reason.strip():
        raise NoConflictStated()
    case = lock_subject(actor, task, None)
    if actor.account is None or "recused" in Action.objects.kinds_by(actor.account, case=case.pk):
        return case
    left = heading.who_may(case, task, besides=actor.account)
    if not left and not heading.heads(case, task, besides=actor.account):
        raise NobodyElse(department=task.department.title)
    act(
        case,
        "recused",
        actor=actor,
        department=task.department.name,
        opinion=reason.strip(),
        data={"task": task.key, "title": task.title},
    )
    for claimed in Task.objects.of(case.subject).open().claimed_by(actor):
        workflow.release(actor=actor, task=claimed, reason=reason)
    told = OfficialRecused(case.pk, str(case.number), task.key)
    journal.write(told, by=actor, subject=case.subject, reason=reason)
    if not left:
        heading.give_to_head(case=case, task=task)
    return case
