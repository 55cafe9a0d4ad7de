"""Positions in the systems that are used in China, and what becomes of one in another.

CGCS2000 and WGS 84 differ by centimetres and are taken as one. GCJ-02 is the shifted system that maps for the public
must use and that telephones in China report; its way back is found by going there and correcting.

Source: GB 20263; the shift itself was never published, the formula is the one that maps and telephones agree with.
"""

from math import asin, cos, pi, radians, sin, sqrt

CGCS2000 = "CGCS2000"
WGS84 = "WGS84"
GCJ02 = "GCJ02"
SYSTEMS = (CGCS2000, WGS84, GCJ02)

EARTH_METRES = 6_371_008.8
# The ellipsoid of Krasovsky, on which the shift is laid.
_AXIS = 6_378_245.0
_SQUARED = 0.006_693_421_622_965_943
# Outside this box nothing is shifted: west, south, east, north.
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
_ROUNDS = 6


def converted(longitude: float, latitude: float, *, was: str, wanted: str) -> tuple[float, float]:
    """Return longitude and latitude in another system. Raises ValueError for a system that is not known."""
    for system in (was, wanted):
        if system not in SYSTEMS:
            raise ValueError(f"{system!r} is none of {', '.join(SYSTEMS)}")
    if (was == GCJ02) == (wanted == GCJ02):
        return longitude, latitude
    return _shifted(longitude, latitude) if wanted == GCJ02 else _shifted_back(longitude, latitude)


def metres_between(west: tuple[float, float], east: tuple[float, float]) -> float:
    """Return how far two positions (longitude, latitude) lie apart, over the ground."""
    (a_lon, a_lat), (b_lon, b_lat) = west, east
    up, over = radians(b_lat - a_lat), radians(b_lon - a_lon)
    chord = sin(up / 2) ** 2 + cos(radians(a_lat)) * cos(radians(b_lat)) * sin(over / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(chord))


def _shifted(longitude: float, latitude: float) -> tuple[float, float]:
    west, south, east, north = _CHINA
    if not (west <= longitude <= east and south <= latitude <= north):
        return longitude, latitude
    over, up = longitude - 105.0, latitude - 35.0
    wave = (20.0 * sin(6.0 * over * pi) + 20.0 * sin(2.0 * over * pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * over + 3.0 * up + 0.2 * up * up + 0.1 * over * up + 0.2 * sqrt(abs(over)) + wave
    d_lat += (20.0 * sin(up * pi) + 40.0 * sin(up / 3.0 * pi)) * 2.0 / 3.0
    d_lat += (160.0 * sin(up / 12.0 * pi) + 320.0 * sin(up * pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + over + 2.0 * up + 0.1 * over * over + 0.1 * over * up + 0.1 * sqrt(abs(over)) + wave
    d_lon += (20.0 * sin(over * pi) + 40.0 * sin(over / 3.0 * pi)) * 2.0 / 3.0
    d_lon += (150.0 * sin(over / 12.0 * pi) + 300.0 * sin(over / 30.0 * pi)) * 2.0 / 3.0
    slope = radians(latitude)
    bend = 1 - _SQUARED * sin(slope) ** 2
    root = sqrt(bend)
    d_lat = d_lat * 180.0 / (_AXIS * (1 - _SQUARED) / (bend * root) * pi)
    d_lon = d_lon * 180.0 / (_AXIS / root * cos(slope) * pi)
    return longitude + d_lon, latitude + d_lat


def _shifted_back(longitude: float, latitude: float) -> tuple[float, float]:
    guess = longitude, latitude
    for _round in range(_ROUNDS):
        there = _shifted(*guess)
        guess = guess[0] + longitude - there[0], guess[1] + latitude - there[1]
    return guess
