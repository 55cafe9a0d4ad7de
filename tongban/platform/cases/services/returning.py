"""退回 and 撤回: a matter goes back to an earlier step, an opinion back to whoever gave it. No clock stops for that."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict
from tongban.platform.cases.events import CaseSentBack, OpinionTakenBack
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services.accepting import lock_subject
from tongban.platform.cases.services.acting import act, in_place
from tongban.platform.cases.services.extending import must_not_be_paused
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

# Acceptance set the clocks going and was put in writing; a decision has reached the applicant. Neither is done again.
REPEATED = frozenset({"review", "inspect"})


class Stands(Conflict):
    message = _("“%(title)s” has reached the applicant already, so it is not taken back here.")


def earlier_steps(task: Task) -> list[workflow.EarlierStep]:
    """Return the steps that a task of a case can be sent back to, with what each means."""
    return [step for step in workflow.earlier_steps(task) if step.kinds <= REPEATED]


@transaction.atomic
def send_back(*, actor: Actor, task: Task, target: str, reason: str, revision: int | None = None) -> Case:
    """Send a case back from a task to an earlier step; both clocks go on, and the applicant reads where it is.

    target   `EarlierStep.place`
    reason   for whoever does the step again; the applicant does not read it
    Raises NotAllowed, WhySentBack, NoEarlierStep, ProcedureOpen, WrongCaseState, Conflict, AlreadyDone,
    ClaimedByAnother.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    case = lock_subject(actor, task, revision)
    must_not_be_paused(case)
    place = in_place(actor, task)
    task, step = workflow.send_back(
        actor=actor, task=task, target=target, reason=reason, only=REPEATED, due=case.promised_due_on
    )
    act(
        case,
        "sent_back",
        actor=actor,
        department=task.department.name,
        note=reason.strip(),
        data={
            "task": step.key,
            "title": step.title,
            "from": task.key,
            "from_title": task.title,
            "again": step.keys,
            **place,
        },
    )
    told = CaseSentBack(case.pk, str(case.number), task.key, step.key)
    journal.write(told, by=actor, subject=case.subject, reason=reason.strip())
    return case


@transaction.atomic
def take_back(*, actor: Actor, task: Task) -> Case:
    """Take one's own opinion back before anybody opened what follows; it stays on record and counts no more.

    Raises NotAllowed, Stands, NotYours, TakenUp, WrongCaseState.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    if task.kind not in REPEATED:
        raise Stands(title=task.title)
    case = lock_subject(actor, task, None)
    task = workflow.take_back(actor=actor, task=task)
    data = {"task": task.key, "title": task.title} | ({"branch": task.branch} if task.branch else {})
    act(case, "opinion_taken_back", actor=actor, department=task.department.name, data=data)
    journal.write(OpinionTakenBack(case.pk, str(case.number), task.key), by=actor, subject=case.subject)
    return case


def may_take_back(actor: Actor, task: Task) -> bool:
    """Say whether this is the actor's opinion, and nobody has opened yet what follows from it."""
    return task.kind in REPEATED and workflow.may_take_back(actor, task)


def opinions_that_count(case: Case) -> list[Action]:
    """Return the opinions that count, each signature by itself; of one given again the last.

    What was sent back or taken back counts no more until it is given again.
    """
    found: dict[tuple[str, str], Action] = {}
    for action in Action.objects.of(case).of_kinds(("opinion_given", "sent_back", "opinion_taken_back")):
        task, branch = action.data["task"], action.data.get("branch", "")
        if action.kind == "opinion_given":
            found.pop((task, branch), None)
            found[task, branch] = action
        elif action.kind == "opinion_taken_back":
            found.pop((task, branch), None)
        else:
            found = {key: given for key, given in found.items() if key[0] not in action.data["again"]}
    return list(found.values())
