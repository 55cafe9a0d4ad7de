"""事后核查: after a grant somebody looks whether its conditions are met; a case of its own, linked with the first.

Source: 行政许可法 art. 61 (whoever grants supervises by inspection), art. 69 (what was granted wrongly is revoked).
"""

from datetime import date
from functools import cache
from pathlib import Path

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict
from tongban.platform.cases.events import FollowUpInspectionClosed, FollowUpInspectionOpened
from tongban.platform.cases.models import Case, FollowUpInspection, Participation
from tongban.platform.cases.services import offices, plan
from tongban.platform.cases.services.accepting import NoReasonGiven, lock_subject
from tongban.platform.cases.services.acting import act, let_in, lock, must_be_another, must_hold_duty
from tongban.platform.cases.services.objecting import turn_of
from tongban.platform.codes import services as codes
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

FOLLOW_UP = "follow_up_check"
# The tasks by which the result of an inspection is recorded; the first is that of a commitment.
CHECKS = ("commitment_check", FOLLOW_UP)
PROCESS = Path(__file__).parent.parent / "data" / "follow-up.bpmn"
KEPT, BROKEN = "kept", "broken"
# What was granted and still stands.
STANDING = frozenset({Case.State.GRANTED, Case.State.COMPLETED})


@transaction.atomic
def plan_follow_up(*, case: Case) -> FollowUpInspection | None:
    """Plan the inspection that follows a grant, where the definition says so; once for each decision."""
    rule, case = plan.of(case.version).follow_up, lock(pk=case.pk)
    if not rule or case.outcome != "granted" or case.decided_on is None:
        return None
    if (
        found := FollowUpInspection.objects.of(case)
        .filter(kind=FollowUpInspection.Kind.ORDINARY, turn=turn_of(case))
        .first()
    ):
        return found
    opens_on = codes.calendar().add(case.decided_on, rule["days"])
    due_on = codes.calendar().add(opens_on, rule["within"])
    return _put(case, FollowUpInspection.Kind.ORDINARY, rule["role"], opens_on, due_on)


def begin_check(case: Case, role: str, due_on: date) -> FollowUpInspection:
    """Number the check of a commitment that is just made; its task is on the desk already."""
    today = clock.today()
    found = _put(case, FollowUpInspection.Kind.COMMITMENT, role, today, due_on)
    found.opened_on = today
    found.save(update_fields=["opened_on"])
    return found


@transaction.atomic
def open_follow_up(*, follow_up: FollowUpInspection) -> FollowUpInspection:
    """Put a planned inspection on the desk of the department that inspects; where the grant is gone, end it. Once."""
    case = lock(pk=follow_up.case_id)
    follow_up = (
        FollowUpInspection.objects.select_for_update(of=("self",)).select_related("department").get(pk=follow_up.pk)
    )
    if follow_up.opened_on or follow_up.closed_on:
        return follow_up
    if case.state not in STANDING:
        follow_up.closed_on = clock.today()
        follow_up.save(update_fields=["closed_on"])
        return follow_up
    follow_up.opened_on = clock.today()
    follow_up.save(update_fields=["opened_on"])
    let_in(case, {follow_up.department_id} - Participation.objects.departments_in(case.pk))
    due_on = follow_up.due_on.isoformat()
    act(case, "follow_up_opened", actor=SYSTEM, data={"follow_up": follow_up.number, "due_on": due_on})
    workflow.start(
        actor=SYSTEM,
        definition=_process(),
        subject=case.subject,
        title=f"{case.version.service.name} · {case.applicant_name}",
        topic=case.version.service.code,
        roles={"checker": follow_up.department_id},
        area=case.area,
        due=follow_up.due_on,
    )
    fact = FollowUpInspectionOpened(case.pk, str(case.number), follow_up.number, due_on)
    journal.write(fact, by=SYSTEM, subject=case.subject)
    return follow_up


@transaction.atomic
def record_follow_up(*, actor: Actor, task: Task, kept: bool, finding: str, revision: int | None = None) -> Case:
    """Note what an inspection after the grant found, with it and with the first case.

    Where the conditions are not met, whoever decides the case may begin its revocation (`annulling.tell_annulment`).
    Raises NotAllowed, NoReasonGiven, OwnFiling, WrongCaseState, Conflict, AlreadyDone.
    """
    kind = "follow_up_kept" if kept else "follow_up_broken"
    must_hold_duty(actor, kind, task)
    if task.key != FOLLOW_UP:
        raise Conflict()
    if not finding.strip():
        raise NoReasonGiven()
    case = lock_subject(actor, task, revision)
    must_be_another(actor, case, task)
    found = FollowUpInspection.objects.of(case).open().filter(kind=FollowUpInspection.Kind.ORDINARY).last()
    number = found.number if found else ""
    act(
        case,
        kind,
        actor=actor,
        department=task.department.name,
        opinion=finding.strip(),
        data={"follow_up": number},
    )
    workflow.complete(actor=actor, task=task, outcome="pass" if kept else "fail", opinion=finding)
    close(case, FollowUpInspection.Kind.ORDINARY, kept=kept, finding=finding)
    fact = FollowUpInspectionClosed(case.pk, str(case.number), number, kept)
    journal.write(fact, by=actor, subject=case.subject, reason=finding)
    return case


def close(case: Case, kind: str, *, kept: bool, finding: str) -> None:
    """Note the result with the open inspection of this kind; the case is held."""
    found = FollowUpInspection.objects.of(case).open().filter(kind=kind).last()
    if found:
        found.closed_on, found.result, found.finding = clock.today(), KEPT if kept else BROKEN, finding.strip()
        found.save(update_fields=["closed_on", "result", "finding"])


def broken_by(case: Case) -> FollowUpInspection | None:
    """Return the last inspection of a case, where it found that the conditions are not met."""
    last = FollowUpInspection.objects.of(case).begun().filter(closed_on__isnull=False).last()
    return last if last and last.result == BROKEN else None


def _put(case: Case, kind: str, role: str, opens_on: date, due_on: date) -> FollowUpInspection:
    return FollowUpInspection.objects.create(
        number=f"HC{case.area or '000000'}-{clock.today():%Y%m%d}-{ids.token(7)}",
        case=case,
        kind=kind,
        turn=turn_of(case),
        department_id=offices.roles_of(case)[role],
        area=case.area,
        opens_on=opens_on,
        due_on=due_on,
    )


@cache
def _process() -> workflow.ProcessDefinition:
    return workflow.ProcessDefinition(key="follow_up", bpmn=PROCESS.read_text(), duties=plan.DUTIES)
