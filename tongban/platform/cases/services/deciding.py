"""After acceptance: opinions of the branches, the decision, the delivered result."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.cases.events import CaseAccepted, CaseCompleted, CaseDecided, OpinionGiven
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import about_licence, charging, deferring, facts, hearing, plan, publishing
from tongban.platform.cases.services.accepting import NoReasonGiven, lock_subject
from tongban.platform.cases.services.acting import (
    act,
    in_place,
    lock,
    must_be_another,
    must_hold_duty,
    note_skipped,
    with_second,
)
from tongban.platform.cases.services.extending import must_not_be_paused
from tongban.platform.cases.services.inspecting import must_be_complete
from tongban.platform.cases.services.returning import opinions_that_count
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task


class OpinionMissing(Refusal):
    status = 422
    message = _("Write your opinion; the approver decides on the basis of it.")


class NotWorse(Refusal):
    status = 422
    message = _(
        "The applicant requested a decision by a person after the system had granted the application; the new "
        "decision must not be less favourable. What was granted wrongly is withdrawn in a separate procedure."
    )


class AgainstOpinion(Refusal):
    status, field = 422, "reason"
    message = _("“%(opinions)s” found that the conditions are not met. State why you are granting it nevertheless.")


@transaction.atomic
def give_opinion(
    *,
    actor: Actor,
    task: Task,
    passed: bool,
    opinion: str,
    findings: dict[str, Any] | None = None,
    revision: int | None = None,
) -> Case:
    """Finish one branch: the file review, or the inspection on site.

    findings   what was found on site: "points" (code -> {"result": "pass" | "fail" | "none", "remark"}), "inspectors"
               ([{"name", "certificate"}]), "position" ({"latitude", "longitude", "accuracy_m", "by": "device" | "hand",
               "confirmed"}); the definition says what is asked for
    Raises NotAllowed, OpinionMissing, InspectionIncomplete, OwnFiling, WrongCaseState, Conflict, AlreadyDone.
    """
    actor.must_hold(task.duty, department=task.department_id, area=task.area)
    if task.kind not in {"review", "inspect"}:
        raise Conflict()
    if not opinion.strip():
        raise OpinionMissing()
    case = lock_subject(actor, task, revision)
    outcome = "pass" if passed else "fail"
    must_be_another(actor, case, task)
    findings = must_be_complete(case, task, passed=passed, findings=findings or {})
    data = {"task": task.key, "title": task.title, "outcome": outcome, "findings": findings}
    data |= ({"branch": task.branch} if task.branch else {}) | in_place(actor, task) | with_second(task)
    with bulk.batch():
        act(
            case,
            "opinion_given",
            actor=actor,
            department=task.department.name,
            opinion=opinion.strip(),
            data=data,
        )
        given = OpinionGiven(case.pk, str(case.number), task.key, outcome)
        journal.write(given, by=actor, subject=case.subject, reason=opinion)
    done = workflow.complete(actor=actor, task=task, outcome=outcome, opinion=opinion, due=case.promised_due_on)
    note_skipped(actor, case, done)
    return case


@transaction.atomic
def decide(
    *,
    actor: Actor,
    task: Task,
    granted: bool,
    reason: str,
    revision: int | None = None,
    rule: Mapping[str, Any] | None = None,
) -> Case:
    """Say yes or no, and why. A service decided on the spot is accepted in the same breath.

    rule   {"table", "version"} where the system decides by its definition; the record says so
    Whoever decides against an opinion says why; the record names the opinion. Source: 行政许可法 art. 38 (reasons).
    Raises NotAllowed, NoReasonGiven (a no needs one), AgainstOpinion, NotWorse (the applicant asked for a person
    after the system had said yes), ProcedureOpen, MaterialsMissing, FeeNotPaid, HearingNotOffered, HearingMayBeAsked,
    LicenceOver, WrongCaseState, Conflict, AlreadyDone, and what `must_be_another` raises.
    """
    kind = "granted" if granted else "refused"
    must_hold_duty(actor, kind, task)
    if task.kind != "approve":
        raise Conflict()
    if not granted and not reason.strip():
        raise NoReasonGiven()
    case = lock_subject(actor, task, revision)
    must_not_be_paused(case)
    deferring.must_have_everything(case)
    publishing.must_be_over(case)
    charging.must_be_paid(case, granted=granted)
    if rule is None and not case.person_asked_on:
        hearing.must_be_heard(case, granted=granted)
    must_be_another(actor, case, task)
    against = contradicted(case, granted=granted)
    if granted and against and not reason.strip():
        raise AgainstOpinion(opinions="”“".join(against))
    if case.person_asked_on and not granted:
        raise NotWorse()
    if facts.stale(case):
        raise Conflict()
    if granted:
        about_licence.must_still_be_valid(case)
    if plan.of(case.version).instant and case.state == Case.State.SUBMITTED:
        act(case, "accepted", actor=actor, department=task.department.name)
        journal.write(CaseAccepted(case.pk, str(case.number), deemed=False), by=actor, subject=case.subject)
    decision = (
        plan.of(case.version).decision(case.answers, clock.today(), facts.age(case, clock.today())) if granted else {}
    )
    act(
        case,
        kind,
        actor=actor,
        department=task.department.name,
        opinion=reason.strip(),
        data={"task": task.key, "title": task.title, "decision": decision, "against": against}
        | ({"rule": dict(rule)} if rule else {})
        | _turn(case)
        | in_place(actor, task),
    )
    if granted:
        about_licence.carry_out(case)
    workflow.complete(actor=actor, task=task, outcome="grant" if granted else "refuse", opinion=reason)
    journal.write(
        CaseDecided(case.pk, str(case.number), case.version.service.code, granted),
        by=actor,
        subject=case.subject,
        reason=reason,
    )
    return case


def _turn(case: Case) -> dict[str, int]:
    """Say that this is not the first decision of a case: each has a letter and a number of its own."""
    earlier = Action.objects.of(case).of_kinds(["granted", "refused"]).count()
    return {"turn": earlier + 1} if earlier else {}


def contradicted(case: Case, *, granted: bool) -> list[str]:
    """Return the titles of the opinions that a decision goes against, see `opinions_that_count`.

    A yes goes against every no; a no goes against the opinions only where all of them said yes. What several people
    signed is one opinion: what all of them said together by the rule of their step.
    """
    last = {action.data["task"]: action.data for action in opinions_that_count(case)}
    together = {}
    if any("branch" in told for told in last.values()):
        together = {step.key: step.agrees for step in workflow.signed_steps(case.subject)}
    passed = {key: together.get(key, told["outcome"] == "pass") for key, told in last.items()}
    failed = [told["title"] for key, told in last.items() if passed[key] is False]
    if granted:
        return failed
    return [] if failed else [told["title"] for told in last.values()]


@transaction.atomic
def complete(*, case: Case, licence: str = "", document: str = "") -> Case:
    """Close a decided case once its result lies in the applicant's hands. Doing it twice changes nothing."""
    case = lock(pk=case.pk)
    if case.state == Case.State.COMPLETED:
        return case
    act(case, "completed", actor=SYSTEM, data={"licence": licence, "document": document})
    journal.write(CaseCompleted(case.pk, str(case.number), licence), by=SYSTEM, subject=case.subject)
    return case
