"""Classes, kinds and levels of emergencies, as dated tables. Source: 突发事件应对法 (2024), articles 2 and 3.

A level is "ordinary" 一般, "larger" 较大, "major" 重大 or "special" 特别重大; "" where the law grades nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

LEVELS = ("ordinary", "larger", "major", "special")
# 预警 四级蓝 … 一级红 (article 63), the mildest first, as sensing calls the levels of its alerts.
COLOURS = ("blue", "yellow", "orange", "red")
LEVEL_OF_COLOUR = dict(zip(COLOURS, LEVELS, strict=True))
Light = Literal["green", "yellow", "red", "grey"]


class EmergencyClass(NamedTuple):
    """One of the four classes of the law. graded: incidents of it have a level."""

    key: str
    name: str
    english: str
    graded: bool


class EmergencyKind(NamedTuple):
    """A kind of incident.

    level                 what an incident begins with
    join_m, join_minutes  how near and how soon another call may be about the same
    needs                 kinds of units that are offered first
    cap                   category of CAP 1.2
    """

    key: str
    name: str
    english: str
    group: str
    level: str
    join_m: int
    join_minutes: int
    needs: tuple[str, ...]
    cap: str = "Other"


class Minutes(NamedTuple):
    """Within how many minutes of the call a unit is to be sent, and one to be there."""

    dispatch: int
    arrive: int


@dataclass(frozen=True)
class KindTable:
    """What holds from a day on, with its source."""

    source: str
    valid_from: date
    classes: Mapping[str, EmergencyClass]
    kinds: Mapping[str, EmergencyKind]
    units: Mapping[str, tuple[str, str]]
    minutes: Mapping[str, Minutes]

    def minutes_of(self, level: str) -> Minutes:
        return self.minutes[level or "ungraded"]

    def category_of(self, kind: str) -> str:
        """Return the category that CAP has for a kind."""
        return self.kinds[kind].cap if kind in self.kinds else "Other"


class BrokenTable(ValueError):
    """A table that cannot be used; says where and why."""


def read(content: Mapping[str, Any]) -> tuple[KindTable, ...]:
    """Read the tables of a file. Raises BrokenTable where one names what it does not hold."""
    return tuple(_table(row) for row in content["table"])


def _table(row: Mapping[str, Any]) -> KindTable:
    classes = {key: EmergencyClass(key, **said) for key, said in row["class"].items()}
    units = {key: (said["name"], said["english"]) for key, said in row["unit"].items()}
    kinds = {}
    for key, said in row["kind"].items():
        values = dict(said)
        kind = EmergencyKind(key, group=values.pop("class"), needs=tuple(values.pop("needs")), **values)
        if kind.group not in classes:
            raise BrokenTable(f"kind {key}: there is no class {kind.group}")
        if (kind.level in LEVELS) != classes[kind.group].graded:
            raise BrokenTable(f"kind {key}: level {kind.level!r} does not go with its class")
        if unknown := set(kind.needs) - set(units):
            raise BrokenTable(f"kind {key}: no units {', '.join(sorted(unknown))}")
        kinds[key] = kind
    minutes = {level: Minutes(**said) for level, said in row["minutes"].items()}
    if missing := {*LEVELS, "ungraded"} - set(minutes):
        raise BrokenTable(f"minutes of {', '.join(sorted(missing))} are missing")
    return KindTable(row["source"], row["valid_from"], classes, kinds, units, minutes)


def colour_of(level: str) -> str:
    """Return the colour of warning that goes with a level; "" for none."""
    return COLOURS[LEVELS.index(level)] if level in LEVELS else ""


def higher(first: str, second: str) -> str:
    """Return the graver of two levels."""
    return max(first, second, key=lambda level: LEVELS.index(level) if level in LEVELS else -1)


def light(
    minutes: Minutes, *, opened_at: datetime, dispatched_at: datetime | None, arrived_at: datetime | None, now: datetime
) -> tuple[Light, datetime | None]:
    """Return how the clock of an incident stands, and until when what comes next is due; None where nothing is.

    red: the time is over; yellow: less than a third of it is left; green: there is time, or somebody is there.
    """
    if arrived_at:
        return "green", None
    limit = timedelta(minutes=minutes.arrive if dispatched_at else minutes.dispatch)
    left = opened_at + limit - now
    if left < timedelta(0):
        return "red", opened_at + limit
    return ("yellow" if left < limit / 3 else "green"), opened_at + limit


def choices(kinds: Sequence[EmergencyKind], group: str) -> list[EmergencyKind]:
    """Return the kinds of a class, in the order of the table."""
    return [kind for kind in kinds if kind.group == group]
