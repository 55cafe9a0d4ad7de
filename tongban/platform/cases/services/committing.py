"""告知承诺: the applicant commits to meeting the conditions and is granted at once; it is checked afterwards.

Where the commitment was false, decision and licences are revoked, and the applicant cannot go this way for a while.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.cases.events import CaseAccepted, CaseDecided, CommitmentChecked, CommitmentMade
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import about_licence, facts, following_up, offices, plan, terms
from tongban.platform.cases.services.accepting import NoReasonGiven, lock_subject
from tongban.platform.cases.services.acting import act, must_be_another, must_hold_duty
from tongban.platform.codes import services as codes
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance, Task

CHECK = "commitment_check"
PROCESS = Path(__file__).parent.parent / "data" / "commitment.bpmn"


class NoCommitment(Refusal):
    message = _("This service cannot be granted on a written commitment.")


class CommitmentBarred(Refusal):
    message = _("A commitment of this applicant was false; until %(until)s they apply in the usual way.")


def barred_until(applicant: int, on: date) -> date | None:
    """Return until when this party cannot be granted anything on a commitment; None where it can."""
    broken = Action.objects.revocations_of(applicant).newest()
    until = terms.last_day("commitment-bar", broken.on) if broken else None
    return until if until and on <= until else None


def may_commit(case: Case) -> bool:
    """Say whether the applicant may choose this way for a draft."""
    offered = plan.of(case.version).commitment
    return bool(offered) and barred_until(case.applicant_id, clock.today()) is None


def commitment_barred(case: Case) -> date | None:
    """Return until when the applicant of a draft cannot choose this way, where its service offers it; None else."""
    return barred_until(case.applicant_id, clock.today()) if plan.of(case.version).commitment else None


def take(case: Case, actor: Actor) -> Instance:
    """Take the commitment of a case that is just handed in, and put its check on a desk.

    Raises NoCommitment, CommitmentBarred.
    """
    definition, today = plan.of(case.version), clock.today()
    offered = definition.commitment
    if not offered:
        raise NoCommitment()
    if until := barred_until(case.applicant_id, today):
        raise CommitmentBarred(until=until)
    due_on = codes.calendar().add(today, offered["check_days"])
    promised: dict[str, Any] = {"conditions": list(offered["conditions"]), "due_on": due_on.isoformat()}
    act(case, "commitment_made", actor=actor, data=promised)
    journal.write(CommitmentMade(case.pk, str(case.number), promised["due_on"]), by=actor, subject=case.subject)
    following_up.begin_check(case, offered["role"], due_on)
    return workflow.start(
        actor=actor,
        definition=_process(),
        subject=case.subject,
        title=f"{case.version.service.name} · {case.applicant_name}",
        topic=case.version.service.code,
        roles={"checker": offices.roles_of(case)[offered["role"]]},
        area=case.area,
        due=due_on,
    )


def grant(case: Case) -> Case:
    """Grant at once what was committed to."""
    definition, office, today = plan.of(case.version), case.department.name, clock.today()
    act(case, "accepted", actor=SYSTEM, department=office)
    journal.write(CaseAccepted(case.pk, str(case.number), deemed=False), by=SYSTEM, subject=case.subject)
    decision = definition.decision(case.answers, today, facts.age(case, today))
    data = {"task": "", "title": "", "decision": decision, "against": [], "commitment": True}
    about_licence.must_still_be_valid(case)
    act(case, "granted", actor=SYSTEM, department=office, data=data)
    about_licence.carry_out(case)
    fact = CaseDecided(case.pk, str(case.number), case.version.service.code, granted=True)
    journal.write(fact, by=SYSTEM, subject=case.subject)
    return case


@transaction.atomic
def check_commitment(*, actor: Actor, task: Task, kept: bool, finding: str, revision: int | None = None) -> Case:
    """Say whether a commitment was kept. Where it was false the decision and its licences are revoked.

    Source: 行政许可法 art. 69. Raises NotAllowed, NoReasonGiven, OwnFiling, WrongCaseState, Conflict, AlreadyDone.
    """
    kind = "commitment_kept" if kept else "revoked"
    must_hold_duty(actor, kind, task)
    if task.key != CHECK:
        raise Conflict()
    if not finding.strip():
        raise NoReasonGiven()
    case = lock_subject(actor, task, revision)
    must_be_another(actor, case, task)
    office = task.department.name
    act(case, kind, actor=actor, department=office, opinion=finding.strip())
    workflow.complete(actor=actor, task=task, outcome="pass" if kept else "fail", opinion=finding)
    following_up.close(case, "commitment", kept=kept, finding=finding)
    if not kept:
        for licence in Licence.objects.of_subject(case.subject).filter(state__in=("valid", "suspended")):
            licences.revoke(actor=SYSTEM, licence=licence, reason=finding.strip())
    fact = CommitmentChecked(case.pk, str(case.number), kept)
    journal.write(fact, by=actor, subject=case.subject, reason=finding)
    return case


@cache
def _process() -> workflow.ProcessDefinition:
    return workflow.ProcessDefinition(key="commitment", bpmn=PROCESS.read_text(), duties=plan.DUTIES)
