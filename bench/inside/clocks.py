"""clocks: recompute the clocks of every case that is there, then give the open ones another calendar.

Prints {"cases", "differences", "all_s", "all_cpu_s", "open", "moved", "moved_s", "moved_cpu_s", "told_s"}. The database
works beside this process; its own time is in the seconds, not in those of the processor.
"""

import json
import time
from datetime import date, timedelta

import bench.inside  # noqa: F401
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import rules
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.codes import services as codes

MOVED = 10_000  # so many open cases the goal is about


def main() -> None:
    began, used = time.perf_counter(), time.process_time()
    differences = sum(1 for _one in cases.all_differences())
    found = {
        "cases": Case.objects.submitted_by_people().count(),
        "differences": differences,
        "all_s": time.perf_counter() - began,
        "all_cpu_s": time.process_time() - used,
        "open": Case.objects.filter(state__in=rules.OPEN).count(),
    }
    another_calendar()
    since = first_of(MOVED)
    began, used = time.perf_counter(), time.process_time()
    moved = cases.recount(since=since)
    found |= {"moved": moved, "moved_s": time.perf_counter() - began, "moved_cpu_s": time.process_time() - used}
    began = time.perf_counter()
    jobs.run_all(limit=100)  # the facts; the notices that follow them are many jobs more, and not waited for here
    print(json.dumps(found | {"told_s": time.perf_counter() - began}))


def another_calendar() -> None:
    """Announce the day after tomorrow as a day off, so that every clock that is still to run out moves."""
    day = clock.today() + timedelta(days=2)
    while not codes.calendar().is_workday(day):
        day += timedelta(days=1)
    known = [codes.Holiday(day, True, "临时放假")]
    codes.load_year(actor=SYSTEM, year=day.year + 1, source="测量用的通知", holidays=known)
    codes.forget()


def first_of(number: int) -> date:
    """Return the day from which on about so many open cases have a last day."""
    open_now = Case.objects.filter(state="accepted", promised_due_on__isnull=False).order_by("-statutory_due_on")
    days = [day for day in open_now.values_list("statutory_due_on", flat=True)[:number] if day]
    return max(days[-1], clock.today() + timedelta(days=2)) if days else clock.today()


main()
