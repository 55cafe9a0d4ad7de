"""Invent a town: streets with a slight bend round a lake, blocks with houses, a river that parts two districts.

Every run gives the same town. Streets of the plan run where its addresses lie.
"""

from collections.abc import Iterator
from math import cos, pi, sin
from random import Random
from typing import Any

from tongban.infrastructure.kernel.demonstration import dice

Feature = dict[str, Any]
Position = tuple[float, float]

WEST, SOUTH, EAST, NORTH = 104.020, 30.520, 104.150, 30.606
CITY = (103.70, 30.30, 104.60, 30.95)
BLOCK_LON, BLOCK_LAT = 0.0065, 0.0052
LAKE, LAKE_SIZE = (104.076, 30.5935), (0.024, 0.0095)
RIVER = ((103.86, 30.72), (103.98, 30.64), (104.052, 30.598), (104.092, 30.578), (104.094, 30.545), (104.17, 30.47))
AVENUES = {30.5814: "湖滨大道", 30.5731: "柳岸街", 30.5526: "文苑路", 30.5629: "安平路", 30.5424: "石桥路"}
STREETS = ("云泽大道", "学府路", "槐荫路", "市民路", "望湖路", "青石路", "东桥路", "书院路", "梅园路", "稻香路")
SIDE = ("桂花巷", "平安里", "竹溪路", "清波路", "鹿鸣街", "兰台路", "枫林街", "采莲路", "长宁路", "景明街")
SUBURBS = {"柳岸街道": (104.060, 30.5705), "石桥街道": (104.112, 30.5440), "文苑街道": (104.118, 30.5602)}
DISTRICTS = {"临湖区": (104.045, 30.5560), "青石区": (104.132, 30.5740)}
PARK_SHARE, HOUSES = 0.07, 5


class Town:
    """What is in each layer of the base map."""

    def __init__(self) -> None:
        self._dice = dice("places")
        self._columns = [WEST + BLOCK_LON * n for n in range(int((EAST - WEST) / BLOCK_LON) + 1)]
        rows = [SOUTH + BLOCK_LAT * n for n in range(int((NORTH - SOUTH) / BLOCK_LAT) + 1)]
        self._rows = sorted({min(AVENUES, key=lambda lat: abs(lat - row)) if _is_near(row) else row for row in rows})

    def features(self) -> dict[str, list[Feature]]:
        """Return the features by layer, each with a key."""
        layers = self._layers()
        return {layer: [{"key": str(n), **one} for n, one in enumerate(found, 1)] for layer, found in layers.items()}

    def _layers(self) -> dict[str, list[Feature]]:
        blocks = list(self._blocks())
        parks = {n for n in range(len(blocks)) if self._dice.random() < PARK_SHARE}
        houses = [house for n, block in enumerate(blocks) if n not in parks for house in _houses(block, self._dice)]
        return {
            "green": [*_fields(self._dice), *(_area(_inner(blocks[n], 0.12), "park") for n in sorted(parks))],
            "water": [
                _area(_ellipse(LAKE, LAKE_SIZE), "lake", "云湖"),
                _line(_curve(RIVER), "river", "泽水"),
            ],
            "buildings": [_area(house, "building") for house in houses],
            "roads": list(self._roads()),
            "rails": [_line(_curve(((103.90, 30.50), (104.03, 30.528), (104.12, 30.534), (104.40, 30.62))), "rail")],
            "boundaries": _districts(),
            "names": [_point((104.0855, 30.5680), "city", "云泽市")]
            + [_point(place, "suburb", name) for name, place in (SUBURBS | DISTRICTS).items()],
        }

    def _roads(self) -> Iterator[Feature]:
        for number, row in enumerate(self._rows):
            name = AVENUES.get(row, SIDE[number % len(SIDE)])
            kind = "main" if row in AVENUES else "street"
            for part in _outside_lake(_bent((WEST, row), (EAST, row))):
                yield _line(part, kind, name)
        for number, column in enumerate(self._columns):
            name = STREETS[number // 2 % len(STREETS)] if number % 2 == 0 else SIDE[(number * 7) % len(SIDE)]
            for part in _outside_lake(_bent((column, SOUTH), (column, NORTH))):
                yield _line(part, "main" if number % 4 == 0 else "street", name)
        ring = _ellipse((104.085, 30.563), (0.078, 0.052), wobble=0.02)
        yield _line(ring, "motorway", "绕城高速")
        yield _line(_curve(((103.72, 30.60), (103.90, 30.575), (104.007, 30.563))), "motorway", "云岚高速")
        yield _line(_curve(((104.163, 30.563), (104.30, 30.58), (104.58, 30.66))), "motorway", "云岚高速")
        yield _line(_ellipse(LAKE, (LAKE_SIZE[0] + 0.0012, LAKE_SIZE[1] + 0.001)), "path", "环湖步道")

    def _blocks(self) -> Iterator[list[Position]]:
        for west, east in zip(self._columns, self._columns[1:], strict=False):
            for south, north in zip(self._rows, self._rows[1:], strict=False):
                middle = (west + east) / 2, (south + north) / 2
                if not _in_lake(middle, 1.35):
                    yield [_bend(p) for p in ((west, south), (east, south), (east, north), (west, north))]


def _is_near(row: float) -> bool:
    return min(abs(row - lat) for lat in AVENUES) < BLOCK_LAT / 2


def _bend(place: Position) -> Position:
    """Move a position a little, so that streets are no ruler's lines; where addresses lie hardly at all."""
    lon, lat = place
    return lon + 0.0006 * sin((lat - SOUTH) * 90), lat + 0.0004 * sin((lon - WEST) * 70)


def _bent(start: Position, end: Position, steps: int = 60) -> list[Position]:
    return [
        _bend((start[0] + (end[0] - start[0]) * n / steps, start[1] + (end[1] - start[1]) * n / steps))
        for n in range(steps + 1)
    ]


def _in_lake(place: Position, margin: float = 1.12) -> bool:
    return ((place[0] - LAKE[0]) / LAKE_SIZE[0]) ** 2 + ((place[1] - LAKE[1]) / LAKE_SIZE[1]) ** 2 < margin**2


def _outside_lake(line: list[Position]) -> Iterator[list[Position]]:
    part: list[Position] = []
    for place in line:
        if not _in_lake(place):
            part.append(place)
            continue
        if len(part) > 1:
            yield part
        part = []
    if len(part) > 1:
        yield part


def _ellipse(middle: Position, size: Position, *, wobble: float = 0.06, steps: int = 96) -> list[Position]:
    turns = [2 * pi * n / steps for n in range(steps)]
    ring = [
        (
            middle[0] + size[0] * cos(turn) * (1 + wobble * sin(3 * turn)),
            middle[1] + size[1] * sin(turn) * (1 + wobble * cos(5 * turn)),
        )
        for turn in turns
    ]
    return [*ring, ring[0]]


def _curve(through: tuple[Position, ...], steps: int = 12) -> list[Position]:
    """Return a smooth line through positions (Catmull–Rom)."""
    around = [through[0], *through, through[-1]]
    line: list[Position] = []
    for a, b, c, d in zip(around, around[1:], around[2:], around[3:], strict=False):
        line += [_between(a, b, c, d, n / steps) for n in range(steps)]
    return [*line, through[-1]]


def _between(a: Position, b: Position, c: Position, d: Position, t: float) -> Position:
    def one(k: int) -> float:
        rise, bend = c[k] - a[k], 2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]
        return 0.5 * (2 * b[k] + rise * t + bend * t**2 + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t**3)

    return one(0), one(1)


def _inner(block: list[Position], share: float) -> list[Position]:
    lon, lat = (sum(place[k] for place in block) / len(block) for k in (0, 1))
    ring = [(p[0] + (lon - p[0]) * share, p[1] + (lat - p[1]) * share) for p in block]
    return [*ring, ring[0]]


def _houses(block: list[Position], fall: Random) -> Iterator[list[Position]]:
    west, south = block[0][0] + 0.0006, block[0][1] + 0.0005
    over, up = (block[1][0] - block[0][0] - 0.0012) / HOUSES, (block[3][1] - block[0][1] - 0.001) / 2
    for column in range(HOUSES):
        for row in range(2):
            if fall.random() < 0.75:
                left, low = west + column * over, south + row * up
                right, high = left + over * fall.uniform(0.5, 0.85), low + up * fall.uniform(0.45, 0.8)
                yield [(left, low), (right, low), (right, high), (left, high), (left, low)]


def _fields(fall: Random) -> list[Feature]:
    """Return fields and woods round the town."""
    found = []
    for _number in range(60):
        turn, far = fall.uniform(0, 2 * pi), fall.uniform(1.25, 2.6)
        middle = 104.085 + 0.085 * far * cos(turn), 30.563 + 0.058 * far * sin(turn)
        size = fall.uniform(0.006, 0.02), fall.uniform(0.004, 0.012)
        kind = "wood" if fall.random() < 0.3 else "farmland"
        found.append(_area(_ellipse(middle, size, wobble=0.15, steps=24), kind))
    return found


def _districts() -> list[Feature]:
    west, south, east, north = CITY
    river = [place for place in _curve(RIVER) if south < place[1] < north]
    top, bottom = (river[0][0], north), (river[-1][0], south)
    lake_side = [(west, north), top, *river, bottom, (west, south), (west, north)]
    stone_side = [(east, north), top, *river, bottom, (east, south), (east, north)]
    return [_area(lake_side, "district", "临湖区"), _area(stone_side, "district", "青石区")]


def _rounded(line: list[Position]) -> list[list[float]]:
    return [[round(lon, 6), round(lat, 6)] for lon, lat in line]


def _feature(kind: str, name: str, geometry: dict[str, Any]) -> Feature:
    return {"kind": kind, "name": name, "geometry": geometry}


def _area(ring: list[Position], kind: str, name: str = "") -> Feature:
    return _feature(kind, name, {"type": "Polygon", "coordinates": [_rounded(ring)]})


def _line(line: list[Position], kind: str, name: str = "") -> Feature:
    return _feature(kind, name, {"type": "LineString", "coordinates": _rounded(line)})


def _point(place: Position, kind: str, name: str) -> Feature:
    return _feature(kind, name, {"type": "Point", "coordinates": list(place)})
