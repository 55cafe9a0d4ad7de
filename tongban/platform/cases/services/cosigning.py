"""加签 and 减签 of a case's steps: a colleague, or another department, signs an opinion as well."""

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases.events import CaseSignerAdded, CaseSignerTakenAway
from tongban.platform.cases.models import Case, Participation
from tongban.platform.cases.services.accepting import lock_subject
from tongban.platform.cases.services.acting import act, in_place, let_in, must_be_another, why_another
from tongban.platform.cases.services.handing import NotForThem, who_can_take
from tongban.platform.cases.services.returning import REPEATED
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

ADDRESSEE = "%(office)s %(name)s"


def who_can_sign_too(actor: Actor, case: Case, task: Task) -> list[tuple[Department, list[Account]]]:
    """Return the departments that may sign a step as well, with the colleagues who may in the one that has it.

    Of colleagues those who hold the duty, are there, and are neither excluded nor asked; other departments of the same
    city where somebody holds the duty. None where one person alone answers, or a decision is made.
    """
    if task.kind not in REPEATED or not workflow.may_be_signed_by_more(task):
        return []
    asked = {one.account for one in workflow.signatures(task) if one.state in {"signed", "open"}}
    here = [account for account in who_can_take(actor, case, task) if account.pk not in asked]
    others = identity.departments_with(task.duty, beside=task.department)
    return [*([(task.department, here)] if here else []), *((department, []) for department in others)]


@transaction.atomic
def add_signer(*, actor: Actor, task: Task, department: Department, to: Account | None, reason: str) -> Case:
    """Ask a colleague, or whoever may in a department, to sign a step of a case as well; it reads the case from now on.

    The same again changes nothing.
    Raises NotAllowed, WhySignToo, SignedAlone, YourOwnSignature, HasSigned, NotAble, NobodyAble, OnLeave, NotForThem,
    AlreadyDone, ClaimedByAnother, WrongCaseState, and as `give_opinion` where the actor may not sign.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    case = lock_subject(actor, task, None)
    if task.kind not in REPEATED:
        raise workflow.SignedAlone(title=task.title)
    must_be_another(actor, case, task)
    before = len(workflow.signatures(task))
    if to is not None and to.pk != actor.account:
        _must_not_be_excluded(to, case, task)
    data = {"task": task.key, "title": task.title, "to": _addressee(department, to), **in_place(actor, task)}
    task = workflow.add_signer(actor=actor, task=task, department=department, to=to, reason=reason)
    if len(workflow.signatures(task)) == before:
        return case
    let_in(case, {department.pk} - Participation.objects.departments_in(case.pk))
    act(case, "signer_added", actor=actor, department=task.department.name, note=reason.strip(), data=data)
    told = CaseSignerAdded(case.pk, str(case.number), task.key, department.key, to.pk if to else None)
    journal.write(told, by=actor, subject=case.subject, reason=reason.strip())
    return case


@transaction.atomic
def take_away_signer(*, actor: Actor, task: Task, place: str, reason: str) -> Case:
    """Take a signature away that was asked for besides and is not given yet; again it changes nothing.

    Raises NotAllowed, WhyNoLonger, NamedByDefinition, StaysOnRecord, AlreadyDone, ClaimedByAnother, WrongCaseState, and
    as `give_opinion` where the actor may not sign.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    case = lock_subject(actor, task, None)
    must_be_another(actor, case, task)
    found = next((one for one in workflow.signatures(task) if one.place == place), None)
    task = workflow.take_away_signer(actor=actor, task=task, place=place, reason=reason, due=case.promised_due_on)
    if found is None or found.state == "gone":
        return case
    data = {"task": task.key, "title": task.title, "to": found.office, **in_place(actor, task)}
    act(case, "signer_taken_away", actor=actor, department=task.department.name, note=reason.strip(), data=data)
    told = CaseSignerTakenAway(case.pk, str(case.number), task.key, found.office)
    journal.write(told, by=actor, subject=case.subject, reason=reason.strip())
    return case


def _must_not_be_excluded(to: Account, case: Case, task: Task) -> None:
    """Raise NotForThem; of whoever has signed already the process says so itself."""
    refused = why_another(identity.actor_of(to), case, task)
    if refused is not None and not isinstance(refused, workflow.SignedAlready):
        raise NotForThem(name=to.name, title=task.title)


def _addressee(department: Department, to: Account | None) -> str:
    return ADDRESSEE % {"office": department.name, "name": to.name} if to else department.name
