"""Lists over a million cases in PostgreSQL: an official's to-do list, a person's own cases, the cases of a department.

Each is asked for its first page and for its hundredth, which is reached by following the links as people do. Four
clients for the time an answer takes, sixteen for how many come in a second. Everybody is signed in.
"""

import html
import re

from bench.figures import Report, say
from bench.house import House, house
from bench.load import Browser, wrk

CASES, PARTIES = 1_000_000, 200_000
RUNS, SECONDS = 3, 5
HUNDREDTH = 100


def run(report: Report) -> None:
    with house("postgresql") as made:
        say(f"loading {CASES} cases")
        there = made.inside("million", CASES, PARTIES)
        say(f"    {there['cases']} cases, {there['open_tasks']} open tasks, loaded in {there['seconds']} s")
        report.add("lists.cases", there["cases"], "cases", f">= {CASES}")
        report.add("lists.open_tasks", there["open_tasks"], "tasks")
        for name, path, keys, first_only in (
            ("inbox", "/desk/workflow/", there["officials"], []),
            ("mine", "/cases/", there["companies"], there["people"]),
            ("department", "/desk/cases/all/", there["officials"], []),
        ):
            asked = [(path, key) for key in [*keys, *first_only]]
            measure(report, made, f"{name}.first", asked)
            far = [at for key in keys if (at := hundredth(made, path, key))]
            say(f"    {len(far)} of {len(keys)} have a hundredth page")
            measure(report, made, f"{name}.hundredth", far)


def measure(report: Report, made: House, name: str, asked: list[tuple[str, str]]) -> None:
    wrk(made.address, asked, clients=4, seconds=2)
    few = [wrk(made.address, asked, clients=4, seconds=SECONDS) for _turn in range(RUNS)]
    many = [wrk(made.address, asked, clients=16, seconds=SECONDS) for _turn in range(RUNS)]
    report.add(f"{name}.p95", [load.p95 for load in few], "ms", "< 100")
    report.add(f"{name}.rate", [load.rate for load in many], "1/s", ">= 200")
    report.add(f"{name}.errors", sum(load.errors for load in few + many), "errors", "= 0")


def hundredth(made: House, path: str, key: str) -> tuple[str, str] | None:
    """Follow the links of a list; return where its hundredth page is, None where there is none."""
    browser, at = Browser(made.address, {"sessionid": key}), path
    for _turn in range(HUNDREDTH - 1):
        answer = browser.get(at)
        if answer.status != 200:
            raise SystemExit(f"{at} answered {answer.status}")
        found = re.search(r'href="\?([^"]*after=[^"]*)"', answer.body.decode())
        if found is None:
            return None
        at = f"{path}?{html.unescape(found[1])}"
    return at, key
