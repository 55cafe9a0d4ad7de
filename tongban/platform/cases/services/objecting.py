"""复议、诉讼: an objection to a decision is noted, and so is its result; the decision stands, falls, or is made anew.

Source: 行政复议法 art. 61 to 69 (results), 行政诉讼法 art. 69 and 70; a new decision within the time that is ordered.
"""

from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import DecisionReopened, ObjectionDecided, ObjectionNoted
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.accepting import NoReasonGiven
from tongban.platform.cases.services.acting import act, lock
from tongban.platform.cases.services.annulling import take_licences
from tongban.platform.cases.services.extending import lock_for
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

REVIEW, LITIGATION = "review", "litigation"
# 维持、驳回、撤回; 撤销; 变更、责令重新作出.
STANDS = frozenset({"maintained", "dismissed", "withdrawn"})
ANEW = frozenset({"changed", "anew"})
RESULTS = (*sorted(STANDS), "struck", *sorted(ANEW))
OVER = ("objection_over", "decision_struck", "decision_reopened")


class Objection(NamedTuple):
    """An objection to a decision. way: REVIEW or LITIGATION; authority: who decides; file: its number there."""

    way: str
    authority: str
    file: str


class NoObjectionFile(Refusal):
    status, field = 422, "file"
    message = _("Give the number of the file.")


class NoAuthority(Refusal):
    status, field = 422, "authority"
    message = _("Name the authority that decides about the objection.")


class ObjectionOpen(Refusal):
    message = _("The result of %(file)s is not noted yet. Note it first.")


class NoObjectionOpen(Refusal):
    message = _("No objection is open. Note it first, then its result.")


class NotGranted(Refusal):
    message = _("Nothing was granted that could fall. Where a refusal was revoked, say by when to decide anew.")


class NoDayAnew(Refusal):
    status, field = 422, "due_on"
    message = _("Say by which day a new decision has to be made; it cannot lie in the past.")


def objection_of(case: Case) -> Objection | None:
    """Return the objection whose result is not noted yet."""
    done = list(Action.objects.of(case).of_kinds(["objection_noted", *OVER]))
    if not done or done[-1].kind != "objection_noted":
        return None
    said = done[-1].data
    return Objection(said["way"], said["authority"], said["file"])


def turn_of(case: Case) -> int:
    """Return the how-manieth decision a case is at: one more each time that it was ordered to be made anew."""
    return Action.objects.of(case).of_kinds(["decision_reopened"]).count() + 1


@transaction.atomic
def note_objection(*, actor: Actor, uid: str, way: str, authority: str, file: str, revision: int | None = None) -> Case:
    """Write down that somebody objected to the decision. The same file twice changes nothing.

    Raises NotAllowed, NoObjectionFile, NoAuthority, ObjectionOpen, WrongCaseState, Conflict, NotFound.
    """
    case = lock_for("objection_noted", actor, uid, None)
    said = Objection(way, authority.strip(), file.strip())
    if objection_of(case) == said:
        return case
    lock(pk=case.pk, revision=revision)
    if known := objection_of(case):
        raise ObjectionOpen(file=known.file)
    if not said.file:
        raise NoObjectionFile()
    if not said.authority:
        raise NoAuthority()
    act(case, "objection_noted", actor=actor, department=case.department.name, data=said._asdict())
    journal.write(ObjectionNoted(case.pk, str(case.number), way, said.file), by=actor, subject=case.subject)
    return case


@transaction.atomic
def record_objection_result(
    *, actor: Actor, uid: str, result: str, reason: str, due_on: date | None = None, revision: int | None = None
) -> Case:
    """Write down how an objection ended, and do to the decision what follows.

    result   maintained, dismissed, withdrawn: it stands; struck: it falls, and its licences with it; changed, anew: it
             falls, and the office decides anew by `due_on`, on new clocks
    Raises NotAllowed, NoReasonGiven, NoObjectionOpen, NotGranted, NoDayAnew, WrongCaseState, Conflict, NotFound.
    """
    case = lock_for("objection_over", actor, uid, revision)
    objection = objection_of(case)
    if objection is None:
        raise NoObjectionOpen()
    if not reason.strip():
        raise NoReasonGiven()
    data = {**objection._asdict(), "result": result}
    if result in STANDS:
        act(case, "objection_over", actor=actor, department=case.department.name, opinion=reason.strip(), data=data)
    elif result == "struck":
        _strike(actor, case, reason, data)
    else:
        _reopen(actor, case, reason, data, due_on)
    fact = ObjectionDecided(case.pk, str(case.number), objection.way, objection.file, result)
    journal.write(fact, by=actor, subject=case.subject, reason=reason)
    return case


def _strike(actor: Actor, case: Case, reason: str, data: dict[str, Any]) -> None:
    if case.outcome != "granted":
        raise NotGranted()
    act(case, "decision_struck", actor=actor, department=case.department.name, opinion=reason.strip(), data=data)
    take_licences(case, reason.strip())


def _reopen(actor: Actor, case: Case, reason: str, data: dict[str, Any], due_on: date | None) -> None:
    """Have the office decide anew: the process begins again, and the day that was ordered is the last one."""
    if due_on is None or due_on < clock.today():
        raise NoDayAnew()
    said = {**data, "due_on": due_on.isoformat(), "turn": turn_of(case)}
    take_licences(case, reason.strip())
    act(case, "decision_reopened", actor=actor, department=case.department.name, opinion=reason.strip(), data=said)
    act(case, "anew_limited", actor=SYSTEM, on=due_on)
    workflow.cancel(actor=actor, subject=case.subject, reason=reason)
    _begin_process(actor, case)
    fact = DecisionReopened(case.pk, str(case.number), said["due_on"])
    journal.write(fact, by=actor, subject=case.subject, reason=reason)


def _begin_process(actor: Actor, case: Case) -> None:
    """Put the case on the desks again; it is accepted already, so that no window has to accept it."""
    definition = plan.of(case.version)
    workflow.start(
        actor=actor,
        definition=definition.process,
        subject=case.subject,
        title=f"{case.version.service.name} · {case.applicant_name}",
        topic=case.version.service.code,
        roles=definition.departments(),
        area=case.area,
        due=case.promised_due_on,
    )
    for task in Task.objects.of(case.subject).open():
        if task.kind == "accept":
            workflow.complete(actor=SYSTEM, task=task, outcome="accept", due=case.promised_due_on)
