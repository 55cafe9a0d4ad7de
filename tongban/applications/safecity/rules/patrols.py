"""When a checkpoint is due, and whether somebody was there. Pure."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple


class VisitWindow(NamedTuple):
    """From when until when somebody has to be at a checkpoint."""

    begins: datetime
    ends: datetime


def window(day: date, opens: time, closes: time, *, from_: time, zone: tzinfo) -> VisitWindow:
    """Return the window of a checkpoint in the shift that begins on a day at `from_`.

    What opens before the shift begins belongs to its next day; what closes no later than it opens ends a day later.
    """
    begins = datetime.combine(day + timedelta(days=opens < from_), opens, zone)
    ends = datetime.combine(begins.date() + timedelta(days=closes <= opens), closes, zone)
    return VisitWindow(begins, ends)


def inside(place: tuple[float, float], ring: list[list[float]]) -> bool:
    """Say whether a position (latitude, longitude) lies within a ring of corners; its border is within."""
    latitude, longitude = place
    found = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        between = min(lat_a, lat_b) <= latitude <= max(lat_a, lat_b)
        cross = (lon_b - lon_a) * (latitude - lat_a) - (longitude - lon_a) * (lat_b - lat_a)
        if between and min(lon_a, lon_b) <= longitude <= max(lon_a, lon_b) and abs(cross) < 1e-12:
            return True
        if (lat_a > latitude) != (lat_b > latitude):
            found ^= longitude < (lon_b - lon_a) * (latitude - lat_a) / (lat_b - lat_a) + lon_a
    return found


def ring_fault(ring: list[list[float]]) -> bool:
    """Say whether this is no ring: fewer than three corners, or one that is not on earth."""
    return len(ring) < 3 or any(not (-90 <= lat <= 90 and -180 <= lon <= 180) for lat, lon in ring)
