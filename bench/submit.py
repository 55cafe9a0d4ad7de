"""Hand in complete applications over HTTP: sixteen signed-in agents at once, on PostgreSQL and on SQLite.

submit    the POST that hands the application in, with the declaration; the drafts, each with all answers and three
          materials (one fetched, two uploaded), lie ready before the clock starts
journey   everything a person sends for one application: begin, each step of the form, the materials (one is fetched,
          two are uploaded), the review, the declaration

Afterwards every case is looked for in the database: its action, its fact in the journal, its jobs, its process and
its first task must be there exactly once. The worker runs beside all of it.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.figures import Report, say
from bench.house import ROOT, House, house
from bench.load import Browser, Load, side_by_side

CLIENTS = 16
RUNS = 3
EACH = 110  # applications an agent hands in, in one run
JOURNEYS = 6
WARM = 10
FOLDER = ROOT / "tongban" / "applications" / "permits" / "definitions" / "food-business"
UPLOADS = ("floor-plan", "safety-rules")


def run(report: Report) -> None:
    for kind, goal in (("postgresql", ">= 150"), ("sqlite", ">= 80")):
        with house(kind) as made:
            measure(report, made, kind, goal)


def measure(report: Report, made: House, kind: str, goal: str) -> None:
    agents = made.inside("companies", CLIENTS)
    pairs = ",".join(f"{agent['account']}:{agent['firm']}" for agent in agents)
    say(f"laying {CLIENTS * (EACH * RUNS + WARM)} drafts ready")
    drafts = made.inside("drafts", pairs, EACH * RUNS + WARM)
    browsers = [Browser(made.address, {"sessionid": agent["cookie"]}) for agent in agents]
    for browser, mine in zip(browsers, drafts, strict=True):
        assert browser.get(f"/cases/{mine[-1]}/review/").status == 200
    side_by_side([hand_ins(browser, mine[-WARM:]) for browser, mine in zip(browsers, drafts, strict=True)])
    loads = []
    for turn in range(RUNS):
        part = slice(turn * EACH, (turn + 1) * EACH)
        work = [hand_ins(browser, mine[part]) for browser, mine in zip(browsers, drafts, strict=True)]
        loads.append(side_by_side(work))
    handed_in = CLIENTS * (EACH * RUNS + WARM)
    record(report, f"submit.{kind}", loads, goal)
    form = json.loads((FOLDER / "form.json").read_text())
    answers = json.loads((FOLDER / "examples.json").read_text())[0]["answers"]
    loads = [
        side_by_side([[partial(journey, browser, form, answers)] * JOURNEYS for browser in browsers])
        for _turn in range(RUNS)
    ]
    handed_in += CLIENTS * JOURNEYS * RUNS
    report.add(f"journey.{kind}.rate", [load.rate for load in loads], "1/s", ">= 12" if kind == "postgresql" else "")
    report.add(f"journey.{kind}.p95", [load.p95 for load in loads], "ms")
    report.add(f"journey.{kind}.errors", sum(load.errors for load in loads), "errors", "= 0")
    for browser in browsers:
        browser.close()
    audit(report, made, kind, handed_in)


def record(report: Report, name: str, loads: list[Load], goal: str) -> None:
    report.add(f"{name}.rate", [load.rate for load in loads], "1/s", goal)
    report.add(f"{name}.p50", [load.p50 for load in loads], "ms")
    report.add(f"{name}.p95", [load.p95 for load in loads], "ms", "< 300")
    report.add(f"{name}.errors", sum(load.errors for load in loads), "errors", "= 0")


def audit(report: Report, made: House, kind: str, wanted: int) -> None:
    began = time.perf_counter()
    found = made.inside("audit")
    problems = list(found["problems"])
    if found["cases"] != wanted:
        problems.append(f"{wanted} were handed in and {found['cases']} are there")
    for problem in problems:
        say(f"    {problem}")
    say(f"    looked at {found['cases']} cases in {time.perf_counter() - began:.0f} s")
    report.add(f"submit.{kind}.wrong", len(problems), "problems", "= 0")


def hand_ins(browser: Browser, drafts: list[str]) -> Iterator[Callable[[], bool]]:
    return (partial(hand_in, browser, draft) for draft in drafts)


def hand_in(browser: Browser, draft: str) -> bool:
    answer = browser.post(f"/cases/{draft}/review/", {"declared": "on"})
    return answer.status == 302 and answer.location == f"/cases/{draft}/submitted/"


def journey(browser: Browser, form: dict[str, Any], answers: dict[str, Any]) -> bool:
    """Do what a browser does for one application, without pictures and style sheets."""
    # For the same place a second application is refused.
    answers = {**answers, "premises_address": f"云泽市临湖区柳岸街{random.randrange(10**9)}号"}
    assert browser.get("/cases/begin/food-business/").status == 200
    at = follow(browser, browser.post("/cases/begin/food-business/", {}))
    uid = at.split("/")[2]
    fields = {step["step"]: step["fields"] for step in form["layout"]}
    while "/fill/" in at:
        page = browser.get(at).body.decode()
        revision = page.partition('name="revision" value="')[2].partition('"')[0]
        filled = [pair for field in fields[at.split("/")[4]] for pair in typed(field, answers)]
        at = follow(browser, browser.post(at, [("revision", revision), *filled]))
    assert at == f"/cases/{uid}/materials/", at
    assert browser.get(at).status == 200
    for code in UPLOADS:
        file = FOLDER / f"{code}-sample.pdf"
        follow(browser, browser.upload(at, {"code": code}, file.name, read(file)))
    assert browser.get(f"/cases/{uid}/review/").status == 200
    return hand_in(browser, uid)


def follow(browser: Browser, answer: Any) -> str:
    if answer.status != 302:
        raise ValueError(f"status {answer.status}: {answer.body.decode()[:2000]}")
    return str(answer.location)


def typed(field: dict[str, Any], answers: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield what a browser sends for one field."""
    name, value = field["name"], answers.get(field["name"])
    if value is None:
        return
    if isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for row, cells in enumerate(value):
            for column, cell in cells.items():
                yield f"{name}.{row}.{column}", cell
    elif isinstance(value, list):
        yield from ((name, one) for one in value)
    else:
        yield name, value


def read(file: Path, known: dict[Path, bytes] = {}) -> bytes:  # noqa: B006 (kept on purpose)
    if file not in known:
        known[file] = file.read_bytes()
    return known[file]
