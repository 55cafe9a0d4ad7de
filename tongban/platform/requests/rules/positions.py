"""Where something is: a position with the system it was measured in, and how far two of them lie apart."""

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

# WGS 84 and CGCS2000 agree within centimetres; GCJ-02 is shifted by hundreds of metres.
SYSTEMS = ("CGCS2000", "WGS84", "GCJ02")
ALIKE = frozenset({"CGCS2000", "WGS84"})
EARTH_M = 6_371_008.8  # mean radius, IUGG
DEGREE_M = 111_195.08  # a degree of a great circle on that sphere


class PositionBox(NamedTuple):
    """Degrees: from south-west to north-east."""

    south: float
    west: float
    north: float
    east: float


def fault(latitude: float | None, longitude: float | None, system: str) -> str:
    """Return what is wrong with a position: "" for nothing, "half", "system" or "range"."""
    if latitude is None and longitude is None:
        return ""
    if latitude is None or longitude is None:
        return "half"
    if system not in SYSTEMS:
        return "system"
    inside = -90 <= latitude <= 90 and -180 <= longitude <= 180  # NaN is inside of nothing
    return "" if inside else "range"


def metres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the distance of two positions on the sphere (haversine), good to half a per cent."""
    south, north = radians(latitude), radians(other_latitude)
    rise, run = sin((north - south) / 2), sin(radians(other_longitude - longitude) / 2)
    return 2 * EARTH_M * asin(min(1.0, sqrt(rise * rise + cos(south) * cos(north) * run * run)))


def around(latitude: float, longitude: float, radius_m: float) -> PositionBox:
    """Return a box that holds everything within so many metres."""
    high = radius_m / DEGREE_M
    wide = high / max(cos(radians(min(89.0, abs(latitude) + high))), 0.01)
    return PositionBox(latitude - high, longitude - wide, latitude + high, longitude + wide)
