"""Where a unit stands and which steps lead from there; how far apart two positions are."""

from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt

EARTH_M = 6_371_008.8

# step -> (states it may be taken in, state afterwards). "dispatch" is a verb of its own.
STEPS: Mapping[str, tuple[frozenset[str], str]] = {
    "set_out": (frozenset({"dispatched"}), "en_route"),
    "arrive": (frozenset({"dispatched", "en_route"}), "on_scene"),
    "leave": (frozenset({"on_scene"}), "returning"),
    "release": (frozenset({"dispatched", "en_route", "on_scene", "returning"}), "available"),
    "stand_down": (frozenset({"available"}), "off"),
    "report_ready": (frozenset({"off"}), "available"),
}


def possible(state: str) -> list[str]:
    """Return the steps that may be taken in a state, in the order in which they usually come."""
    return [step for step, (states, _after) in STEPS.items() if state in states]


def metres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the straight distance of two positions in metres (haversine on the mean sphere)."""
    up, over = radians(other_latitude - latitude), radians(other_longitude - longitude)
    chord = sin(up / 2) ** 2 + cos(radians(latitude)) * cos(radians(other_latitude)) * sin(over / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(chord)))


def box_around(latitude: float, longitude: float, radius_m: float) -> tuple[float, float, float, float]:
    """Return south, west, north, east of a box that holds a circle."""
    up = radius_m / EARTH_M * 57.29577951308232
    over = up / max(cos(radians(latitude)), 0.01)
    return latitude - up, longitude - over, latitude + up, longitude + over
