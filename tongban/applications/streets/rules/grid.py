"""Grid cells 单元网格 by GB/T 30428.1 and codes of components and events by GB/T 30428.2.

A cell's code has 15 figures: division 6 (GB/T 2260), street 3, community 3, serial 3. Serials go from west to east,
then from north to south. A component's code has 16: division 6, class 2, kind 2, serial 6; an event's 10: division 6,
class 2, kind 2.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

CELL = re.compile(r"[1-9][0-9]{5}[0-9]{9}")
COMPONENT = re.compile(r"[1-9][0-9]{5}[0-9]{10}")
EVENT = re.compile(r"[1-9][0-9]{5}[0-9]{4}")
CORNERS = 3

Ring = Sequence[Sequence[float]]


class CellCode(NamedTuple):
    """The parts of a cell's code, as figures."""

    division: str
    street: str
    community: str
    serial: str

    @property
    def area(self) -> str:
        """The area code of the community: twelve figures."""
        return f"{self.division}{self.street}{self.community}"

    def __str__(self) -> str:
        return f"{self.area}{self.serial}"


class ComponentCode(NamedTuple):
    """The parts of a component's code; kind has class and kind: "0101"."""

    division: str
    kind: str
    serial: str


def cell_code(text: str) -> CellCode:
    """Read a cell's code. Raises ValueError where it is none; serial 000 is no cell."""
    if not CELL.fullmatch(text) or text.endswith("000"):
        raise ValueError(f"{text} is no code of a grid cell: 6 + 3 + 3 + 3 figures, serial from 001")
    return CellCode(text[:6], text[6:9], text[9:12], text[12:])


def component_code(text: str) -> ComponentCode:
    """Read a component's code. Raises ValueError where it is none."""
    if not COMPONENT.fullmatch(text) or text.endswith("000000"):
        raise ValueError(f"{text} is no code of a component: 6 + 2 + 2 + 6 figures, serial from 000001")
    return ComponentCode(text[:6], text[6:10], text[10:])


def event_code(division: str, matter: str) -> str:
    """Return the code of an event in a division: "990102" and "E0102" give 9901020102. Raises ValueError."""
    code = f"{division[:6]}{matter[1:]}"
    if not EVENT.fullmatch(code):
        raise ValueError(f"{division} and {matter} give no code of an event")
    return code


def fault(ring: Ring) -> str:
    """Return what is wrong with a cell's border: "" for nothing, "open", "few", "range", "crossed"."""
    if len(ring) < CORNERS + 1 or len({tuple(point) for point in ring[:-1]}) < CORNERS:
        return "few"
    if tuple(ring[0]) != tuple(ring[-1]):
        return "open"
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in ring):
        return "range"
    edges = list(pairwise(ring))
    for number, edge in enumerate(edges):
        for later in range(number + 2, len(edges)):
            neighbours = number == 0 and later == len(edges) - 1
            if not neighbours and _cross(*edge, *edges[later]):
                return "crossed"
    return ""


def holds(ring: Ring, longitude: float, latitude: float) -> bool:
    """Say whether a closed border holds a position; what lies on the border is held."""
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        turn = (x2 - x1) * (latitude - y1) - (y2 - y1) * (longitude - x1)
        if turn == 0 and min(x1, x2) <= longitude <= max(x1, x2) and min(y1, y2) <= latitude <= max(y1, y2):
            return True
        if (y1 > latitude) != (y2 > latitude) and (turn > 0) == (y2 > y1):
            inside = not inside
    return inside


def cell_of(cells: Mapping[str, Ring], longitude: float, latitude: float) -> str:
    """Return the code of the cell that holds a position, "" for none; on a common border the smallest code."""
    return min((code for code, ring in cells.items() if holds(ring, longitude, latitude)), default="")


def in_order(middles: Iterable[tuple[str, float, float]], row_degrees: float = 0.0005) -> list[str]:
    """Return names in the order in which cells are numbered: rows from north to south, each from west to east.

    middles       (name, longitude, latitude) of the middles of cells
    row_degrees   middles whose latitudes differ by less stand in one row
    """
    rows = sorted(middles, key=lambda middle: (-round(middle[2] / row_degrees), middle[1], middle[0]))
    return [name for name, _x, _y in rows]


def _cross(a: Sequence[float], b: Sequence[float], c: Sequence[float], d: Sequence[float]) -> bool:
    """Say whether two edges cross or touch."""

    def side(p: Sequence[float], q: Sequence[float], r: Sequence[float]) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    first, second = side(a, b, c) * side(a, b, d), side(c, d, a) * side(c, d, b)
    return first < 0 and second < 0
