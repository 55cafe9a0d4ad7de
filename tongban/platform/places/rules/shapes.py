"""Shapes as GeoJSON says them (RFC 7946): how far they reach, whether one holds a position, where they are looked for.

A shape is kept under the smallest square of a quartered map that holds it whole: "" is the whole world, "2" its south
west quarter, "203" a quarter of a quarter of that. What touches a box lies under one of the squares that cover it, or
under a square around these: two questions of an index in any database.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median_low
from typing import Any

from tongban.platform.places.rules import coordinates
from tongban.platform.places.rules.coordinates import metres_between

Box = tuple[float, float, float, float]
Position = tuple[float, float]

MAX_DEPTH = 18
# A box is covered by no more squares than this.
_SQUARES = 4
KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


def problem(geometry: Any) -> str:
    """Return what is wrong with a shape: "" nothing, "kind", "empty", "open" (a ring that does not close), "earth"."""
    if not isinstance(geometry, Mapping) or geometry.get("type") not in KINDS:
        return "kind"
    try:
        found = list(positions(geometry))
        rings = list(_rings(geometry))
    except (TypeError, ValueError, LookupError):
        return "kind"
    if not found:
        return "empty"
    if any(not (-180 <= lon <= 180 and -90 <= lat <= 90) for lon, lat in found):
        return "earth"
    return "open" if any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings) else ""


def positions(geometry: Mapping[str, Any]) -> Iterator[Position]:
    """Yield every position of a shape, as longitude and latitude."""
    yield from _flat(geometry["coordinates"])


def box_of(geometry: Mapping[str, Any]) -> Box:
    """Return how far a shape reaches: west, south, east, north."""
    found = list(positions(geometry))
    return (
        min(lon for lon, _lat in found),
        min(lat for _lon, lat in found),
        max(lon for lon, _lat in found),
        max(lat for _lon, lat in found),
    )


def reach_of(boxes: Sequence[Box]) -> list[float]:
    """Return the box round all boxes; [] round none."""
    if not boxes:
        return []
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]


def middle_of(boxes: Sequence[Box]) -> list[float]:
    """Return longitude and latitude of where most lie: the middle one of each, not the middle of how far they reach."""
    return [median_low(box[0] for box in boxes), median_low(box[1] for box in boxes)] if boxes else []


def converted(geometry: Mapping[str, Any], *, was: str, wanted: str) -> Mapping[str, Any]:
    """Return a shape in another system of positions; itself where both are one."""
    if (was == coordinates.GCJ02) == (wanted == coordinates.GCJ02):
        return geometry

    def moved(part: Sequence[Any]) -> Any:
        if part and isinstance(part[0], int | float):
            return [*coordinates.converted(part[0], part[1], was=was, wanted=wanted), *part[2:]]
        return [moved(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": moved(geometry["coordinates"])}


def holds(geometry: Mapping[str, Any], position: Position) -> bool:
    """Say whether an area holds a position; points and lines hold nothing. A hole is outside."""
    return any(
        _in_ring(outer, position) and not any(_in_ring(hole, position) for hole in holes)
        for outer, *holes in _polygons(geometry)
    )


def metres_to(geometry: Mapping[str, Any], position: Position) -> float:
    """Return how far a position lies from a shape: 0 inside it, else to its nearest edge or point."""
    if holds(geometry, position):
        return 0.0
    return min(_metres_to_line(line, position) for line in _lines(geometry))


def square_of(box: Box, depth: int = MAX_DEPTH) -> str:
    """Return the smallest square that holds a box whole."""
    west, south, east, north = box
    one, other = _square_at(west, south, depth), _square_at(east, north, depth)
    same = next((n for n, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]), depth)
    return one[:same]


def squares_over(box: Box) -> list[str]:
    """Return a few squares of one size that together cover a box."""
    west, south, east, north = box
    found = {""}
    for depth in range(1, MAX_DEPTH + 1):
        size = 360 / 2**depth, 180 / 2**depth
        columns = range(_step(west + 180, size[0], depth), _step(east + 180, size[0], depth) + 1)
        rows = range(_step(south + 90, size[1], depth), _step(north + 90, size[1], depth) + 1)
        if len(columns) * len(rows) > _SQUARES:
            break
        found = {_name(column, row, depth) for column in columns for row in rows}
    return sorted(found)


def around(squares: Sequence[str]) -> list[str]:
    """Return the squares that lie around these, the world first."""
    return sorted({square[:length] for square in squares for length in range(len(square))})


def _step(way: float, size: float, depth: int) -> int:
    last: int = 2**depth - 1
    return min(max(int(way / size), 0), last)


def _square_at(lon: float, lat: float, depth: int) -> str:
    return _name(_step(lon + 180, 360 / 2**depth, depth), _step(lat + 90, 180 / 2**depth, depth), depth)


def _name(column: int, row: int, depth: int) -> str:
    """Return the digits of a square, the largest quarter first; a digit is 1 for east and 2 for north, added."""
    return "".join(str((column >> bit & 1) + 2 * (row >> bit & 1)) for bit in range(depth - 1, -1, -1))


def _flat(coordinates: Sequence[Any]) -> Iterator[Position]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield float(coordinates[0]), float(coordinates[1])
        return
    if isinstance(coordinates, str):
        raise ValueError("positions are numbers")
    for part in coordinates:
        yield from _flat(part)


def _polygons(geometry: Mapping[str, Any]) -> list[list[list[Position]]]:
    if geometry["type"] == "Polygon":
        return [[list(_flat(ring)) for ring in geometry["coordinates"]]]
    if geometry["type"] == "MultiPolygon":
        return [[list(_flat(ring)) for ring in polygon] for polygon in geometry["coordinates"]]
    return []


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[Position]]:
    for polygon in _polygons(geometry):
        yield from polygon


def _lines(geometry: Mapping[str, Any]) -> list[list[Position]]:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind in ("Polygon", "MultiPolygon"):
        return list(_rings(geometry))
    if kind == "MultiLineString":
        return [list(_flat(line)) for line in coordinates]
    if kind == "LineString":
        return [list(_flat(coordinates))]
    return [[position] for position in _flat(coordinates)]


def _in_ring(ring: Sequence[Position], position: Position) -> bool:
    lon, lat = position
    inside = False
    for (a_lon, a_lat), (b_lon, b_lat) in pairwise(ring):
        if (a_lat > lat) != (b_lat > lat) and lon < (b_lon - a_lon) * (lat - a_lat) / (b_lat - a_lat) + a_lon:
            inside = not inside
    return inside


def _metres_to_line(line: Sequence[Position], position: Position) -> float:
    if len(line) == 1:
        return metres_between(line[0], position)
    return min(metres_between(_nearest_on(a, b, position), position) for a, b in pairwise(line))


def _nearest_on(start: Position, end: Position, position: Position) -> Position:
    """Return the position of a stretch that is nearest; a stretch of a city is short enough to be flat."""
    over, up = end[0] - start[0], end[1] - start[1]
    length = over * over + up * up
    share = 0.0
    if length:
        share = ((position[0] - start[0]) * over + (position[1] - start[1]) * up) / length
        share = min(max(share, 0.0), 1.0)
    return start[0] + share * over, start[1] + share * up
