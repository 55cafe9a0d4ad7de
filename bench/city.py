"""A city at full size on PostgreSQL: a million cases, 2,000 officials in 60 departments.

to-do list    first page of what lies with an official's department, 4 clients, as many officials as sit in all of them
clocks        the clocks of all cases recomputed from what was done to them, in one process; then another calendar,
              which moves the last days of some ten thousand open cases
"""

from bench.figures import Report, say
from bench.house import House, founded
from bench.load import wrk

CASES, PARTIES, OFFICES, OFFICIALS = 1_000_000, 200_000, 60, 2_000
RUNS, SECONDS = 3, 5


def run(report: Report) -> None:
    with founded("postgresql") as made:
        say(f"loading {CASES} cases")
        there = made.inside("million", CASES, PARTIES, OFFICES, OFFICIALS)
        report.add("city.cases", there["cases"], "cases", f">= {CASES}")
        report.add("city.open_tasks", there["open_tasks"], "tasks")
        report.add("city.loaded", there["seconds"], "s")
        to_do(report, made, there["readers"])
        clocks(report, made)


def to_do(report: Report, made: House, readers: list[str]) -> None:
    asked = [("/desk/workflow/", key) for key in readers]
    try:
        made.start()
        wrk(made.address, asked, clients=4, seconds=SECONDS)
        few = [wrk(made.address, asked, clients=4, seconds=SECONDS) for _turn in range(RUNS)]
        report.add("city.todo.p95", [load.p95 for load in few], "ms", "< 100")
        report.add("city.todo.rate", [load.rate for load in few], "1/s")
        report.add("city.todo.errors", sum(load.errors for load in few), "errors", "= 0")
    finally:
        made.stop()


def clocks(report: Report, made: House) -> None:
    found = made.inside("clocks")
    report.add("city.clocks.all", found["all_s"] * CASES / found["cases"], "s per million cases", "< 300")
    report.add("city.clocks.all_cpu", found["all_cpu_s"], "s of a processor")
    report.add("city.clocks.differences", found["differences"], "fields", "= 0")
    report.add("city.clocks.moved", found["moved"], "cases", ">= 5000")
    report.add("city.clocks.holiday", found["moved_s"] * 10_000 / found["moved"], "s per 10,000 cases", "< 1")
    report.add("city.clocks.holiday_cpu", found["moved_cpu_s"] * 10_000 / found["moved"], "s of a processor")
    report.add("city.clocks.facts", found["told_s"] * 10_000 / found["moved"], "s per 10,000 cases")
