"""More time: the law's limit extended once, and special procedures, while which both clocks stand still."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import CaseExtended, ProcedureBegun, ProcedureEnded
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.accepting import NoReasonGiven
from tongban.platform.cases.services.acting import act, foreseen, lock
from tongban.platform.cases.steps import STEPS
from tongban.platform.codes import services as codes
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task


class NoExtension(Refusal):
    message = _("The law provides no extension for this service.")


class ExtendedAlready(Refusal):
    message = _("The time limit has already been extended. The law allows this only once.")


class TooLate(Refusal):
    message = _("The statutory last day has passed; the time limit can no longer be extended.")


class UnknownProcedure(Refusal):
    status = 422
    message = _("This service has no such special procedure.")


class ProcedureOpen(Refusal):
    message = _("“%(procedure)s” has not finished, and the time limits are paused. Record its result first.")


class NoProcedure(Refusal):
    message = _("No special procedure is under way.")


@transaction.atomic
def extend(*, actor: Actor, uid: str, reason: str, revision: int | None = None) -> Case:
    """Move the law's last day by what the service's definition allows; the promise stays. Source: 行政许可法 art. 42.

    Raises NotAllowed, NoReasonGiven, NoExtension, ExtendedAlready, TooLate, ProcedureOpen, WrongCaseState, Conflict,
    NotFound.
    """
    case = lock_for("extended", actor, uid, revision)
    if not reason.strip():
        raise NoReasonGiven()
    must_not_be_paused(case)
    limits = plan.limiting(case).limits
    if not limits.extension_days:
        raise NoExtension()
    if case.extended_days:
        raise ExtendedAlready()
    if case.statutory_due_on and clock.today() > case.statutory_due_on:
        raise TooLate()
    extended = foreseen(case, "extended")
    due_on = extended.statutory_due_on.isoformat() if extended.statutory_due_on else ""
    data = {"days": limits.extension_days, "due_on": due_on}
    act(case, "extended", actor=actor, department=case.department.name, opinion=reason.strip(), data=data)
    journal.write(CaseExtended(case.pk, str(case.number), due_on), by=actor, subject=case.subject, reason=reason)
    return case


@transaction.atomic
def begin_procedure(
    *, actor: Actor, uid: str, procedure: str, days: int, reason: str = "", revision: int | None = None
) -> Case:
    """Stop both clocks for a test, a hearing, an expert's opinion. Source: 行政许可法 art. 45.

    procedure   name of one that the service's definition knows
    days        how long it is expected to take, in working days; the applicant is told
    Raises NotAllowed, UnknownProcedure, ProcedureOpen, WrongCaseState, Conflict, NotFound.
    """
    case = lock_for("procedure_begun", actor, uid, revision)
    if procedure not in plan.of(case.version).procedures or days < 1:
        raise UnknownProcedure()
    must_not_be_paused(case)
    turn = Action.objects.of(case).procedures().count() + 1
    data = {"procedure": procedure, "days": days, "turn": turn}
    act(case, "procedure_begun", actor=actor, department=case.department.name, opinion=reason.strip(), data=data)
    # Nothing is due meanwhile; but who has the case to do sees it again when the procedure should be over.
    move_tasks(case, codes.calendar().add(clock.today(), days), procedure)
    workflow.pause_timers(subject=case.subject)
    fact = ProcedureBegun(case.pk, str(case.number), procedure, days, turn)
    journal.write(fact, by=actor, subject=case.subject, reason=reason)
    return case


@transaction.atomic
def end_procedure(*, actor: Actor, uid: str, result: str, revision: int | None = None) -> Case:
    """Write down what came of the special procedure: both clocks run again.

    Raises NotAllowed, NoReasonGiven, NoProcedure, WrongCaseState, Conflict, NotFound.
    """
    case = lock_for("procedure_ended", actor, uid, revision)
    begun = open_procedure(case)
    if begun is None or begun.kind != "procedure_begun":  # a hearing ends with its record
        raise NoProcedure()
    if not result.strip():
        raise NoReasonGiven()
    data = {name: begun.data[name] for name in ("procedure", "turn")}
    act(case, "procedure_ended", actor=actor, department=case.department.name, opinion=result.strip(), data=data)
    move_tasks(case, case.promised_due_on, data["procedure"])
    workflow.resume_timers(subject=case.subject)
    fact = ProcedureEnded(
        case.pk,
        str(case.number),
        procedure=begun.data["procedure"],
        turn=begun.data["turn"],
        promised_due_on=str(case.promised_due_on),
        statutory_due_on=str(case.statutory_due_on),
    )
    journal.write(fact, by=actor, subject=case.subject, reason=result)
    return case


def open_procedure(case: Case) -> Action | None:
    """Return the beginning of the special procedure that a case waits for."""
    return Action.objects.of(case).procedures().newest() if case.paused_on else None


def must_not_be_paused(case: Case) -> None:
    """Raise ProcedureOpen while the clocks of a case stand still."""
    if begun := open_procedure(case):
        raise ProcedureOpen(procedure=begun.data["procedure"])


def lock_for(kind: str, actor: Actor, uid: str, revision: int | None) -> Case:
    """Lock a case whose time is the business of whoever decides it."""
    case = lock(uid=uid, revision=revision)
    actor.must_hold(STEPS[kind].duty, department=case.department_id, area=case.area)
    return case


def move_tasks(case: Case, due_on: date | None, reason: str) -> None:
    """Have the open tasks of a case due on another day."""
    for task in Task.objects.of(case.subject).open():
        workflow.reschedule(actor=SYSTEM, task=task, due_on=due_on, reason=reason)
