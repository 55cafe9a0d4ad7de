"""What follows from an alert, as dated data: which incident it opens, which plan, which warning is proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from tongban.applications.emergency.rules.kinds import COLOURS, LEVELS, BrokenTable


class WarningPattern(NamedTuple):
    """What a proposed warning says; {thing} is the name of what alarmed, {colour} the colour in words."""

    radius_km: float
    hours: int
    headline: str
    description: str
    instruction: str


@dataclass(frozen=True)
class Linkage:
    """What follows from alerts of a rule, from a level up; see data/linkages.toml."""

    rule: str
    kind: str
    begins: str
    levels: Mapping[str, str]
    valid_from: date
    source: str
    plan: str = ""
    power: bool = False
    warning: WarningPattern | None = None

    def opens(self, level: str) -> bool:
        """Say whether an alert of this level opens an incident."""
        return COLOURS.index(level) >= COLOURS.index(self.begins)


def read(content: Mapping[str, Any]) -> tuple[Linkage, ...]:
    """Read the linkages of a file. Raises BrokenTable."""
    found = []
    for row in content["linkage"]:
        levels = dict(row["level"])
        if set(levels) != set(COLOURS) or not set(levels.values()) <= set(LEVELS) or row["from"] not in COLOURS:
            raise BrokenTable(f"linkage of {row['rule']}: levels are blue, yellow, orange and red")
        found.append(
            Linkage(
                row["rule"],
                row["kind"],
                row["from"],
                levels,
                row["valid_from"],
                row["source"],
                row.get("plan", ""),
                row.get("power", False),
                WarningPattern(**row["warning"]) if "warning" in row else None,
            )
        )
    return tuple(found)


def in_force(linkages: Iterable[Linkage], *, rule: str, on: date) -> Linkage | None:
    """Return what follows from alerts of a rule on a day; None where nothing does."""
    known = [one for one in linkages if one.rule == rule and one.valid_from <= on]
    return max(known, key=lambda one: one.valid_from, default=None)
