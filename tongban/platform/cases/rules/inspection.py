"""What an inspection on site must bring, and what it still lacks. No database, no clock, no framework."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any, Literal, NamedTuple

RESULTS = ("pass", "fail", "none")
EARTH_KM = 6371.0
# So near to 0° 0′ lies nothing but sea: a telephone that knows nothing says so.
NOWHERE_DEGREES = 0.01

Fault = Literal[
    "no result", "no remark", "points not met", "no inspector", "no certificate", "same inspector", "no photos",
    "no position", "nowhere", "outside",
]  # fmt: skip


class Point(NamedTuple):
    """One point of the checklist. text: what is asked; source: by which rule."""

    code: str
    text: str
    source: str


@dataclass(frozen=True)
class Inspection:
    """What the definition of a service asks of an inspection.

    inspectors   how many at least; source: by which law
    photos       how many at least
    address, contact, phone   answers of the form that say where to go, and whom one meets there
    answer_hours   within which the applicant answers to a proposed time
    """

    task: str
    inspectors: int
    source: str
    photos: int
    address: str
    phone: str
    answer_hours: int
    points: Sequence[Point]
    contact: str = ""


def read(row: Mapping[str, Any]) -> Inspection:
    """Read one [[inspection]] of service.toml."""
    points = [Point(point["code"], point["text"], point["source"]) for point in row["point"]]
    return Inspection(**{name: value for name, value in row.items() if name != "point"}, points=points)


def faults(
    asked: Inspection, found: Mapping[str, Any], *, passed: bool, photos: int, extent: Sequence[float]
) -> Iterator[tuple[str, Fault]]:
    """Say what findings lack: (field, fault).

    found    "points": code -> {"result", "remark"}; "inspectors": [{"name", "certificate"}]; "position"
    extent   of the city: south, west, north, east; () where it is unknown
    Source: 行政许可法 art. 34 (two inspectors where the law asks for them).
    """
    points = found.get("points", {})
    for point in asked.points:
        told = points.get(point.code, {})
        if told.get("result") not in RESULTS:
            yield f"point-{point.code}", "no result"
        elif told["result"] == "fail" and not told.get("remark", "").strip():
            yield f"remark-{point.code}", "no remark"
    if passed and any(told.get("result") == "fail" for told in points.values()):
        yield "passed", "points not met"
    yield from _inspectors(asked, found.get("inspectors", []))
    if photos < asked.photos:
        yield "photos", "no photos"
    yield from _position(found.get("position", {}), extent)


def _inspectors(asked: Inspection, told: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, Fault]]:
    seen: set[str] = set()
    for number in range(1, asked.inspectors + 1):
        person = told[number - 1] if number <= len(told) else {}
        name, certificate = person.get("name", "").strip(), person.get("certificate", "").strip()
        if not name:
            yield f"inspector-{number}", "no inspector"
        if not certificate:
            yield f"certificate-{number}", "no certificate"
        if {name, certificate} & (seen - {""}):
            yield f"inspector-{number}", "same inspector"
        seen |= {name, certificate}


def _position(told: Mapping[str, Any], extent: Sequence[float]) -> Iterator[tuple[str, Fault]]:
    if "latitude" not in told or "longitude" not in told:
        yield "latitude", "no position"
    elif not told.get("confirmed") and (doubt := doubtful(told["latitude"], told["longitude"], extent)):
        yield "position_confirmed", doubt


def doubtful(latitude: float, longitude: float, extent: Sequence[float]) -> Literal["nowhere", "outside", ""]:
    """Say whether a position is one that should be asked about: 0, 0, or outside the city; "" where it is not."""
    if abs(latitude) < NOWHERE_DEGREES and abs(longitude) < NOWHERE_DEGREES:
        return "nowhere"
    if extent:
        south, west, north, east = extent
        if not (south <= latitude <= north and west <= longitude <= east):
            return "outside"
    return ""


def distance_km(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Return how far two positions (latitude, longitude in degrees) lie apart, along the earth."""
    (lat1, lon1), (lat2, lon2) = ((radians(at[0]), radians(at[1])) for at in (one, two))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
