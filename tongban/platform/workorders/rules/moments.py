"""Whether the clock of a phone can be believed: what it said is kept either way."""

from datetime import datetime, timedelta


def doubt(said: datetime, *, received: datetime, after: datetime | None, tolerance: timedelta) -> str:
    """Return what is odd about the moment a phone gives a step: "future", "before", or "" for nothing.

    after   when the step before it happened, by the same rule
    """
    if said > received + tolerance:
        return "future"
    if after is not None and said < after - tolerance:
        return "before"
    return ""


def counted(said: datetime, *, received: datetime, doubtful: bool) -> datetime:
    """Return the moment that clocks count: what the phone said, unless it is in doubt."""
    return received if doubtful else min(said, received)
