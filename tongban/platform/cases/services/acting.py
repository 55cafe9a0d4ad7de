"""The one way a case changes: an action is appended, and the case follows."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk, changes
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotFound, Refusal
from tongban.platform.cases import rules
from tongban.platform.cases.events import CaseStepSkipped
from tongban.platform.cases.models import (
    STATUS_COLUMNS,
    Action,
    Case,
    CaseQuerySet,
    Participation,
    StatusRow,
)
from tongban.platform.cases.rules import separation
from tongban.platform.cases.services import offices, plan
from tongban.platform.cases.steps import STEPS
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.parties import services as parties
from tongban.platform.workflow import services as workflow
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


class OwnMatter(Refusal):
    status = 403
    message = _(
        "You are the applicant of this case or represent the applicant, so you keep out of it: a colleague of "
        "%(department)s with the same duty handles it."
    )


class Recused(Refusal):
    status = 403
    message = _(
        "You declared that you keep out of this case; a colleague of %(department)s with the same duty handles it."
    )


# The head of a department does by it what nobody else there may.
LEAD = "cases.lead"
APART: dict[separation.Why, type[Refusal]] = {
    "filed": OwnFiling,
    "accepted": OwnAcceptance,
    "opinion_given": OwnOpinion,
}


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
    duty = LEAD if task.duty == LEAD else STEPS[kind].duty
    actor.must_hold(duty, department=task.department_id, area=task.area)


def must_be_another(actor: Actor, case: Case, task: Task) -> None:
    """Raise OwnFiling, OwnAcceptance or OwnOpinion where the actor would check what they did themselves.

    Filing for the applicant, accepting and deciding belong to different people (`rules.separation`), and so does what
    the definition keeps apart. Whoever is or represents the applicant keeps out, and whoever declared a conflict.
    """
    if reason := why_another(actor, case, task):
        raise reason


def why_another(actor: Actor, case: Case, task: Task) -> Refusal | None:
    """Return why this official, who holds the duty, may not do this task of this case; None where they may.

    Whoever acts in a colleague's place may do no more than the colleague.
    """
    if refused := _why_another(actor, case, task):
        return refused
    colleague = workflow.in_place_of(actor, task)
    return None if colleague is None else _why_another(identity.actor_of(Account.objects.get(pk=colleague)), case, task)


def _why_another(actor: Actor, case: Case, task: Task) -> Refusal | None:
    if actor.account is None:
        return None
    office = {"department": task.department.name}
    did = Action.objects.kinds_by(actor.account, case=case.pk) | (
        {"filed"} if case.filed_by_id == actor.account else set()
    )
    if "recused" in did:
        return Recused(**office)
    if _is_own_matter(actor, case):
        return OwnMatter(**office)
    why = separation.why_apart(task.kind, did, one_for_all=plan.of(case.version).one_person_may_do_all)
    return APART[why](**office) if why else workflow.why_not_do(actor, task)


def _is_own_matter(actor: Actor, case: Case) -> bool:
    """Say whether an official is the applicant, represents it by law, or holds a mandate of it."""
    if actor.kind != "staff" or actor.account is None:
        return False
    return parties.is_or_acts_for(actor.account, case.applicant_id, on=clock.today())


def in_place(actor: Actor, task: Task) -> dict[str, str]:
    """Return what an action says of in whose place it was done; {} where it was done as oneself."""
    colleague = workflow.in_place_of(actor, task)
    return {} if colleague is None else {"on_behalf_of": Account.objects.names_of([colleague])[colleague]}


def note_skipped(actor: Actor, case: Case, done: Task) -> None:
    """Write into the record what a finished task let the process pass, because only the same official could do it."""
    for task in done.skipped:
        data = {"task": task.key, "title": task.title, "before": done.title, "name": actor.name}
        act(case, "step_skipped", actor=actor, department=task.department.name, data=data)
        told = CaseStepSkipped(case.pk, str(case.number), task.key, done.key)
        journal.write(told, by=actor, subject=case.subject)


def with_second(task: Task) -> dict[str, str]:
    """Return what an action says of the second officer; {} where one did it."""
    return {"second": Account.objects.names_of([task.second_id])[task.second_id]} if task.second_id else {}


def let_in(case: Case, departments: Iterable[int], *, first: bool = False, area: str = "") -> None:
    """Let departments take part in a case that was handed in: from now on their officials find it and read it.

    first   none takes part so far
    area    where they take part, where that is not the area of the case: at a window elsewhere
    """
    found = sorted(departments)
    bulk.insert(*[case.participation(pk, first=first and not index, area=area) for index, pk in enumerate(found)])


def act(
    case: Case,
    kind: str,
    *,
    actor: Actor,
    on: date | None = None,
    department: str = "",
    opinion: str = "",
    note: str = "",
    data: dict[str, Any] | None = None,
) -> Action:
    """Append an action to a locked case, move the case along and write what differs. Raises WrongCaseState.

    kind   a key of STEPS; opinion, note: see `Action`
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
        note=note,
        data=data or {},
        public=step.public,
    )
    status = rules.after(status_of(case), step, day, plan.limiting(case).limits, codes.calendar())
    moved = {name: value for name, value in asdict(status).items() if value != getattr(case, name)}
    for name, value in moved.items():
        setattr(case, name, value)
    case.updated_at = now
    if not step.background:
        case.revision += 1
    with bulk.batch():
        bulk.insert(action)
        changes.write(case)
    if kind != "submitted" and moved.keys() & {"state", "acceptance_due_on", "promised_due_on"}:
        Participation.objects.sync_state(case.pk, state=case.state, due_on=case.watched_on)
    if case.state == Case.State.ACCEPTED and "state" in moved:
        let_in(case, _departments(case) - Participation.objects.departments_in(case.pk))
    return action


def foreseen(case: Case, kind: str) -> rules.CaseStatus:
    """Return where a case will stand after this step today, for what has to be said of it beforehand."""
    return rules.after(status_of(case), STEPS[kind], clock.today(), plan.limiting(case).limits, codes.calendar())


def _departments(case: Case) -> set[int]:
    """Return every department that the case needs, at whatever step."""
    return {case.department_id, *offices.roles_of(case).values()}


def status_of(case: Case) -> rules.CaseStatus:
    return rules.CaseStatus(**{name: getattr(case, name) for name in STATUS_COLUMNS})


def status_rows(found: CaseQuerySet) -> list[StatusRow]:
    """Return where these cases stand by what is kept of them, in the order of their keys; for many at a time."""
    limited = found.annotate(limiting=Coalesce("limited_by__digest", "version__digest")).order_by("pk")
    rows: Any = limited.values_list("pk", "number", "limiting", *STATUS_COLUMNS)
    return [StatusRow(pk, number, digest, rules.CaseStatus(*status)) for pk, number, digest, *status in rows]
