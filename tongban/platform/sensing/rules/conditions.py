"""What a condition remembers of the readings that came, and whether it holds.

Each kind has a condition to come to hold and one to stay so, both a question about the set of readings known so far and
a moment; what is remembered is just enough to answer it, and does not grow with the readings.
"""

import operator
from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

OPS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
# Of a rate's time so many parts are kept, the last reading of each.
SLOTS = 60

Memory = dict[str, Any]


class ReadingPoint(NamedTuple):
    """A reading as rules see it. at: seconds since 1970, when it was measured; value: None where it is no number."""

    at: float
    value: float | None
    data: Any = None


class NeedsPast(Exception):
    """A late reading changes what cannot be known from memory alone: the condition is to be rebuilt."""


@dataclass(frozen=True)
class Leaf:
    """One thing that is measured. measures: the key of the property; see `definitions` for the rest."""

    kind: str
    measures: str
    op: str = ">"
    limit: float = 0
    clear: float = 0
    seconds: float = 0
    times: int = 1
    inside: bool = True
    polygon: tuple[tuple[float, float], ...] = ()

    @property
    def leaves(self) -> tuple["Leaf", ...]:
        return (self,)

    def holds(self, states: Mapping["Leaf", bool]) -> bool:
        return states[self]

    @cached_property
    def past_seconds(self) -> float:
        """How far back from the latest reading it must be read when it is rebuilt; one reading before that, too."""
        return self.seconds

    def beyond(self, value: float) -> bool:
        return OPS[self.op](value, self.limit)

    def take(self, memory: Memory, point: ReadingPoint) -> None:
        """Remember a reading, which may be late. Raises NeedsPast, and remembers nothing, where memory is too short."""
        if point.value is None and self.kind not in {"absence", "spatial"}:
            return
        _TAKE[self.kind](self, memory, point)
        if "at" not in memory or point.at >= memory["at"]:
            memory["at"], memory["value"] = point.at, point.value

    def rebuild(self, points: Sequence[ReadingPoint]) -> Memory:
        """Return what is remembered of these readings, which are in the order of their moments."""
        memory: Memory = {}
        for point in points:
            self.take(memory, point)
        return memory

    def judge(self, memory: Memory, now: float, stale: float | None, since: float) -> bool:
        """Say whether it holds now; remembers that. since: before which nothing could be expected."""
        was: bool = memory.get("on", False)
        if self.kind == "absence":
            on = bool(now - memory.get("at", since) >= self.seconds)
        elif "at" not in memory or (stale is not None and now - memory["at"] > stale):
            on = False
        else:
            on = _ENTER[self.kind](self, memory, now) or (was and _STAY[self.kind](self, memory, now))
        memory["on"] = on
        return on

    def due(self, memory: Memory, stale: float | None, since: float) -> float | None:
        """Return when the clock may change whether it holds; None where only a reading can."""
        if self.kind == "absence":
            return None if memory.get("on") else memory.get("at", since) + self.seconds
        if "at" not in memory:
            return None
        moments = []
        if memory.get("on") and stale is not None:
            moments.append(memory["at"] + stale + 0.001)
        if self.kind == "duration" and not memory.get("on") and memory.get("since") is not None:
            moments.append(memory["since"] + self.seconds)
        if self.kind == "count" and memory.get("on") and len(memory["hits"]) >= self.times:
            moments.append(memory["hits"][-self.times] + self.seconds)
        return min(moments, default=None)


@dataclass(frozen=True)
class ConditionGroup:
    """Several conditions, all of which must hold, or one of them."""

    every: bool
    parts: tuple["Condition", ...]

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaf for part in self.parts for leaf in part.leaves)

    def holds(self, states: Mapping[Leaf, bool]) -> bool:
        held = (part.holds(states) for part in self.parts)
        return all(held) if self.every else any(held)


Condition = Leaf | ConditionGroup


def is_inside(polygon: Sequence[tuple[float, float]], x: float, y: float) -> bool:
    """Say whether a point lies in a polygon (even-odd rule); its edges lie on one side or the other."""
    inside = False
    for (x1, y1), (x2, y2) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _take_latest(leaf: Leaf, memory: Memory, point: ReadingPoint) -> None:
    """Only the latest reading counts."""


def _take_duration(leaf: Leaf, memory: Memory, point: ReadingPoint) -> None:
    """Remember since when all readings have been beyond the limit."""
    assert point.value is not None
    beyond, since = leaf.beyond(point.value), memory.get("since")
    if "at" not in memory or point.at >= memory["at"]:
        memory["since"] = (point.at if since is None else since) if beyond else None
    elif since is not None and beyond == (point.at < since):
        raise NeedsPast()


def _take_count(leaf: Leaf, memory: Memory, point: ReadingPoint) -> None:
    """Remember when the last so many readings were beyond the limit."""
    assert point.value is not None
    hits: list[float] = memory.setdefault("hits", [])
    if leaf.beyond(point.value):
        insort(hits, point.at)
        del hits[: -leaf.times]


def _take_rate(leaf: Leaf, memory: Memory, point: ReadingPoint) -> None:
    """Remember the last reading of each part of the time, by which the latest one is measured."""
    assert point.value is not None
    slots: list[list[float]] = memory.setdefault("slots", [])
    width = leaf.seconds / SLOTS
    newest = max(point.at, memory.get("at", point.at))
    number = point.at // width
    found = next((slot for slot in slots if slot[0] // width == number), None)
    if found is None:
        insort(slots, [point.at, point.value])
    elif point.at >= found[0]:
        found[:] = [point.at, point.value]
    slots[:] = [slot for slot in slots if slot[0] >= newest - leaf.seconds]


def _take_place(leaf: Leaf, memory: Memory, point: ReadingPoint) -> None:
    is_place = isinstance(point.data, Mapping) and {"longitude", "latitude"} <= point.data.keys()
    if is_place and ("at" not in memory or point.at >= memory["at"]):
        memory["inside"] = is_inside(leaf.polygon, float(point.data["longitude"]), float(point.data["latitude"]))


def _rate(memory: Memory) -> float | None:
    """Return the change an hour between the oldest reading kept and the latest one."""
    slots = memory.get("slots", [])
    if len(slots) < 2 or slots[-1][0] == slots[0][0]:
        return None
    return float((slots[-1][1] - slots[0][1]) / (slots[-1][0] - slots[0][0]) * 3600)


def _enter_rate(leaf: Leaf, memory: Memory, now: float) -> bool:
    rate = _rate(memory)
    return rate is not None and leaf.beyond(rate)


def _stay_rate(leaf: Leaf, memory: Memory, now: float) -> bool:
    rate = _rate(memory)
    return rate is not None and OPS[leaf.op](rate, leaf.clear)


def _counted(leaf: Leaf, memory: Memory, now: float) -> bool:
    return bool(sum(at > now - leaf.seconds for at in memory["hits"]) >= leaf.times)


def _stay_beyond(leaf: Leaf, memory: Memory, now: float) -> bool:
    return bool(OPS[leaf.op](memory["value"], leaf.clear))


def _placed(leaf: Leaf, memory: Memory, now: float) -> bool:
    return bool(memory.get("inside") is leaf.inside)


_TAKE: Mapping[str, Callable[[Leaf, Memory, ReadingPoint], None]] = {
    "threshold": _take_latest,
    "duration": _take_duration,
    "rate": _take_rate,
    "count": _take_count,
    "absence": _take_latest,
    "spatial": _take_place,
}
_ENTER: Mapping[str, Callable[[Leaf, Memory, float], bool]] = {
    "threshold": lambda leaf, memory, now: leaf.beyond(memory["value"]),
    "duration": lambda leaf, memory, now: memory.get("since") is not None and now - memory["since"] >= leaf.seconds,
    "rate": _enter_rate,
    "count": _counted,
    "spatial": _placed,
}
_STAY: Mapping[str, Callable[[Leaf, Memory, float], bool]] = {
    "threshold": _stay_beyond,
    "duration": _stay_beyond,
    "rate": _stay_rate,
    "count": _counted,
    "spatial": _placed,
}
