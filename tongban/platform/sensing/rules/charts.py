"""Where the points, ticks and limits of a chart lie. Pure: a page only writes them down."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 28
MAX_POINTS = 600


class Tick(NamedTuple):
    """A mark at an axis: where it stands, and what it says: a number, or a moment."""

    at: float
    said: float | datetime


@dataclass(frozen=True)
class Chart:
    """A line of readings. lines: pieces without a gap, as SVG writes points; limits: (where, value)."""

    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    limits: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def drawn(
    points: Sequence[tuple[datetime, float]], *, begin: datetime, end: datetime, limits: Sequence[float] = ()
) -> Chart | None:
    """Return the chart of readings in the order of their moments; None where there are none."""
    shown = thinned(points)
    if not shown or end <= begin:
        return None
    low, high = _span([value for _at, value in shown] + list(limits))
    seconds = (end - begin).total_seconds()

    def x(at: datetime) -> float:
        return round(LEFT + (at - begin).total_seconds() / seconds * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    pieces = _pieces(shown)
    return Chart(
        lines=tuple(" ".join(f"{x(at)},{y(value)}" for at, value in piece) for piece in pieces if len(piece) > 1),
        dots=tuple((x(piece[0][0]), y(piece[0][1])) for piece in pieces if len(piece) == 1),
        rows=tuple(Tick(y(value), value) for value in _ticks(low, high)),
        columns=tuple(Tick(x(at), at) for at in (begin, begin + (end - begin) / 2, end)),
        limits=tuple(Tick(y(value), value) for value in limits),
    )


def thinned(points: Sequence[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    """Return at most so many points that each extreme stays: of each part its lowest and its highest one."""
    if len(points) <= MAX_POINTS:
        return list(points)
    size = math.ceil(len(points) * 2 / MAX_POINTS)
    kept: list[tuple[datetime, float]] = []
    for start in range(0, len(points), size):
        part = points[start : start + size]
        ends = {min(part, key=lambda point: point[1]), max(part, key=lambda point: point[1])}
        kept += sorted(ends)
    return kept


def _pieces(points: Sequence[tuple[datetime, float]]) -> list[list[tuple[datetime, float]]]:
    """Return the points in pieces, parted where nothing came for five times the usual distance."""
    gaps = sorted((after[0] - before[0]).total_seconds() for before, after in itertools.pairwise(points))
    usual = gaps[len(gaps) // 2] if gaps else 0
    pieces = [[points[0]]]
    for before, after in itertools.pairwise(points):
        if (after[0] - before[0]).total_seconds() > 5 * usual > 0:
            pieces.append([])
        pieces[-1].append(after)
    return pieces


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = (high - low) * 0.08 or abs(high) * 0.1 or 1
    return low - margin, high + margin


def _ticks(low: float, high: float) -> list[float]:
    """Return three to six round numbers between two."""
    raw = (high - low) / 4
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if raw <= power * factor)
    first = math.ceil(low / step)
    return [round(number * step, 10) for number in range(first, math.floor(high / step) + 1)]
