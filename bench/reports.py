"""Another system sends street reports by Open311: sixteen connections at once, on PostgreSQL.

What is timed is the POST that takes a report in: key, table of matters, grid cell, number and code, request, case,
facts and jobs. Each lies somewhere else. The worker runs beside it. Afterwards every request is looked for, with its
case.
"""

import random
from collections.abc import Callable, Iterator
from functools import partial

from bench.figures import Report, say
from bench.house import house
from bench.load import Browser, side_by_side

CLIENTS = 16
RUNS = 3
EACH = 120
WARM = 10


def run(report: Report) -> None:
    with house("postgresql") as made:
        key = made.inside("reporter")["key"]
        browsers = [Browser(made.address, {}) for _client in range(CLIENTS)]
        side_by_side([sendings(browser, key, WARM) for browser in browsers])
        loads = [side_by_side([sendings(browser, key, EACH) for browser in browsers]) for _turn in range(RUNS)]
        for browser in browsers:
            browser.close()
        found = made.inside("reported")
    sent = CLIENTS * (EACH * RUNS + WARM)
    say(f"    {found['requests']} requests, {found['cases']} cases of {sent} sent")
    report.add("reports.rate", [load.rate for load in loads], "1/s", ">= 150")
    report.add("reports.p95", [load.p95 for load in loads], "ms")
    report.add("reports.errors", sum(load.errors for load in loads), "errors", "= 0")
    report.add("reports.lost", abs(sent - found["requests"]) + abs(sent - found["cases"]), "reports", "= 0")


def sendings(browser: Browser, key: str, times: int) -> Iterator[Callable[[], bool]]:
    return (partial(send, browser, key) for _time in range(times))


def send(browser: Browser, key: str) -> bool:
    said = {
        "api_key": key,
        "service_code": "E0102",
        "lat": f"{30.572 + random.uniform(-0.01, 0.01):.6f}",
        "long": f"{104.069 + random.uniform(-0.01, 0.01):.6f}",
        "description": "人行道边堆放生活垃圾。",
    }
    return browser.post("/open311/v2/requests.json", said).status == 201
