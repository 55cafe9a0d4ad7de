"""Draw what follows what as SVG: rows from top to bottom, so that it fits a phone. The table beside it says the same.

Colours are presentation attributes: nothing carries a style attribute, which a strict Content-Security-Policy refuses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import east_asian_width

WIDE, TALL, GAP_X, GAP_Y, MARGIN, LANE = 132, 48, 48, 66, 16, 76
INK, PAPER, LINES, SLOW, BACK = "#1f2328", "#ffffff", "#5b6470", "#a33b20", "#7a4b94"
CHARS = 16  # half-width characters that fit into a line of a box


@dataclass(frozen=True)
class FlowBox:
    """One step. note: below its name, such as how often it was done."""

    key: str
    name: str
    note: str


@dataclass(frozen=True)
class FlowArc:
    """What followed a step. label: beside it; weight: 0 to 1, how much of all goes this way; slow: a bottleneck."""

    source: str
    target: str
    label: str
    weight: float
    slow: bool = False


def draw(title: str, boxes: Sequence[FlowBox], arcs: Sequence[FlowArc]) -> str:
    """Return the SVG; "" where there is nothing to draw. arcs: the most frequent first."""
    if not boxes:
        return ""
    row = _rows([box.key for box in boxes], arcs)
    rows: list[list[FlowBox]] = [[] for _row in range(max(row.values()) + 1)]
    for box in boxes:
        rows[row[box.key]].append(box)
    passing = [arc for arc in arcs if row[arc.target] - row[arc.source] > 1]
    back = [arc for arc in arcs if row[arc.target] <= row[arc.source]]
    left = MARGIN + LANE * len(passing)
    wide = max(len(boxes) for boxes in rows) * (WIDE + GAP_X) - GAP_X
    middle = {
        box.key: left + (wide - len(boxes) * (WIDE + GAP_X) + GAP_X) / 2 + number * (WIDE + GAP_X) + WIDE / 2
        for boxes in rows
        for number, box in enumerate(boxes)
    }
    right = left + wide
    width, height = right + LANE * len(back) + MARGIN, MARGIN * 2 + len(rows) * (TALL + GAP_Y) - GAP_Y + 12
    top = {key: MARGIN + number * (TALL + GAP_Y) for key, number in row.items()}
    lanes = {(arc.source, arc.target): MARGIN + LANE * number + 34 for number, arc in enumerate(passing)}
    lanes |= {(arc.source, arc.target): right + LANE * (number + 1) - 34 for number, arc in enumerate(back)}
    parts = [
        f'<svg class="flow" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-labelledby="flow-title" font-size="14"><title id="flow-title">'
        f"{escape(title)}</title>",
        *(_head(name, colour) for name, colour in (("flow", LINES), ("slow", SLOW), ("back", BACK))),
    ]
    parts += [_arc(arc, middle, top, lanes, back=arc in back) for arc in arcs]
    parts += [_box(box, middle[box.key], top[box.key]) for box in boxes]
    return "".join([*parts, "</svg>"])


def _rows(keys: Sequence[str], arcs: Sequence[FlowArc]) -> dict[str, int]:
    """Put each step one row below the lowest of those it mostly follows; a rare arc against the others leads back."""
    after: dict[str, set[str]] = {key: set() for key in keys}
    for arc in arcs:
        if arc.source != arc.target and not _reaches(after, arc.target, arc.source):
            after[arc.source].add(arc.target)
    row = dict.fromkeys(keys, 0)
    for _time in keys:
        for source, targets in after.items():
            for target in targets:
                row[target] = max(row[target], row[source] + 1)
    return row


def _reaches(after: Mapping[str, set[str]], source: str, target: str) -> bool:
    seen, waiting = {source}, [source]
    while waiting:
        here = waiting.pop()
        if here == target:
            return True
        waiting += [key for key in after[here] if key not in seen]
        seen |= after[here]
    return False


def _head(name: str, colour: str) -> str:
    return (
        f'<defs><marker id="head-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" fill="{colour}"/></marker></defs>'
    )


def _box(box: FlowBox, x: float, y: float) -> str:
    name = _shortened(box.name)
    return (
        f'<g><title>{escape(box.name)}</title><rect x="{x - WIDE / 2:g}" y="{y:g}" width="{WIDE}" height="{TALL}" '
        f'rx="6" fill="{PAPER}" stroke="{INK}" stroke-width="1.5"/>'
        f'<text x="{x:g}" y="{y + 20:g}" text-anchor="middle" fill="{INK}">{escape(name)}</text>'
        f'<text x="{x:g}" y="{y + 38:g}" text-anchor="middle" font-size="12" fill="{LINES}">{escape(box.note)}</text>'
        "</g>"
    )


def _arc(
    arc: FlowArc,
    middle: Mapping[str, float],
    top: Mapping[str, float],
    lanes: Mapping[tuple[str, str], float],
    *,
    back: bool,
) -> str:
    """Draw one arc: to the next row straight down, past other rows along an edge of the picture."""
    kind, colour = ("slow", SLOW) if arc.slow else ("back", BACK) if back else ("flow", LINES)
    x1, y1, x2, y2 = middle[arc.source], top[arc.source] + TALL, middle[arc.target], top[arc.target] - 2
    lane = lanes.get((arc.source, arc.target))
    if lane is None:
        line = f"M{x1:g} {y1:g}C{x1:g} {y1 + GAP_Y / 2:g} {x2:g} {y2 - GAP_Y / 2:g} {x2:g} {y2:g}"
        words = (x1 + (x2 - x1) * 0.5, (y1 + y2) / 2 + 4)
    else:
        aside = WIDE / 2 if lane > x1 else -WIDE / 2
        y1, y2 = y1 - TALL / 2, y2 + TALL / 2 + 2
        line = f"M{x1 + aside:g} {y1:g}H{lane:g}V{y2:g}H{x2 + aside:g}"
        if arc.source == arc.target:
            line = f"M{x1 + aside:g} {y1 - 12:g}H{lane:g}V{y1 + 12:g}H{x1 + aside:g}"
        words = (lane, (y1 + y2) / 2 + 4)
    thick = 1 + 4 * arc.weight
    dashes = ' stroke-dasharray="6 4"' if back else ""
    return (
        f'<g><path d="{line}" fill="none" stroke="{colour}" stroke-width="{thick:.1f}"{dashes} '
        f'marker-end="url(#head-{kind})"/><text x="{words[0]:g}" y="{words[1]:g}" text-anchor="middle" font-size="12" '
        f'fill="{colour}" stroke="{PAPER}" stroke-width="6" paint-order="stroke">{escape(arc.label)}</text></g>'
    )


def _shortened(text: str) -> str:
    used, kept = 0, ""
    for char in text:
        used += 2 if east_asian_width(char) in "WF" else 1
        if used > CHARS:
            return kept[:-1] + "…"
        kept += char
    return kept
