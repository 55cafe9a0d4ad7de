"""What rooms show in the demonstration's city.

A room's `demonstration.py` has what it needs of these; the city calls them in the order of MODULES:

    PLAN                    rows for the tables of the city's file: duties of roles, officials, registers, people
    found(city)             who lives there, and what is known of them; again changes nothing
    offer(city)             what the city offers them; again changes nothing
    stories(city, number)   what happened before it is opened: as many matters as that
    rehearsals()            name of an example's owner -> plays its examples
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

# A story waits for each moment that it yields, the first one included; then the clock says that moment.
Story = Iterator[datetime]
# A Monday without holidays near it, so that a rehearsal says the same every day.
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
# The same city every time.
SEED = 20260105


@dataclass(frozen=True)
class Demonstration:
    """The city while it is set up.

    plan      the tables of its file, with the rows that rooms add
    founded   since when it has been at work
    opened    the day on which somebody first looks at it: what soon ends then is counted from it
    people    number of a person or an organisation -> what the room that keeps people made of their row
    password  of the accounts that the sign-in page shows
    """

    plan: Mapping[str, Any]
    founded: datetime
    opened: date
    people: dict[str, Any] = field(default_factory=dict)
    password: str = ""


@dataclass(frozen=True)
class Played:
    """One example and what became of it. problem: "" where it ended as expected."""

    owner: str
    example: str
    expected: str
    outcome: str
    problem: str
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.problem


Rehearsals = Mapping[str, Callable[[], Iterable[Played]]]


def dice(purpose: str) -> random.Random:
    """Return dice that fall the same way every time, for one purpose."""
    return random.Random(f"{SEED} {purpose}")  # noqa: S311 (no secret: the same city every time)
