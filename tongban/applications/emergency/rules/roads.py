"""How far it is by road: a net made of the lines of a map, and the shortest ways from one place in it.

Roads meet where they share a position, or where they cross; those of a class that passes over or under others meet
only where they share a position. A place lies at the nearest point of a road, and the way there is counted.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import cos, hypot, radians
from typing import NamedTuple

METRES_OF_A_DEGREE = 111_195.0
Position = tuple[float, float]


class Road(NamedTuple):
    """A line of the map: longitudes and latitudes in degrees. bridged: it crosses others without meeting them."""

    line: Sequence[Position]
    bridged: bool = False


class _Piece(NamedTuple):
    """A straight piece of a road in metres."""

    start: Position
    end: Position
    bridged: bool


class RoadNet:
    """The net of some roads. middle: longitude and latitude about which the map is laid flat; good for a city."""

    def __init__(self, roads: Iterable[Road], middle: Position, *, cell_m: float = 250.0) -> None:
        self._middle, self._cell = middle, cell_m
        self._over = METRES_OF_A_DEGREE * cos(radians(middle[1]))
        pieces = [
            _Piece(start, end, road.bridged)
            for road in roads
            for line in [[self._flat(position) for position in road.line]]
            for start, end in pairwise(line)
            if start != end
        ]
        self._ways: dict[Position, list[tuple[float, Position]]] = defaultdict(list)
        self._cells: dict[tuple[int, int], list[tuple[Position, Position]]] = defaultdict(list)
        for start, end in _parted(pieces, self._cell):
            length = hypot(end[0] - start[0], end[1] - start[1])
            self._ways[start].append((length, end))
            self._ways[end].append((length, start))
            for cell in _cells_of(start, end, self._cell):
                self._cells[cell].append((start, end))

    def metres_from(self, place: Position, others: Mapping[int, Position], *, reach_m: float) -> dict[int, float]:
        """Return how far each of the other places is by road; those without a road near, or a way, are left out.

        place, others   longitude and latitude in degrees
        reach_m         how far a place may lie from the road
        """
        begin = self._nearest(self._flat(place), reach_m)
        if begin is None:
            return {}
        ends = {key: end for key, at in others.items() if (end := self._nearest(self._flat(at), reach_m))}
        known = self._all_from(begin)
        found = {}
        for key, end in ends.items():
            ways = [known[node] + metres for node, metres in _to_nodes(end) if node in known]
            if begin[1] == end[1] and begin[2] == end[2]:
                ways.append(hypot(begin[0][0] - end[0][0], begin[0][1] - end[0][1]))
            if ways:
                found[key] = min(ways) + begin[3] + end[3]
        return found

    def _all_from(self, begin: "_Footing") -> dict[Position, float]:
        known: dict[Position, float] = {}
        waiting = [(metres, node) for node, metres in _to_nodes(begin)]
        heapq.heapify(waiting)
        while waiting:
            metres, node = heapq.heappop(waiting)
            if node in known:
                continue
            known[node] = metres
            for length, other in self._ways[node]:
                if other not in known:
                    heapq.heappush(waiting, (metres + length, other))
        return known

    def _nearest(self, place: Position, reach_m: float) -> "_Footing | None":
        best: _Footing | None = None
        column, row = _cell_of(place, self._cell)
        for ring in range(int(reach_m // self._cell) + 2):
            for cell in _ring(column, row, ring):
                for start, end in self._cells.get(cell, ()):
                    foot = _foot(place, start, end)
                    metres = hypot(foot[0] - place[0], foot[1] - place[1])
                    if metres <= reach_m and (best is None or metres < best[3]):
                        best = (foot, start, end, metres)
            if best is not None and best[3] <= ring * self._cell:
                break
        return best

    def _flat(self, position: Position) -> Position:
        over = (position[0] - self._middle[0]) * self._over
        up = (position[1] - self._middle[1]) * METRES_OF_A_DEGREE
        return round(over, 1), round(up, 1)


# the nearest point of a road, the ends of its piece, metres from the place to it
_Footing = tuple[Position, Position, Position, float]


def _to_nodes(footing: _Footing) -> list[tuple[Position, float]]:
    foot, start, end, _metres = footing
    return [(node, hypot(node[0] - foot[0], node[1] - foot[1])) for node in (start, end)]


def _foot(place: Position, start: Position, end: Position) -> Position:
    over, up = end[0] - start[0], end[1] - start[1]
    share = ((place[0] - start[0]) * over + (place[1] - start[1]) * up) / (over * over + up * up)
    share = min(1.0, max(0.0, share))
    return start[0] + share * over, start[1] + share * up


def _parted(pieces: Sequence[_Piece], size: float) -> Iterable[tuple[Position, Position]]:
    """Yield the pieces, each cut where another one crosses it."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    cuts: dict[int, set[Position]] = defaultdict(set)
    for number, piece in enumerate(pieces):
        for cell in _cells_of(piece.start, piece.end, size):
            for other in cells[cell]:
                if not piece.bridged and not pieces[other].bridged:
                    crossing = _crossing(piece, pieces[other])
                    if crossing:
                        cuts[number].add(crossing)
                        cuts[other].add(crossing)
            cells[cell].append(number)
    for number, piece in enumerate(pieces):
        stops = sorted({piece.start, piece.end, *cuts[number]}, key=lambda at: _along(piece, at))
        yield from pairwise(stops)


def _along(piece: _Piece, at: Position) -> float:
    over, up = piece.end[0] - piece.start[0], piece.end[1] - piece.start[1]
    return (at[0] - piece.start[0]) * over + (at[1] - piece.start[1]) * up


def _crossing(one: _Piece, other: _Piece) -> Position | None:
    ax, ay = one.end[0] - one.start[0], one.end[1] - one.start[1]
    bx, by = other.end[0] - other.start[0], other.end[1] - other.start[1]
    turn = ax * by - ay * bx
    if turn == 0:
        return None
    dx, dy = other.start[0] - one.start[0], other.start[1] - one.start[1]
    share, other_share = (dx * by - dy * bx) / turn, (dx * ay - dy * ax) / turn
    if not (0 <= share <= 1 and 0 <= other_share <= 1):
        return None
    return round(one.start[0] + share * ax, 1), round(one.start[1] + share * ay, 1)


def _cell_of(place: Position, size: float) -> tuple[int, int]:
    return int(place[0] // size), int(place[1] // size)


def _cells_of(start: Position, end: Position, size: float) -> Iterable[tuple[int, int]]:
    """Yield the squares that the box of a piece touches."""
    (left, low), (right, high) = _cell_of(start, size), _cell_of(end, size)
    for column in range(min(left, right), max(left, right) + 1):
        for row in range(min(low, high), max(low, high) + 1):
            yield column, row


def _ring(column: int, row: int, ring: int) -> Iterable[tuple[int, int]]:
    """Yield the squares so many steps away."""
    if ring == 0:
        yield column, row
        return
    for step in range(-ring, ring + 1):
        yield column + step, row - ring
        yield column + step, row + ring
    for step in range(1 - ring, ring):
        yield column - ring, row + step
        yield column + ring, row + step
