"""Set the installation up: what rooms bring with them, and for a demonstration a whole city. All idempotent.

No room is named here: each says in its `preparation.py` what it brings up to date, and in its `demonstration.py` what
it shows.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.city import founding, history, population
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.demonstration import Demonstration, Rehearsals
from tongban.infrastructure.kernel.module import load_for_work, rooms
from tongban.infrastructure.kernel.portals import workplaces

DEMO = Path(__file__).parent / "data" / "demo.toml"
# The seals of every department; licences carry the first one, letters the second.
SEALS = ("电子证照专用章", "行政审批专用章")
AREA = "990100"


def load_data() -> list[str]:
    """Let every room bring up to date what it ships; return what an operator should know."""
    return [sentence for file in _files("preparation") for sentence in file.prepare()]


def found_demo_city(*, residents: bool = False, opened: date | None = None) -> Demonstration:
    """Found 云泽市 and let every room make what it has there: accounts, people, what registers know.

    residents   with the invented people who have a past there
    opened      the day on which it is first looked at; today where nothing happens before
    """
    load_for_work()  # papers are sealed here, which is the worker's work at other times
    plan = plan_of_city(residents=residents)
    city = Demonstration(plan, founded=clock.now(), opened=opened or clock.today(), password=plan["password"])
    founding.found(plan, password=city.password)
    for file in _files("demonstration"):
        if hasattr(file, "found"):
            file.found(city)
    return city


def offer(city: Demonstration) -> None:
    """Let every room offer the city's people what it has."""
    for file in _files("demonstration"):
        if hasattr(file, "offer"):
            file.offer(city)


def live(city: Demonstration, number: int) -> list[str]:
    """Let so many matters happen before the city is opened. Returns the sentences of verbs that refused."""
    if number < 1 or not history.is_long_enough():
        return []
    told = [file.stories(city, number) for file in _files("demonstration") if hasattr(file, "stories")]
    return history.write(story for stories in told for story in stories)


def rehearsals() -> Rehearsals:
    """Return what can be rehearsed, by name."""
    found: dict[str, Any] = {}
    for file in _files("demonstration"):
        if hasattr(file, "rehearsals"):
            found |= file.rehearsals()
    return dict(sorted(found.items()))


def plan_of_city(*, residents: bool = False) -> dict[str, Any]:
    """Return the city's file with what the rooms add to its tables."""
    plan = tomllib.loads(DEMO.read_text())
    for file in _files("demonstration"):
        for table, rows in getattr(file, "PLAN", {}).items():
            plan[table] = [*plan.get(table, ()), *rows]
    plan["role"] = list(_united(plan["role"]))
    plan["department"] = [{"area": AREA, "seals": SEALS, **row} for row in plan["department"]]
    if residents:
        people, organisations = population.invented()
        plan["person"] += people
        plan["organisation"] += organisations
    return plan


def greeting() -> str:
    """Return the lines that `make run` prints: who can sign in."""
    city = plan_of_city()
    people = [(who["login"], who["name"], who["says"]) for who in city["person"] + city["official"] if who.get("says")]
    lines = [f"  {login:<14}{name}  {says}" for login, name, says in people]
    return "\n".join([f"  {city['greeting']}", "", *lines, ""])


def greeting_file() -> Path:
    return Path(settings.VAR) / "greeting.txt"


def _files(name: str) -> list[Any]:
    """Return the rooms' files of that name, in the order of MODULES."""
    return [import_module(f"{room.name}.{name}") for room in rooms() if find_spec(f"{room.name}.{name}")]


def _united(roles: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each role once, with the duties that all rooms give it; a portal that is not there is left out."""
    known = {portal.label for portal in workplaces()}
    for _key, rows in groupby(sorted(roles, key=lambda row: str(row["key"])), key=lambda row: row["key"]):
        role: dict[str, Any] = {"duties": []}
        for row in rows:
            role |= {**row, "duties": [*role["duties"], *row.get("duties", ())]}
        if role.get("portal") not in known:
            role.pop("portal", None)
        yield role
