"""What a rule found: single occurrences, and the card that they make together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Occurrence:
    """One thing that a rule found.

    key          tells it apart from others of the same card
    on           the day on which it arose
    department   id of the department that answers for it
    account      id of the official's account, None where it is nobody's in particular; official: their name
    details      what happened, for the sentence about it: ids, numbers, days in ISO 8601; never a threshold
    turn         which time: after the applicant asked for a person, clocks begin anew
    until        the day on which it was over by itself, None while it lasts or where it never is
    """

    key: str
    on: date
    department: int
    account: int | None = None
    official: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    turn: int = 1
    until: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what a card keeps of it."""
        return {"key": self.key, "on": self.on.isoformat(), "official": self.official, **self.details}


@dataclass(frozen=True)
class CardFinding:
    """What one card is about: everything that a rule found in one case, or with one official on one day.

    key           the same whenever it is looked for
    occurrences   the oldest first
    """

    key: str
    rule: str
    occurrences: tuple[Occurrence, ...]

    @property
    def first(self) -> Occurrence:
        return self.occurrences[0]

    @property
    def until(self) -> date | None:
        """The day on which all of it was over, None where something lasts."""
        days = [one.until for one in self.occurrences]
        return max(day for day in days if day) if all(days) else None


def grouped(rule: str, about: str, found: Iterable[Occurrence]) -> list[CardFinding]:
    """Put together what belongs on one card: of one rule, about one thing, for one department, in one turn."""
    parts: dict[tuple[int, int], list[Occurrence]] = {}
    for one in found:
        parts.setdefault((one.turn, one.department), []).append(one)
    return [
        CardFinding(f"{rule}:{about}:{department}:{turn}", rule, tuple(sorted(ones, key=lambda one: (one.on, one.key))))
        for (turn, department), ones in sorted(parts.items())
    ]
