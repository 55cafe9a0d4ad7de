"""Small pictures of a series, as SVG: a line over hours, with a limit or a band. The same stands beside it in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, EDGE = 640, 160, 8


@dataclass(frozen=True)
class Band:
    """The interval in which a value is expected. places: where along the width, from 0 to 1."""

    places: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def drawn(values: Sequence[float | None], words: str, *, limit: float | None = None, band: Band | None = None) -> str:
    """Return a picture of values that come one after another; gaps stay gaps. words: what it shows."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    everything = [*known, *([limit] if limit is not None else []), *(band.high if band else [])]
    top = max(everything) * 1.1 or 1.0
    step = (WIDTH - 2 * EDGE) / max(1, len(values) - 1)
    lines, part = [], list[str]()
    for number, value in enumerate([*values, None]):
        if value is not None:
            part.append(f"{EDGE + number * step:.1f},{_height(value, top):.1f}")
        elif part:
            lines.append(_line(part))
            part = []
    drawing = "".join(lines)
    if limit is not None:
        y = _height(limit, top)
        drawing += f'<line class="series__limit" x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return (
        f'<svg class="series" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'preserveAspectRatio="none"><title>{escape(words)}</title>{_band(band, top)}{drawing}</svg>'
    )


def _line(part: Sequence[str]) -> str:
    if len(part) == 1:
        x, y = part[0].split(",")
        return f'<circle class="series__point" cx="{x}" cy="{y}" r="3"/>'
    return f'<polyline class="series__line" points="{" ".join(part)}"/>'


def _band(band: Band | None, top: float) -> str:
    if band is None:
        return ""
    across = [EDGE + place * (WIDTH - 2 * EDGE) for place in band.places]
    upper = [f"{x:.1f},{_height(y, top):.1f}" for x, y in zip(across, band.high, strict=True)]
    lower = [f"{x:.1f},{_height(y, top):.1f}" for x, y in zip(across, band.low, strict=True)]
    return f'<polygon class="series__band" points="{" ".join([*upper, *reversed(lower)])}"/>'


def _height(value: float, top: float) -> float:
    return HEIGHT - EDGE - value / top * (HEIGHT - 2 * EDGE)
