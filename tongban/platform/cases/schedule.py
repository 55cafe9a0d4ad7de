from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, FollowUpInspection
from tongban.platform.cases.services import charging, following_up, heading, silence
from tongban.platform.catalogue import services as catalogue

# What people asked for in this time decides the order of popular services.
POPULAR_DAYS = 90


@jobs.periodic(timedelta(minutes=10))
def accept_what_nobody_answered() -> None:
    """Silence for five working days means accepted (行政许可法 art. 32)."""
    for case in Case.objects.unanswered(on=clock.today()).iterator():
        cases.deem_accepted(case=case)


@jobs.periodic(timedelta(minutes=10))
def extend_what_nobody_decided() -> None:
    """No decision by the last day of a licence means that its renewal is granted (行政许可法 art. 50)."""
    for case in silence.deemed_extended(on=clock.today()):
        silence.extend_by_silence(case=case)


@jobs.periodic(timedelta(hours=1))
def give_to_heads_what_nobody_may_do() -> None:
    """A task that nobody of the department may do goes to its head."""
    heading.see_to_what_nobody_may_do()


@jobs.periodic(timedelta(hours=1))
def remind_applicants() -> None:
    """Tell applicants in time of what they still have to bring."""
    for case in cases.to_remind():
        cases.remind(case=case)


@jobs.periodic(timedelta(hours=1))
def close_what_nobody_brought() -> None:
    for case in Case.objects.unbrought("supplement", on=clock.today()).iterator():
        cases.lapse(case=case)
    for case in Case.objects.unbrought("accepted", on=clock.today()).iterator():
        cases.deem_withdrawn(case=case)


@jobs.periodic(timedelta(hours=1))
def see_to_unpaid_fees() -> None:
    """Remind of fees that nobody paid, and close what may not wait for them any longer."""
    charging.see_to_unpaid()


@jobs.periodic(timedelta(hours=1))
def begin_follow_ups() -> None:
    """Put inspections after a grant on the desks of those who inspect, once their day has come."""
    for follow_up in FollowUpInspection.objects.to_open(clock.today()).iterator():
        following_up.open_follow_up(follow_up=follow_up)


@jobs.periodic(timedelta(hours=1))
def put_closed_cases_away() -> None:
    for pk in cases.to_archive():
        cases.archive(pk=pk)


@jobs.periodic(timedelta(hours=24))
def count_what_people_ask_for() -> None:
    since = clock.now() - timedelta(days=POPULAR_DAYS)
    catalogue.count_uses(actor=SYSTEM, uses=Case.objects.counted_by_service(since=since))
