"""How long the whole may take. No database, no clock, no framework."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.platform.deadlines.services import Calendar, last_day

# The worst first.
WORST = ("red", "yellow", "green", "grey")


@dataclass(frozen=True, slots=True)
class JointClock:
    """When the whole began, and until when it has to be done. None while none of its cases is accepted."""

    started_on: date | None = None
    lost_days: int = 0
    promised_due_on: date | None = None
    statutory_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Working days: what the city promises, what the law allows, and by how much it was extended."""

    promised: int
    statutory: int
    extended: int = 0


def counted(accepted: Iterable[date], lost: Iterable[int], days: Days, calendar: Calendar) -> JointClock:
    """Return the clock of the whole. It starts when the first case is accepted.

    accepted   when cases were accepted
    lost       how many working days each stood still for a special procedure (行政许可法 art. 45)
    The days that one case stood still are not counted for the whole either; cases stand still side by side, so the
    longest counts. Source: 行政许可法 art. 42 para. 2.
    """
    started = min(accepted, default=None)
    if started is None:
        return JointClock()
    stood = max(lost, default=0)
    return JointClock(
        started,
        stood,
        last_day(started, days.promised + stood, "workday", calendar),
        last_day(started, days.statutory + days.extended + stood, "workday", calendar),
    )


def worst(lights: Iterable[str]) -> str:
    """Return the light of the whole: that of its worst part."""
    found = set(lights)
    return next((light for light in WORST if light in found), "grey")


def law(rows: Iterable[Mapping[str, Any]], on: date) -> Mapping[str, Any]:
    """Return the law's limit on joint handling on a day. Raises LookupError where none counts."""
    found = [row for row in rows if row["valid_from"] <= on]
    if not found:
        raise LookupError(f"no limit on joint handling counts on {on}")
    return max(found, key=lambda row: row["valid_from"])
