"""听证: the right is told, asked for in time, the applicant invited in time, the record kept; only then the decision.

Source: 行政许可法 art. 45 (its time is not counted), 46 to 48.
"""

from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import HearingAnswered, HearingCalled, HearingHeld, HearingOffered
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import plan, terms
from tongban.platform.cases.services.accepting import NoReasonGiven
from tongban.platform.cases.services.acting import act, lock, must_speak_for
from tongban.platform.cases.services.extending import lock_for, move_tasks, must_not_be_paused
from tongban.platform.codes import services as codes
from tongban.platform.workflow import services as workflow

NAME = "听证"
KINDS = ("hearing_offered", "hearing_asked", "hearing_waived", "hearing_called", "hearing_held")


class Hearing(NamedTuple):
    """How far the hearing of a case is.

    stage   "" nobody was told; "offered": the applicant may ask until `until`; "waived": they do not want one, or did
            not ask in time; "asked", "called", "held"
    data    of the last step: day, time, where, host
    """

    stage: str
    until: date | None = None
    data: dict[str, Any] = {}

    @property
    def day(self) -> date | None:
        """The day of the hearing, once the applicant was invited."""
        return date.fromisoformat(self.data["day"]) if "day" in self.data else None


class HearingNotOffered(Refusal):
    message = _("Before this decision the applicant has to be told of the right to a hearing.")


class HearingMayBeAsked(Refusal):
    message = _("The applicant may still ask for a hearing, until %(until)s; decide after that, or once they answered.")


class NoHearingOpen(Refusal):
    message = _("This is not the time for it: the hearing of this case is at another stage.")


class HearingTooEarly(Refusal):
    status, field = 422, "day"
    message = _("The invitation has to reach the applicant in time: the earliest day is %(first)s, the last %(last)s.")


class HearingNotHeld(Refusal):
    message = _("The hearing is on %(day)s; its record can be written from that day on.")


class HostReviewed(Refusal):
    status, field = 422, "host"
    message = _("%(name)s examined this application, so somebody else has to chair the hearing.")


def hearing_days() -> dict[str, int]:
    """Return the working days of today's terms: `request` to ask for a hearing, `notice` between invitation and day."""
    return {name: terms.days(f"hearing-{name}", clock.today()) for name in ("request", "notice")}


def hearing_of(case: Case) -> Hearing:
    """Return how far the hearing of a case is; whoever did not ask in time does without one."""
    done = Action.objects.of(case).of_kinds(KINDS)
    offered = next((action for action in done if action.kind == "hearing_offered"), None)
    if offered is None:
        return Hearing("")
    until, last = date.fromisoformat(offered.data["due_on"]), list(done)[-1]
    stage = last.kind.removeprefix("hearing_")
    return Hearing("waived" if stage == "offered" and clock.today() > until else stage, until, last.data)


def must_be_heard(case: Case, *, granted: bool) -> None:
    """Raise HearingNotOffered or HearingMayBeAsked where the applicant has to be heard before this decision."""
    hearing = hearing_of(case)
    named = plan.of(case.version).heard_before
    if not hearing.stage and ("granted" if granted else "refused") in named:
        raise HearingNotOffered()
    if hearing.stage == "offered":
        raise HearingMayBeAsked(until=hearing.until)


@transaction.atomic
def offer_hearing(*, actor: Actor, uid: str, reason: str, revision: int | None = None) -> Case:
    """Tell the applicant that they may be heard before the decision, and why. Once for a case.

    Raises NotAllowed, NoReasonGiven, NoHearingOpen, ProcedureOpen, WrongCaseState, Conflict, NotFound.
    """
    case = lock_for("hearing_offered", actor, uid, revision)
    must_not_be_paused(case)
    _must_be_at(case, "")
    if not reason.strip():
        raise NoReasonGiven()
    due_on = str(_after("hearing-request", clock.today()))
    office = case.department.name
    act(case, "hearing_offered", actor=actor, department=office, opinion=reason.strip(), data={"due_on": due_on})
    journal.write(HearingOffered(case.pk, str(case.number), due_on), by=actor, subject=case.subject, reason=reason)
    return case


@transaction.atomic
def answer_hearing(*, actor: Actor, case: Case, wanted: bool, reason: str = "") -> Case:
    """Ask for the hearing, and both clocks stand still; or do without it. The same answer twice changes nothing.

    Raises NotFound, NoHearingOpen, WrongCaseState.
    """
    case = lock(pk=case.pk)
    must_speak_for(actor, case)
    kind = "hearing_asked" if wanted else "hearing_waived"
    if Action.objects.of(case).of_kinds([kind]).exists():
        return case
    _must_be_at(case, "offered")
    days = terms.days("hearing-within", clock.today())
    paused = {"procedure": NAME, "days": days, "turn": Action.objects.of(case).procedures().count() + 1}
    act(case, kind, actor=actor, opinion=reason.strip(), data=paused if wanted else {})
    if wanted:
        move_tasks(case, codes.calendar().add(clock.today(), days), NAME)
        workflow.pause_timers(subject=case.subject)
    journal.write(HearingAnswered(case.pk, str(case.number), wanted), by=actor, subject=case.subject, reason=reason)
    return case


@transaction.atomic
def call_hearing(
    *, actor: Actor, uid: str, day: date, time: str, where: str, host: str, revision: int | None = None
) -> Case:
    """Invite the applicant; to another time where they were invited before.

    Raises NotAllowed, NoHearingOpen, HearingTooEarly, HostReviewed, WrongCaseState, Conflict, NotFound.
    """
    case = lock_for("hearing_called", actor, uid, revision)
    _must_be_at(case, "asked", "called")
    first, last = _after("hearing-notice", clock.today()), _after("hearing-within", case.paused_on or clock.today())
    # A second invitation may come too late for the twenty days; the seven before it count in any case.
    if day < first or (day > last and hearing_of(case).stage == "asked"):
        raise HearingTooEarly(first=first, last=last)
    if Action.objects.of(case).opinions().filter(actor=host.strip()).exists():
        raise HostReviewed(name=host.strip())
    turn = Action.objects.of(case).of_kinds(["hearing_called"]).count() + 1
    said: dict[str, Any] = {
        "day": day.isoformat(),
        "time": time.strip(),
        "where": where.strip(),
        "host": host.strip(),
        "turn": turn,
    }
    act(case, "hearing_called", actor=actor, department=case.department.name, data=said)
    fact = HearingCalled(case.pk, str(case.number), said["day"], said["where"], turn)
    journal.write(fact, by=actor, subject=case.subject)
    return case


@transaction.atomic
def record_hearing(*, actor: Actor, uid: str, record: str, revision: int | None = None) -> Case:
    """Keep the record of the hearing that was held: the clocks run again.

    Raises NotAllowed, NoReasonGiven, NoHearingOpen, HearingNotHeld, WrongCaseState, Conflict, NotFound.
    """
    case = lock_for("hearing_held", actor, uid, revision)
    called = _must_be_at(case, "called").data
    if clock.today() < date.fromisoformat(called["day"]):
        raise HearingNotHeld(day=called["day"])
    if not record.strip():
        raise NoReasonGiven()
    data = {**{name: called[name] for name in ("day", "time", "where", "host")}, "turn": 1}
    act(case, "hearing_held", actor=actor, department=case.department.name, opinion=record.strip(), data=data)
    move_tasks(case, case.promised_due_on, NAME)
    workflow.resume_timers(subject=case.subject)
    journal.write(HearingHeld(case.pk, str(case.number), called["day"]), by=actor, subject=case.subject)
    return case


def _must_be_at(case: Case, *stages: str) -> Hearing:
    hearing = hearing_of(case)
    if hearing.stage not in stages:
        raise NoHearingOpen()
    return hearing


def _after(term: str, day: date) -> date:
    return codes.calendar().add(day, terms.days(term, day))
