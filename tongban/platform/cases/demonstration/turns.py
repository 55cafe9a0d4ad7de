"""What happens to a case besides its tasks, as examples tell it: `{"event": "forward", "office": …}` among their steps.

Each turn is a story: it returns the moments for which it has to wait.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor, Grant
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, FollowUpInspection, Publication
from tongban.platform.cases.services import annulling, concerning, fees, following_up, posting, terms
from tongban.platform.codes import services as codes
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.ports import TrackLine
from tongban.platform.payments import services as payments
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

Turn = Callable[[Actor, Case, Mapping[str, Any], Actor], Iterator[datetime]]


def take(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    """Tell of one event. official: who decides such cases, and hands papers over at the window."""
    yield from TURNS[step["event"]](applicant, Case.objects.get_with_related(case.pk), step, official)


def _terminate(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    cases.terminate(actor=official, uid=case.uid, cause=step["cause"], reason=step["opinion"])
    yield from ()


def _forward(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    cases.forward(actor=official, uid=case.uid, office=step["office"], reason=step["opinion"])
    yield from ()


def _overdue(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    """Something has to be brought, and nothing comes: on the next working day the case is closed."""
    yield _at(codes.calendar().add(case.applicant_due_on or clock.today(), 1))
    if case.state == Case.State.SUPPLEMENT:
        cases.lapse(case=case)
    else:
        cases.deem_withdrawn(case=case)


def _hearing(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    """Whoever applied is told that they may be heard, asks for it, is invited in time, and is heard."""
    cases.offer_hearing(actor=official, uid=case.uid, reason=step["opinion"])
    yield _at(codes.calendar().add(clock.today(), 1))
    cases.answer_hearing(actor=applicant, case=case, wanted=True, reason=step["wish"])
    day = codes.calendar().add(clock.today(), cases.hearing_days()["notice"])
    cases.call_hearing(actor=official, uid=case.uid, day=day, time="9:30", where=step["where"], host=step["host"])
    yield _at(day, 11)
    cases.record_hearing(actor=official, uid=case.uid, record=step["record"])


def _pay(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    """The fee is paid at the counter on the next working day, which the bill has reached by then."""
    yield _at(codes.calendar().add(clock.today(), 1))
    bill = fees.bill_of(case)
    if bill is None:
        raise NothingCharged(number=case.number)
    clerk = replace(official, grants=(Grant("payments.collect"),))
    payments.collect(actor=clerk, code=bill.code, way=step.get("way", "cash"), slip=step.get("slip", ""))


class NothingCharged(Refusal):
    message = "no fee was charged in the case %(number)s"


def _publicity(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    """The application is published to its last day; where somebody concerned objects, the office answers."""
    shown = Publication.objects.of(case).of_kind(Publication.Kind.APPLICATION).last()
    if shown is None or shown.until is None:
        raise NotPublished(number=case.number)
    if objection := step.get("objection"):
        visitor = Actor("anonymous", name=step["who"])
        concerning.raise_concern(
            actor=visitor, uid=shown.uid, name=step["who"], contact=step["contact"], text=objection
        )
    yield _at(codes.calendar().add(shown.until, 1))
    if objection:
        concerning.answer_concern(actor=official, uid=case.uid, reason=step["opinion"])


def _silence(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    """Whoever was asked for advice and has not answered lets the time pass, which counts as no objection."""
    last = max((task.due_on for task in Task.objects.of(case.subject).open()), default=clock.today())
    yield _at(codes.calendar().add(last, 1))
    workflow.pass_timers()


def _follow_up(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    """The inspection after the grant begins on its day; what was granted is revoked where the conditions are broken."""
    found = FollowUpInspection.objects.of(case).filter(closed_on__isnull=True).last()
    if found is None:
        raise NotFollowedUp(number=case.number)
    yield _at(found.opens_on)
    following_up.open_follow_up(follow_up=found)
    yield _at(codes.calendar().add(clock.today(), 1))
    inspector = replace(official, account=None, name="演练核查", grants=(Grant("cases.review"),))
    task = Task.objects.of(case.subject).open().filter(key__in=following_up.CHECKS).get()
    verb = cases.check_commitment if task.key == cases.CHECK else following_up.record_follow_up
    verb(actor=inspector, task=task, kept=step["kept"], finding=step["opinion"])
    if step["kept"] or task.key == cases.CHECK:
        return
    annulling.tell_annulment(actor=official, uid=case.uid, cause="unqualified", reason=step["opinion"])
    until = annulling.annulment_of(case).until or clock.today()
    yield _at(codes.calendar().add(until, 1))
    annulling.annul(actor=official, uid=case.uid, reason=step["opinion"])


class NotFollowedUp(Refusal):
    message = "no inspection follows the case %(number)s"


class NotPublished(Refusal):
    message = "the application %(number)s is not published"


def _deliver(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    """The papers are handed over at the window against the query code, or posted."""
    code = step.get("code") or case.query_code
    cases.deliver(actor=official, case=case, how=step["how"], receiver=step["receiver"], code=code)
    yield from ()


def _post(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    """The applicant says where to, the window posts it; two working days later it is signed for."""
    destination = posting.expect_address(actor=applicant, case=case)
    line = delivery.AddressLine(step["recipient"], step["phone"], step["area"], step["street"])
    delivery.choose(actor=applicant, destination=destination, line=line)
    parcel = posting.post_result(case=case)
    if parcel is None:
        raise NotPosted(state=case.state)
    poster = replace(official, grants=(*official.grants, Grant("delivery.post")))
    # Numbers are used once, however often the story is told.
    waybill = f"{step['waybill'][:-6]}{parcel.pk:06}"
    delivery.note_booking(actor=poster, parcel=parcel, carrier="ems", waybill=waybill)
    _carried(waybill, ("picked_up", "云泽市临湖区揽投部", "已揽收"), ("on_way", "云泽市邮件处理中心", "已发往下一站"))
    yield _at(codes.calendar().add(clock.today(), 2), 15)
    _carried(waybill, ("trying", "云泽市青石区揽投部", "正在派送途中"), ("signed", "云泽市青石区揽投部", "已签收"))


def _carried(waybill: str, *steps: tuple[str, str, str]) -> None:
    now = clock.now()
    lines = [
        TrackLine(f"{kind}@{now:%Y%m%d%H%M}", now + timedelta(minutes=2 + 3 * number), kind, place, words)
        for number, (kind, place, words) in enumerate(steps)
    ]
    delivery.take(carrier="ems", waybill=waybill, lines=lines)


class NotPosted(Refusal):
    message = "nothing of the case is posted: %(state)s"


def _archive(applicant: Actor, case: Case, step: Mapping[str, Any], official: Actor) -> Iterator[datetime]:
    """The closed case rests as long as it has to, and is put away."""
    yield _at(clock.today() + timedelta(days=terms.days("archive", clock.today()) + 1))
    if case.pk not in cases.to_archive():
        raise NotArchived(state=case.state)
    cases.archive(pk=case.pk)


class NotArchived(Refusal):
    message = "the case is not ready to be put away: %(state)s"


TURNS: Mapping[str, Turn] = {
    "terminate": _terminate,
    "forward": _forward,
    "overdue": _overdue,
    "hearing": _hearing,
    "pay": _pay,
    "publicity": _publicity,
    "silence": _silence,
    "follow_up": _follow_up,
    "deliver": _deliver,
    "post": _post,
    "archive": _archive,
}


def _at(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
