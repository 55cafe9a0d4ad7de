"""Draw a process as SVG: rows from top to bottom, so that it fits a phone; the same in words beside it.

Colours come from the page's stylesheet by class; the presentation attributes here only make the picture readable
without it. Nothing carries a style attribute, which a strict Content-Security-Policy would refuse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from unicodedata import east_asian_width

from tongban.platform.workflow.rules.graphs import GATEWAYS, Flow, Graph, Node

WIDE, GAP_X, GAP_Y, MARGIN = 168, 28, 44, 20
LANE = 22  # room beside the boxes for each flow that passes other rows
LINE, CHARS = 20, 20  # height of a line of text, and half-width characters that fit into one
INK, PAPER, LINES, DONE, NOW, FAULT = "#1f2328", "#ffffff", "#6b7280", "#e7f0e9", "#e8eefb", "#b3261e"


@dataclass(frozen=True)
class DiagramWords:
    """The words in the picture, translated; `title` has a place for %(name)s, `after` too."""

    title: str
    start: str
    end: str
    done: str
    current: str
    faulty: str
    otherwise: str
    after: str
    stop: str
    limit: str
    message: str
    error: str

    def of(self, node: Node) -> str:
        """Return what an element without a name is called."""
        events = {"timer": self.limit, "message": self.message, "error": self.error, "escalation": self.message}
        named = {"start": self.start, "end": self.end}
        return node.name or named.get(node.type) or events.get(node.event, node.id)


@dataclass(frozen=True)
class Marks:
    """Ids of elements that are marked: finished tasks, open ones, and what something is wrong with."""

    done: frozenset[str] = frozenset()
    current: frozenset[str] = frozenset()
    faulty: frozenset[str] = frozenset()

    def of(self, key: str) -> str:
        """Return the mark of an element, "" where it has none."""
        return next((mark for mark in ("faulty", "current", "done") if key in getattr(self, mark)), "")


@dataclass(frozen=True)
class Box:
    """Where a node stands: centre and size."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...] = ()

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class DiagramLayout:
    """Where everything stands.

    row          node -> its row; tops, bottoms: of each row
    long, back   flows that pass other rows, down on the left and up on the right, each in a lane of its own
    right        where the boxes end
    """

    boxes: Mapping[str, Box]
    row: Mapping[str, int]
    tops: tuple[float, ...]
    bottoms: tuple[float, ...]
    long: tuple[str, ...]
    back: tuple[str, ...]
    right: float

    def lane(self, flow: str) -> float | None:
        if flow in self.long:
            return MARGIN + LANE * self.long.index(flow) - 6
        if flow in self.back:
            return self.right + LANE * (self.back.index(flow) + 1) - 6
        return None


def draw(graph: Graph, words: DiagramWords, marks: Marks, notes: Mapping[str, str]) -> str:
    """Return the SVG. A graph that cannot be laid out (no start) gives an empty text."""
    if len(graph.of_type("start")) != 1:
        return ""
    plan = _plan(graph, words, notes)
    boxes = plan.boxes
    width = plan.right + LANE * len(plan.back) + MARGIN
    height = max(box.bottom for box in boxes.values()) + MARGIN + (GAP_Y / 2 if plan.back else 0)
    title = escape(words.title % {"name": graph.name})
    parts = [
        f'<svg class="process" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" role="img" aria-labelledby="process-title process-words" '
        'font-size="15">',
        f'<title id="process-title">{title}</title>',
        f'<desc id="process-words">{escape(" ".join(describe(graph, words, marks)))}</desc>',
        '<defs><marker id="process-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'orient="auto"><path class="process__head" d="M0 0 8 4 0 8z" fill="{LINES}"/></marker></defs>',
    ]
    parts += [_edge(graph, flow, plan, words) for flow in graph.flows.values() if _leads(graph, flow)]
    parts += [_shape(node, boxes[node.id], words, marks.of(node.id)) for node in graph.nodes.values()]
    return "".join([*parts, "</svg>"])


def describe(graph: Graph, words: DiagramWords, marks: Marks) -> Iterator[str]:
    """Say the picture in words: one sentence a task; nothing where there is nothing to lay out."""
    if len(graph.of_type("start")) != 1:
        return
    for number, key in enumerate(_order(graph), start=1):
        node = graph.nodes[key]
        before = [graph.nodes[name].name for name in _tasks_before(graph, key)]
        text = f"{number}. {node.name}"
        if before:
            text += f" ({words.after % {'name': '、'.join(before)}})"
        if mark := marks.of(key):
            text += f" — {getattr(words, mark)}"
        yield text + words.stop
    ends = ", ".join(node.name or words.end for node in graph.of_type("end"))
    yield f"{words.end}: {ends}{words.stop}"


def _order(graph: Graph) -> list[str]:
    rows = _rows(graph, back_flows(graph))
    return [key for row in rows for key in row if graph.nodes[key].type == "task"]


def _tasks_before(graph: Graph, key: str) -> list[str]:
    back, found, seen = back_flows(graph), [], {key}
    waiting = [key]
    while waiting:
        for flow in graph.nodes[waiting.pop(0)].incoming:
            source = graph.nodes.get(graph.flows[flow].source)
            if source is None or flow in back or source.id in seen:
                continue
            seen.add(source.id)
            if source.type == "task":
                found.append(source.id)
            else:
                waiting.append(source.id)
    return found


def back_flows(graph: Graph) -> frozenset[str]:
    """Return the flows that lead back up: they close a circle."""
    found: set[str] = set()
    path: set[str] = set()
    seen: set[str] = set()
    waiting: list[tuple[str, int]] = [(graph.start.id, 0)]
    while waiting:
        key, index = waiting.pop()
        path.add(key)
        seen.add(key)
        outgoing = graph.nodes[key].outgoing
        if index == len(outgoing):
            path.discard(key)
            continue
        waiting.append((key, index + 1))
        target = graph.flows[outgoing[index]].target
        if target in path:
            found.add(outgoing[index])
        elif target not in seen and target in graph.nodes:
            waiting.append((target, 0))
    return frozenset(found)


def _rows(graph: Graph, back: frozenset[str]) -> list[list[str]]:
    """Put every node one row below the lowest of its predecessors, neighbours near to what they follow."""
    level: dict[str, int] = {}
    forward = [flow for flow in graph.flows.values() if flow.id not in back and _leads(graph, flow)]
    left = {key: sum(flow.target == key for flow in forward) for key in graph.nodes}
    waiting = [key for key, count in left.items() if count == 0]
    while waiting:
        key = waiting.pop(0)
        level.setdefault(key, 0)
        for flow in (flow for flow in forward if flow.source == key):
            level[flow.target] = max(level.get(flow.target, 0), level[key] + 1)
            left[flow.target] -= 1
            if left[flow.target] == 0:
                waiting.append(flow.target)
    # What a faulty drawing never reaches stands below everything else.
    last = max(level.values()) + 1
    level |= {key: last for key in graph.nodes if key not in level}
    rows: list[list[str]] = [[] for _ in range(max(level.values()) + 1)]
    for key in sorted(level, key=lambda key: level[key]):
        rows[level[key]].append(key)
    for above, here in pairwise(rows):
        order = {key: index for index, key in enumerate(above)}
        here.sort(key=lambda key: _middle([order[f.source] for f in forward if f.target == key and f.source in order]))
    return rows


def _leads(graph: Graph, flow: Flow) -> bool:
    """Say whether a flow leads from one element to another, as those of a faulty drawing may not."""
    return flow.source in graph.nodes and flow.target in graph.nodes


def _middle(places: list[int]) -> float:
    return sum(places) / len(places) if places else 0.0


def _plan(graph: Graph, words: DiagramWords, notes: Mapping[str, str]) -> DiagramLayout:
    back = back_flows(graph)
    rows = _rows(graph, back)
    row = {key: index for index, keys in enumerate(rows) for key in keys}
    passing = tuple(
        flow.id
        for flow in graph.flows.values()
        if flow.id not in back and _leads(graph, flow) and row[flow.target] - row[flow.source] > 1
    )
    sizes = {key: _size(node, words, notes.get(key, "")) for key, node in graph.nodes.items()}
    wide = max(sum(sizes[key][0] for key in keys) + GAP_X * (len(keys) - 1) for keys in rows)
    left = MARGIN + LANE * len(passing)
    boxes: dict[str, Box] = {}
    tops, bottoms, y = [], [], float(MARGIN)
    for keys in rows:
        tall = max(sizes[key][1] for key in keys)
        x = left + (wide - sum(sizes[key][0] for key in keys) - GAP_X * (len(keys) - 1)) / 2
        for key in keys:
            width, height, lines = sizes[key]
            boxes[key] = Box(x + width / 2, y + tall / 2, width, height, lines)
            x += width + GAP_X
        tops.append(y)
        bottoms.append(y + tall)
        y += tall + GAP_Y
    return DiagramLayout(boxes, row, tuple(tops), tuple(bottoms), passing, tuple(sorted(back)), left + wide)


def _size(node: Node, words: DiagramWords, note: str) -> tuple[float, float, tuple[str, ...]]:
    if node.type in GATEWAYS:
        return 32, 32, ()
    lines = (*_wrap(words.of(node)), *(_wrap(note) if note else ()))
    return WIDE, max(44, 20 + LINE * len(lines)), lines


def _wrap(text: str) -> tuple[str, ...]:
    """Break text into lines; a Chinese character is as wide as two others and may stand at a break."""
    lines, line, used = [], "", 0
    for char in text:
        size = 2 if east_asian_width(char) in "WF" else 1
        if used + size > CHARS:
            head, space, tail = line.rpartition(" ")
            line, rest = (head, tail) if space and size == 1 else (line, "")
            lines.append(line)
            line, used = rest, sum(2 if east_asian_width(c) in "WF" else 1 for c in rest)
        line += char
        used += size
    return tuple(part.strip() for part in [*lines, line] if part.strip())


def _shape(node: Node, box: Box, words: DiagramWords, mark: str) -> str:
    css = f"process__{node.type}" + (f" process__{node.type}--{mark}" if mark else "")
    fill = {"done": DONE, "current": NOW}.get(mark, PAPER)
    if node.type in GATEWAYS:
        return _gateway(node, box, css, _mark(mark, box, words))
    radius = box.height / 2 if node.type in {"start", "end", "catch", "boundary", "throw"} else 6
    stroke = 3 if mark in {"current", "faulty"} else 1.5
    ink = FAULT if mark == "faulty" else INK
    shape = (
        f'<rect x="{box.x - box.width / 2:g}" y="{box.top:g}" width="{box.width:g}" height="{box.height:g}" '
        f'rx="{radius:g}" fill="{fill}" stroke="{ink}" stroke-width="{stroke:g}"/>'
    )
    first = box.y - LINE * (len(box.lines) - 1) / 2 + 5
    lines = "".join(
        f'<text x="{box.x:g}" y="{first + LINE * index:g}" text-anchor="middle" fill="{INK}">{escape(line)}</text>'
        for index, line in enumerate(box.lines)
    )
    return f'<g class="{css}">{shape}{lines}{_mark(mark, box, words)}</g>'


def _mark(mark: str, box: Box, words: DiagramWords) -> str:
    """Colour is never the only sign: a tick, a ring and an exclamation mark, each with its word."""
    if not mark:
        return ""
    x, y = box.x + box.width / 2 - 8, box.top + 4
    signs = {
        "done": f'<path d="M{x - 5:g} {y:g}l4 5 8-10" fill="none" stroke="{INK}" stroke-width="2.5"/>',
        "current": f'<circle cx="{x:g}" cy="{y:g}" r="6" fill="{PAPER}" stroke="{INK}" stroke-width="3"/>',
        "faulty": f'<circle cx="{x:g}" cy="{y:g}" r="9" fill="{FAULT}"/>'
        f'<path d="M{x:g} {y - 5:g}v6m0 2.5v1.5" stroke="{PAPER}" stroke-width="2.5"/>',
    }
    return f'<g class="process__mark"><title>{escape(getattr(words, mark))}</title>{signs[mark]}</g>'


def _gateway(node: Node, box: Box, css: str, mark: str) -> str:
    x, y, half = box.x, box.y, box.width / 2
    circle = f"M{x - 7:g} {y:g}a7 7 0 1 0 14 0a7 7 0 1 0 -14 0"
    sign = {
        "parallel": f"M{x - 7:g} {y:g}h14M{x:g} {y - 7:g}v14",
        "inclusive": circle,
        "events": f"{circle}M{x - 10:g} {y:g}a10 10 0 1 0 20 0a10 10 0 1 0 -20 0",
    }.get(node.type, f"M{x - 5:g} {y - 5:g}l10 10M{x + 5:g} {y - 5:g}l-10 10")
    return (
        f'<g class="{css}"><path d="M{x:g} {y - half:g}L{x + half:g} {y:g} {x:g} {y + half:g} {x - half:g} {y:g}z" '
        f'fill="{PAPER}" stroke="{INK}" stroke-width="1.5"/>'
        f'<path d="{sign}" stroke="{INK}" stroke-width="2" fill="none"/>{mark}</g>'
    )


def _edge(graph: Graph, flow: Flow, plan: DiagramLayout, words: DiagramWords) -> str:
    source, target = plan.boxes[flow.source], plan.boxes[flow.target]
    lane = plan.lane(flow.id)
    before = plan.tops[plan.row[flow.target]] - GAP_Y / 2
    if lane is not None:
        # Through the gaps between rows, where no box stands, and along the edge of the picture.
        after = plan.bottoms[plan.row[flow.source]] + 12
        line = f"M{source.x:g} {source.bottom:g}V{after:g}H{lane:g}V{before:g}H{target.x:g}V{target.top - 1:g}"
        label = (lane + 4, after - 4, "start") if lane < source.x else (lane - 4, after - 4, "end")
    else:
        line = f"M{source.x:g} {source.bottom:g}V{before:g}H{target.x:g}V{target.top - 1:g}"
        label = (target.x + 11, target.top - 7, "start")
    text = flow.name
    if not text and flow.id == graph.nodes[flow.source].default and len(graph.nodes[flow.source].outgoing) > 1:
        text = words.otherwise
    beside = (
        f'<text class="process__label" x="{label[0]:g}" y="{label[1]:g}" text-anchor="{label[2]}" font-size="13" '
        f'fill="{LINES}">{escape(text)}</text>'
        if text
        else ""
    )
    css = "process__flow" + (" process__flow--back" if flow.id in plan.back else "")
    return (
        f'<g class="{css}"><path d="{line}" fill="none" stroke="{LINES}" stroke-width="1.5" '
        f'marker-end="url(#process-arrow)"/>{beside}</g>'
    )
