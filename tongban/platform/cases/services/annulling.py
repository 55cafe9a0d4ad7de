"""撤销: the office takes a decision back, after its holder was heard; the licences go with it.

Source: 行政许可法 art. 69 (causes, compensation), art. 7 (statement and defence).
"""

from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import AnnulmentAnswered, AnnulmentDecided, AnnulmentTold
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import terms
from tongban.platform.cases.services.accepting import NoReasonGiven
from tongban.platform.cases.services.acting import WrongCaseState, act, must_speak_for
from tongban.platform.cases.services.acting import lock as lock_case
from tongban.platform.cases.services.extending import lock_for
from tongban.platform.codes import services as codes
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence

# 行政许可法 art. 69: false means of the holder, or faults of the office itself.
CAUSES = ("false-means", "abuse", "beyond-power", "wrong-procedure", "unqualified", "other")
KINDS = ("annulment_told", "annulment_answered", "annulment_dropped", "annulled")
# So many licences with one number are gone through.
MOST = 50


class Annulment(NamedTuple):
    """How far the revocation of a decision is.

    stage   "" nobody was told, or it was dropped; "told": the holder may answer until `until`; "answered"; "annulled"
    """

    stage: str
    until: date | None = None
    cause: str = ""


class NoAnnulmentOpen(Refusal):
    message = _("First the holder has to be told of the intended revocation, and heard.")


class AnnulmentMayBeAnswered(Refusal):
    message = _("The holder may still answer, until %(until)s; decide after that, or once they answered.")


class NoAnnulmentCause(Refusal):
    status, field = 422, "cause"
    message = _("Choose why the decision is to be revoked.")


def annulment_of(case: Case) -> Annulment:
    """Return how far the revocation of a decision is."""
    done = list(Action.objects.of(case).of_kinds(KINDS))
    told = next((action for action in reversed(done) if action.kind == "annulment_told"), None)
    if told is None or done[-1].kind == "annulment_dropped":
        return Annulment("")
    stage = {"annulment_told": "told", "annulment_answered": "answered"}.get(done[-1].kind, "annulled")
    return Annulment(stage, date.fromisoformat(told.data["due_on"]), told.data["cause"])


@transaction.atomic
def tell_annulment(*, actor: Actor, uid: str, cause: str, reason: str, revision: int | None = None) -> Case:
    """Tell the holder that what was granted is to be taken back, and why. Twice changes nothing.

    cause   one of CAUSES
    Raises NotAllowed, NoAnnulmentCause, NoReasonGiven, WrongCaseState, Conflict, NotFound.
    """
    case = lock_for("annulment_told", actor, uid, None)
    if annulment_of(case).stage in {"told", "answered"}:
        return case
    lock_case(pk=case.pk, revision=revision)
    if case.outcome != "granted":
        raise WrongCaseState(state=case.get_state_display())
    if cause not in CAUSES:
        raise NoAnnulmentCause()
    if not reason.strip():
        raise NoReasonGiven()
    due_on = str(codes.calendar().add(clock.today(), terms.days("annulment-statement", clock.today())))
    turn = Action.objects.of(case).of_kinds(["annulment_told"]).count() + 1
    data: dict[str, Any] = {"cause": cause, "due_on": due_on, "turn": turn}
    act(case, "annulment_told", actor=actor, department=case.department.name, opinion=reason.strip(), data=data)
    fact = AnnulmentTold(case.pk, str(case.number), cause, due_on)
    journal.write(fact, by=actor, subject=case.subject, reason=reason)
    return case


@transaction.atomic
def answer_annulment(*, actor: Actor, case: Case, statement: str) -> Case:
    """Say what speaks against the revocation (陈述、申辩); the first answer counts.

    Raises NotFound, NoReasonGiven, NoAnnulmentOpen, WrongCaseState.
    """
    case = lock_case(pk=case.pk)
    must_speak_for(actor, case)
    stage = annulment_of(case).stage
    if stage == "answered":
        return case
    if stage != "told":
        raise NoAnnulmentOpen()
    if not statement.strip():
        raise NoReasonGiven()
    act(case, "annulment_answered", actor=actor, opinion=statement.strip())
    journal.write(AnnulmentAnswered(case.pk, str(case.number)), by=actor, subject=case.subject, reason=statement)
    return case


@transaction.atomic
def annul(*, actor: Actor, uid: str, reason: str, revision: int | None = None) -> Case:
    """Take the decision back, and its licences with it, whatever number of versions they have by now. Once.

    Raises NotAllowed, NoReasonGiven, NoAnnulmentOpen, AnnulmentMayBeAnswered, WrongCaseState, Conflict, NotFound.
    """
    case = lock_for("annulled", actor, uid, None)
    if case.state == Case.State.REVOKED:
        return case
    cause = _decide(actor, case, "annulled", reason, revision)
    take_licences(case, reason.strip())
    fact = AnnulmentDecided(case.pk, str(case.number), cause, annulled=True)
    journal.write(fact, by=actor, subject=case.subject, reason=reason)
    return case


@transaction.atomic
def drop_annulment(*, actor: Actor, uid: str, reason: str, revision: int | None = None) -> Case:
    """Let the decision stand after all. Raises what `annul` raises."""
    case = lock_for("annulment_dropped", actor, uid, None)
    cause = _decide(actor, case, "annulment_dropped", reason, revision)
    fact = AnnulmentDecided(case.pk, str(case.number), cause, annulled=False)
    journal.write(fact, by=actor, subject=case.subject, reason=reason)
    return case


def take_licences(case: Case, reason: str) -> None:
    """Revoke every licence that came out of a case and is not over, and what took its place since."""
    for licence in Licence.objects.of_subject(case.subject):
        chain = [licence]
        while (newer := Licence.objects.successor_of(chain[-1])) and len(chain) < MOST:
            chain.append(newer)
        for one in chain:
            if one.state in {Licence.State.VALID, Licence.State.SUSPENDED}:
                licences.revoke(actor=SYSTEM, licence=one, reason=reason)


def _decide(actor: Actor, case: Case, kind: str, reason: str, revision: int | None) -> str:
    lock_case(pk=case.pk, revision=revision)
    annulment = annulment_of(case)
    if annulment.stage not in {"told", "answered"}:
        raise NoAnnulmentOpen()
    if annulment.stage == "told" and annulment.until and clock.today() <= annulment.until:
        raise AnnulmentMayBeAnswered(until=annulment.until)
    if not reason.strip():
        raise NoReasonGiven()
    data = {"cause": annulment.cause}
    act(case, kind, actor=actor, department=case.department.name, opinion=reason.strip(), data=data)
    return annulment.cause
