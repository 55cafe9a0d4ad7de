"""Ends without a decision of this office: nothing is left to decide (终止), or a higher office decides (转报)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import CaseForwarded, CaseTerminated
from tongban.platform.cases.models import Case
from tongban.platform.cases.services.accepting import NoReasonGiven
from tongban.platform.cases.services.acting import WrongCaseState, act, lock
from tongban.platform.cases.steps import STEPS
from tongban.platform.workflow import services as workflow

CAUSES = ("applicant-gone", "object-gone", "other")


class NoCause(Refusal):
    status, field = 422, "cause"
    message = _("Choose why there is nothing left to decide.")


class NoOffice(Refusal):
    status, field = 422, "office"
    message = _("Name the office to which the case is forwarded.")


@transaction.atomic
def terminate(*, actor: Actor, uid: str, cause: str, reason: str, revision: int | None = None) -> Case:
    """End a case whose applicant or object is gone, with the reason. Doing it twice changes nothing.

    cause   one of CAUSES
    Raises NotAllowed, NoCause, NoReasonGiven, WrongCaseState, Conflict, NotFound.
    """
    case = _lock_for("terminated", actor, uid)
    if case.state == Case.State.TERMINATED:
        return case
    if cause not in CAUSES:
        raise NoCause()
    _end(case, "terminated", actor, reason, {"cause": cause}, revision)
    fact = CaseTerminated(case.pk, str(case.number), cause)
    journal.write(fact, by=actor, subject=case.subject, reason=reason)
    return case


@transaction.atomic
def forward(*, actor: Actor, uid: str, office: str, reason: str, revision: int | None = None) -> Case:
    """Hand an accepted case on to a higher office, which decides it: here it ends (转报办结).

    Raises NotAllowed, NoOffice, NoReasonGiven, WrongCaseState, Conflict, NotFound.
    """
    case = _lock_for("forwarded", actor, uid)
    if case.state == Case.State.FORWARDED:
        return case
    if not office.strip():
        raise NoOffice()
    _end(case, "forwarded", actor, reason, {"office": office.strip()}, revision)
    fact = CaseForwarded(case.pk, str(case.number), office.strip())
    journal.write(fact, by=actor, subject=case.subject, reason=reason)
    return case


def _lock_for(kind: str, actor: Actor, uid: str) -> Case:
    case = lock(uid=uid)
    actor.must_hold(STEPS[kind].duty, department=case.department_id, area=case.area)
    return case


def _end(case: Case, kind: str, actor: Actor, reason: str, data: dict[str, str], revision: int | None) -> None:
    lock(pk=case.pk, revision=revision)
    if not reason.strip():
        raise NoReasonGiven()
    if case.person_asked_on:  # what was decided already stands
        raise WrongCaseState(state=case.get_state_display())
    act(case, kind, actor=actor, department=case.department.name, opinion=reason.strip(), data=data)
    workflow.cancel(actor=actor, subject=case.subject, reason=reason)
