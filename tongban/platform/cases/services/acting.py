"""The one way a case changes: an action is appended, and the case follows."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk, changes
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotFound, Refusal
from tongban.platform.cases import rules
from tongban.platform.cases.models import Action, Case, Participation
from tongban.platform.cases.services import plan
from tongban.platform.cases.steps import STEPS
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.workflow.models import Task


class OwnFiling(Refusal):
    status = 403
    message = _(
        "You filed this application for the applicant, so someone else has to handle it: a colleague of "
        "%(department)s with the same duty."
    )


class OwnAcceptance(Refusal):
    status = 403
    message = _(
        "You accepted this case yourself, so someone else has to decide it: a colleague of %(department)s with the "
        "duty to decide."
    )


class OwnOpinion(Refusal):
    status = 403
    message = _("You gave an opinion on this case yourself; someone else has to decide it.")


class WrongCaseState(Refusal):
    message = _("This can no longer be done: the case is “%(state)s”.")


def lock(*, pk: int | None = None, uid: str = "", revision: int | None = None) -> Case:
    """Take the case with this key or name for this transaction. Raises NotFound; Conflict at another revision."""
    case: Case | None = Case.objects.locked(pk=pk, uid=uid)
    if case is None:
        raise NotFound()
    if revision is not None and case.revision != revision:
        raise Conflict()
    return case


def must_speak_for(actor: Actor, case: Case) -> None:
    """Raise NotFound, noting the attempt, unless the actor acts for the applicant; others need the duty too."""
    if actor.kind == "system":
        return
    if actor.kind != "person":
        actor.must_hold("cases.file")
    if not case.is_spoken_for_by(actor):
        raise identity.not_found(actor, "case", case.uid)


def must_hold_duty(actor: Actor, kind: str, task: Task) -> None:
    """Raise NotAllowed unless the actor holds the duty for this step, for the department and area of the task."""
    actor.must_hold(STEPS[kind].duty, department=task.department_id, area=task.area)


def must_be_another(actor: Actor, case: Case, task: Task) -> None:
    """Raise OwnFiling, OwnAcceptance or OwnOpinion where the actor would check what they did themselves.

    Filing for the applicant, accepting and deciding belong to different people, unless the definition of the service
    says that one may do all of it; whoever gave an opinion never decides.
    """
    if reason := why_another(actor, case, task):
        raise reason


def why_another(actor: Actor, case: Case, task: Task) -> Refusal | None:
    """Return why this official, who holds the duty, may not do this task of this case; None where they may."""
    if actor.account is None:
        return None
    one_for_all = plan.of(case.version).one_person_may_do_all
    office = {"department": task.department.name}
    if case.filed_by_id == actor.account and not one_for_all:
        return OwnFiling(**office)
    if task.kind != "approve":
        return None
    done = Action.objects.of(case).kinds_by(actor.account)
    if "opinion_given" in done:
        return OwnOpinion()
    return OwnAcceptance(**office) if "accepted" in done and not one_for_all else None


def let_in(case: Case, departments: Iterable[int], *, first: bool = False) -> None:
    """Let departments take part in a case that was handed in: from now on their officials find it and read it.

    first   none takes part so far
    """
    found = sorted(departments)
    bulk.insert(*[case.participation(pk, first=first and not index) for index, pk in enumerate(found)])


def act(
    case: Case,
    kind: str,
    *,
    actor: Actor,
    on: date | None = None,
    department: str = "",
    opinion: str = "",
    data: dict[str, Any] | None = None,
) -> Action:
    """Append an action to a locked case, move the case along and write what differs. Raises WrongCaseState.

    kind   a key of STEPS
    """
    step = STEPS[kind]
    if not rules.allowed(step, case.state):
        raise WrongCaseState(state=case.get_state_display())
    now, day = clock.now(), on or clock.today()
    action = Action(
        case=case,
        kind=kind,
        at=now,
        on=day,
        account=actor.account,
        actor=actor.name,
        department=department,
        opinion=opinion,
        data=data or {},
        public=step.public,
    )
    bulk.insert(action)
    status = rules.after(status_of(case), step, day, plan.of(case.version).limits, codes.calendar())
    moved = {name: value for name, value in asdict(status).items() if value != getattr(case, name)}
    for name, value in moved.items():
        setattr(case, name, value)
    case.updated_at = now
    if not step.background:
        case.revision += 1
    changes.write(case)
    if kind != "submitted" and moved.keys() & {"state", "acceptance_due_on", "promised_due_on"}:
        Participation.objects.sync_state(case.pk, state=case.state, due_on=case.watched_on)
    if case.state == Case.State.ACCEPTED and "state" in moved:
        let_in(case, _departments(case) - Participation.objects.departments_in(case.pk))
    return action


def foreseen(case: Case, kind: str) -> rules.CaseStatus:
    """Return where a case will stand after this step today, for what has to be said of it beforehand."""
    return rules.after(status_of(case), STEPS[kind], clock.today(), plan.of(case.version).limits, codes.calendar())


def _departments(case: Case) -> set[int]:
    """Return every department that the case needs, at whatever step."""
    return {case.department_id, *plan.of(case.version).departments().values()}


def status_of(case: Case) -> rules.CaseStatus:
    return rules.CaseStatus(**{name: getattr(case, name) for name in rules.CaseStatus.__dataclass_fields__})
