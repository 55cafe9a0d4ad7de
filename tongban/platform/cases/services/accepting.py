"""The window: accept, ask once for everything that is missing, or say that this is not for the city."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotFound, Refusal
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.cases.events import CaseAccepted, CaseNotAccepted, SupplementRequested
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import consulting, deferring, plan, publishing
from tongban.platform.cases.services.acting import act, foreseen, lock, must_be_another, must_hold_duty, note_skipped
from tongban.platform.cases.services.starting import start_process
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task


class AskedAlready(Refusal):
    message = _("A supplement has already been requested once. The law allows one request, with all points in it.")


class NoPoints(Refusal):
    status = 422
    message = _("Say what is missing: at least one point, each with what the applicant has to do.")


class NoSuchPoint(Refusal):
    status = 422
    message = _("“%(name)s” is no material and no question of this service. Ask for something of its guide or form.")


class NoReasonGiven(Refusal):
    status, field = 422, "reason"
    message = _("Give the reason; the applicant will read it in the decision.")


@transaction.atomic
def accept(*, actor: Actor, task: Task, revision: int | None = None) -> Case:
    """Accept a case: both clocks start, the process goes on.

    Raises NotAllowed, OwnFiling, WrongCaseState, Conflict, AlreadyDone.
    """
    case = _lock_for("accepted", actor, task, revision)
    act(case, "accepted", actor=actor, department=task.department.name)
    deferring.begin(case, actor, task.department.name)
    publishing.publish_application(case)
    known = consulting.ask(case, actor)
    done = workflow.complete(actor=actor, task=task, outcome="accept", known=known, due=case.promised_due_on)
    note_skipped(actor, case, done)
    journal.write(CaseAccepted(case.pk, str(case.number), deemed=False), by=actor, subject=case.subject)
    return case


@transaction.atomic
def request_supplement(
    *, actor: Actor, task: Task, points: Sequence[Mapping[str, Any]], revision: int | None = None
) -> Case:
    """Ask the applicant, once and completely, for what is missing.

    points   {"material": code or "", "text": what has to be done}; one about the form may name in "questions" which of
             its questions may be answered anew, otherwise all may
    Raises NotAllowed, OwnFiling, NoPoints, NoSuchPoint, AskedAlready, WrongCaseState, Conflict.
    """
    case = _lock_for("supplement_requested", actor, task, revision)
    kept = [
        {
            "material": point.get("material", ""),
            "text": point["text"].strip(),
            **({"questions": list(point["questions"])} if point.get("questions") else {}),
        }
        for point in points
        if point["text"].strip()
    ]
    if not kept:
        raise NoPoints()
    _must_be_known(case, kept)
    if Action.objects.of(case).supplement_requests().exists():
        raise AskedAlready()
    due_on = str(foreseen(case, "supplement_requested").applicant_due_on or "")
    act(
        case,
        "supplement_requested",
        actor=actor,
        department=task.department.name,
        data={"points": kept, "due_on": due_on},
    )
    workflow.reschedule(actor=actor, task=task, due_on=None)
    journal.write(SupplementRequested(case.pk, str(case.number), len(kept)), by=actor, subject=case.subject)
    return case


def _must_be_known(case: Case, points: Sequence[Mapping[str, Any]]) -> None:
    """Raise NoSuchPoint for a material or a question that the service does not ask for: nobody could bring it."""
    definition = plan.of(case.version)
    codes, names = {line["code"] for line in definition.lines}, definition.form.names()
    for point in points:
        unknown = [name for name in point.get("questions", ()) if name not in names]
        if point["material"] and point["material"] not in codes:
            unknown = [point["material"], *unknown]
        if unknown:
            raise NoSuchPoint(name=unknown[0])


@transaction.atomic
def not_accept(*, actor: Actor, task: Task, reason: str, revision: int | None = None) -> Case:
    """Say that the city does not deal with this application, and why.

    Raises NotAllowed, OwnFiling, NoReasonGiven, WrongCaseState, Conflict.
    """
    case = _lock_for("not_accepted", actor, task, revision)
    if not reason.strip():
        raise NoReasonGiven()
    act(case, "not_accepted", actor=actor, department=task.department.name, opinion=reason.strip())
    workflow.cancel(actor=actor, subject=case.subject, reason=reason)
    journal.write(CaseNotAccepted(case.pk, str(case.number)), by=actor, subject=case.subject, reason=reason)
    return case


@transaction.atomic
def deem_accepted(*, case: Case) -> Case:
    """Accept a case that nobody answered in time, as of the day it was received. Source: 行政许可法 art. 32."""
    case = lock(pk=case.pk)
    act(case, "deemed_accepted", actor=SYSTEM)
    deferring.begin(case, SYSTEM, "")
    publishing.publish_application(case)
    known = consulting.ask(case, SYSTEM)
    _begin_unsigned(case)
    task = Task.objects.of(case.subject).open().kind("accept").first()
    if task is not None:
        workflow.complete(actor=SYSTEM, task=task, outcome="accept", known=known, due=case.promised_due_on)
    journal.write(CaseAccepted(case.pk, str(case.number), deemed=True), by=SYSTEM, subject=case.subject)
    return case


def _begin_unsigned(case: Case) -> None:
    """Begin the process of a case whose file nobody has sent on or signed for yet."""
    if Task.objects.of(case.subject).open().kind("send", "sign").exists():
        workflow.cancel(actor=SYSTEM, subject=case.subject, reason="deemed accepted")
        start_process(case, SYSTEM, due=case.acceptance_due_on)


def _lock_for(kind: str, actor: Actor, task: Task, revision: int | None) -> Case:
    """Lock the case of an acceptance task, after checking the duty for the step."""
    must_hold_duty(actor, kind, task)
    if task.kind != "accept":
        raise Conflict()
    case = lock_subject(actor, task, revision)
    must_be_another(actor, case, task)
    return case


def lock_subject(actor: Actor, task: Task, revision: int | None) -> Case:
    pk = Subject.parse(task.subject).number("case")
    if pk is None:
        raise NotFound()
    return lock(pk=pk, revision=revision)
