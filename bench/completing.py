"""Finish tasks over HTTP: sixteen signed-in officials at once, each sends the form of an opinion, on PostgreSQL.

The cases are in a process with two branches side by side; the two tasks of a case are finished by two officials at
about the same moment, so that they meet at its row, as in a real office. What is timed is the request: session, CSRF,
duty, the case locked, its record, the process, journal and jobs. The worker runs beside all of it.

Then the same verb without HTTP: sixteen officials in processes of their own, each with a connection to the database.
"""

from collections.abc import Callable, Iterator
from functools import partial

from bench.figures import Report, say
from bench.house import House, house, processor_s
from bench.load import Browser, side_by_side

CLIENTS, RUNS, EACH, WARM = 16, 3, 90, 10
BY_VERB = 125  # tasks for each, by the verb alone


def run(report: Report) -> None:
    with house("postgresql") as made:
        measure(report, made)


def measure(report: Report, made: House) -> None:
    wanted = CLIENTS * (EACH * RUNS + WARM)
    say(f"laying {wanted + CLIENTS * BY_VERB} tasks ready")
    there = made.inside("opened", (wanted + CLIENTS * BY_VERB) // 2, CLIENTS)
    by_verb(report, made, there["tasks"][wanted:])
    browsers = [Browser(made.address, {"sessionid": key}) for key in there["officials"]]
    for browser in browsers:
        assert browser.get("/desk/workflow/").status == 200
    rounds = [there["tasks"][start : start + CLIENTS] for start in range(0, wanted, CLIENTS)]
    side_by_side([answers(browser, [tasks[at] for tasks in rounds[:WARM]]) for at, browser in enumerate(browsers)])
    loads, used = [], processor_s(made.processes())
    for turn in range(RUNS):
        part = rounds[WARM + turn * EACH : WARM + (turn + 1) * EACH]
        loads.append(side_by_side([answers(one, [tasks[at] for tasks in part]) for at, one in enumerate(browsers)]))
    report.add("completing.rate", [load.rate for load in loads], "1/s", ">= 150")
    # The worker's share is in it: it hears of each opinion, and writes what follows.
    each_ms = 1000 * (processor_s(made.processes()) - used) / sum(load.answered for load in loads)
    report.add("completing.processor", each_ms, "ms of a processor for a task")
    report.add("completing.p50", [load.p50 for load in loads], "ms")
    report.add("completing.p95", [load.p95 for load in loads], "ms")
    report.add("completing.errors", sum(load.errors for load in loads), "errors", "= 0")
    for browser in browsers:
        browser.close()


def by_verb(report: Report, made: House, tasks: list[str]) -> None:
    found = made.inside("finishing", CLIENTS, given="\n".join(tasks))
    report.add("completing.verb.rate", found["tasks"] / found["seconds"], "1/s", ">= 150")
    report.add("completing.verb.processor", 1000 * found["cpu_s"] / found["tasks"], "ms of a processor for a task")
    report.add("completing.verb.errors", found["refused"], "errors", "= 0")


def answers(browser: Browser, tasks: list[str]) -> Iterator[Callable[[], bool]]:
    return (partial(answer, browser, task) for task in tasks)


def answer(browser: Browser, task: str) -> bool:
    sent = {"passed": "yes", "opinion": "符合规定条件。"}
    found = browser.post(f"/desk/cases/tasks/{task}/opinion/", sent)
    return found.status == 302 and found.location == "/desk/workflow/"
