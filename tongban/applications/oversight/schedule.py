"""Once a day: what time alone brings about. What officials do is judged as soon as it is heard."""

from collections.abc import Iterator
from datetime import date, timedelta

from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import SupervisionCard, SupervisionOrder
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.cases.models import Participation
from tongban.platform.codes import services as codes
from tongban.platform.workflow.models import Task

CHUNK = 100
# No promise is longer; so far ahead lies the last day of what may be due soon.
LONGEST_PROMISE_DAYS = 120
# After so many days at rest the worker still looks at each day of them.
CATCH_UP_DAYS = 7


@jobs.periodic(timedelta(hours=1))
def plan_todays_round() -> None:
    """Write the day's round down as a job, once a day however many workers there are."""
    jobs.enqueue(look_around, key=f"oversight.look:{clock.today()}")


@jobs.task(atomic=False)
def look_around() -> None:
    """Judge the cases whose days are near or over, and the days of officials; let grow what nobody answered."""
    today = clock.today()
    due = _due(today)
    for begin in range(0, len(due), CHUNK):
        oversight.examine(ids=due[begin : begin + CHUNK])
    for back in range(CATCH_UP_DAYS, -1, -1):
        for day in _settled_days(today - timedelta(days=back)):
            oversight.examine_day(day=day)
    for order in SupervisionOrder.objects.unanswered(on=today):
        oversight.take_up_order(order=order)
    for card in SupervisionCard.objects.unanswered(on=today):
        oversight.escalate(card=card)


def _due(today: date) -> list[int]:
    """Return the cases that time alone may bring something about in."""
    rule = oversight.terms().rule("due-soon", today)
    percent = rule.limits["percent"] if rule else 100
    until = codes.calendar().add(today, LONGEST_PROMISE_DAYS * (100 - percent) // 100)
    near = Participation.objects.one_per_case().in_state("accepted").due_within(None, until)
    found = set(near.values_list("case_id", flat=True))
    late = Task.objects.open().filter(due_on__lt=today).values_list("subject", flat=True)
    found |= {pk for subject in late.iterator() if (pk := Subject.parse(subject).number("case"))}
    found |= set(SupervisionCard.objects.noted().filter(case__isnull=False).values_list("case_id", flat=True))
    return sorted(found)


def _settled_days(today: date) -> Iterator[date]:
    """Yield the days of which it is certain what officials did: yesterday's copies, readings after their grace."""
    rule = oversight.terms().rule("reads-without-case", today)
    yield today - timedelta(days=1)
    if rule:
        yield today - timedelta(days=rule.limits["grace_days"] + 1)
