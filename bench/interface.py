"""Another system begins applications by interface: sixteen connections at once, on PostgreSQL.

What is timed is the POST that begins an application with all its answers: key, look-up of the applicant, registers,
judging of all answers, and the answer that says what is still missing. Each is for a place of business of its own.
"""

import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from bench.figures import Report
from bench.house import house
from bench.load import Browser, side_by_side
from bench.submit import FOLDER

CLIENTS = 16
RUNS = 3
EACH = 60
WARM = 5


def run(report: Report) -> None:
    with house("postgresql") as made:
        system = made.inside("systems", CLIENTS)
        form = json.loads((FOLDER / "form.json").read_text())
        example = json.loads((FOLDER / "examples.json").read_text())[0]["answers"]
        known = {field["name"] for step in form["layout"] for field in step["fields"] if field.get("prefill")}
        answers = {name: value for name, value in example.items() if name not in known}
        callers = [
            (Browser(made.address, headers={"Authorization": f"Bearer {system['key']}"}), firm)
            for firm in system["firms"]
        ]
        side_by_side([beginnings(browser, firm, answers, WARM) for browser, firm in callers])
        loads = [
            side_by_side([beginnings(browser, firm, answers, EACH) for browser, firm in callers])
            for _turn in range(RUNS)
        ]
        for browser, _firm in callers:
            browser.close()
    report.add("interface.begin.rate", [load.rate for load in loads], "1/s", ">= 90")
    report.add("interface.begin.p95", [load.p95 for load in loads], "ms")
    report.add("interface.begin.errors", sum(load.errors for load in loads), "errors", "= 0")


def beginnings(
    browser: Browser, firm: dict[str, str], answers: dict[str, Any], times: int
) -> Iterator[Callable[[], bool]]:
    return (partial(begin, browser, firm, answers) for _time in range(times))


def begin(browser: Browser, firm: dict[str, str], answers: dict[str, Any]) -> bool:
    place = f"云泽市临湖区柳岸街{random.randrange(10**9)}号"
    said = {"service": "food-business", "applicant": firm, "answers": {**answers, "premises_address": place}}
    return browser.send("/api/v1/cases", said, {"Idempotency-Key": str(uuid4())}).status == 201
