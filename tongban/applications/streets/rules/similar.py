"""Which earlier report may be the same: near in place, time and category."""

from datetime import datetime, timedelta
from typing import NamedTuple

# So near, and so long ago at most.
NEAR_M = 120.0
SINCE = timedelta(days=30)
LIKELY = 0.5


class Sighting(NamedTuple):
    """What somebody saw: key of the report, code of the matter, how far away in metres, when."""

    key: int
    matter: str
    metres: float
    at: datetime


def likeness(seen: Sighting, *, matter: str, at: datetime) -> float:
    """Return how like a new report an earlier one is, from 0 to 1.

    Half of it is the place, falling to nothing at NEAR_M; a third the category (the same kind, or half for the same
    class); the rest the time, falling to nothing at SINCE. Another class is another matter: 0.
    """
    if seen.metres > NEAR_M or seen.matter[:3] != matter[:3] or not timedelta(0) <= at - seen.at <= SINCE:
        return 0.0
    place = 1 - seen.metres / NEAR_M
    category = 1.0 if seen.matter == matter else 0.5
    time = 1 - (at - seen.at) / SINCE
    return place / 2 + category / 3 + time / 6


def likely(seen: list[Sighting], *, matter: str, at: datetime, most: int = 5) -> list[Sighting]:
    """Return those that are likely the same, the likeliest first."""
    judged = [(likeness(one, matter=matter, at=at), one) for one in seen]
    found = sorted((pair for pair in judged if pair[0] >= LIKELY), key=lambda pair: (-pair[0], pair[1].key))
    return [one for _likeness, one in found[:most]]
