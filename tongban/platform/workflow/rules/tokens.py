"""The tokens of a process while a step is under way: what rests where, what runs, what is known in which scope."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tongban.infrastructure import feel
from tongban.platform.workflow.rules import choosing, places, timers
from tongban.platform.workflow.rules.graphs import Graph, Node
from tongban.platform.workflow.rules.marking import Marking, RunningTimer, Sent, Transition
from tongban.platform.workflow.rules.timers import Moment

Decide = Callable[[str, Mapping[str, Any]], Any]

_NEVER = object()


class Tokens:
    """A marking that changes."""

    def __init__(
        self, graph: Graph, marking: Marking, data: Mapping[str, Any], decide: Decide, moment: Moment | None
    ) -> None:
        self.graph, self.data, self.decide, self.moment = graph, dict(data), decide, moment
        self.open = list(marking.open)
        self.waits = list(marking.waits)
        self.joins = dict(marking.joins)
        self.timers = dict(marking.timers)
        self.keys = dict(marking.keys)
        self.scopes = {scope: dict(known) for scope, known in marking.scopes.items()}
        self.before = frozenset(marking.open)
        self.cancelled: list[str] = []
        self.moving: deque[tuple[str, str]] = deque()
        self.opened: dict[str, Any] = {}
        self.called: list[str] = []
        self.sent: list[Sent] = []
        self.ended = self.scopes.get("", {}).get("ended", "")
        self.over = False
        self.paused = marking.paused

    def is_busy(self, scope: str) -> bool:
        resting = (*self.open, *self.waits, *self.joins, *self.scopes)
        return any(place.startswith(f"{scope}/") for place in resting)

    def resting_in(self, scope: str) -> Iterator[str]:
        for place in (*self.open, *self.waits, *self.joins, *self.scopes):
            if place and places.scope_of(place) == scope and not self.scopes.get(place, {}).get("beside"):
                yield places.key_of(place)

    def wait(self, place: str, node: Node) -> None:
        self.waits.append(place)
        self.arm(place, node)

    def arm(self, place: str, event: Node) -> None:
        """Let a timer begin, and note what a message must bring."""
        if event.correlation is not None and event.message:
            key = self.value(event.correlation, self.visible(places.scope_of(place)))
            self.keys[place] = "" if key is None else as_text(key)
        if event.timer is not None:
            self._count(place, event, self._clock().now, event.timer.times)

    def again(self, place: str, event: Node, due: RunningTimer) -> None:
        """Let a timer that repeats begin anew from when it was due, so that a late clock moves nothing."""
        if due.times == 1 or event.timer is None:
            return
        since = timers.base_of_next(event.timer, due.at)
        self._count(place, event, since, max(due.times - 1, 0))

    def recount(self) -> None:
        """Count every timer anew from when it began."""
        for place, due in self.timers.items():
            event = self.graph.nodes[places.key_of(place)]
            self._count(place, event, datetime.fromisoformat(due.since), due.times, due.lost)

    def resume(self) -> None:
        """Let time run again: what a timer lost meanwhile is added to it."""
        since = datetime.fromisoformat(self.paused)
        for place, due in self.timers.items():
            event, begun = self.graph.nodes[places.key_of(place)], datetime.fromisoformat(due.since)
            assert event.timer is not None
            lost = timers.lost(event.timer, max(since, begun), self._clock())
            self._count(place, event, begun, due.times, due.lost + lost)
        self.paused = ""

    def _count(self, place: str, event: Node, since: datetime, times: int, lost: int = 0) -> None:
        assert event.timer is not None
        clock = self._clock()
        at = timers.due(event.timer, since, self.visible(places.scope_of(place)), clock)
        at = timers.put_off(event.timer, at, lost, clock) if lost else at
        self.timers[place] = RunningTimer(at.isoformat(), since.isoformat(), times, lost)

    def disarm(self, place: str) -> None:
        self.timers.pop(place, None)
        self.keys.pop(place, None)

    def clear(self, place: str, *, self_too: bool = True) -> None:
        """Take away everything that rests at a place and within it."""

        def gone(other: str) -> bool:
            return places.is_within(other, place) or (self_too and other == place)

        for other in [other for other in self.open if gone(other)]:
            self.open.remove(other)
            self.stop(other)
        self.waits = [other for other in self.waits if not gone(other)]
        self.joins = {other: flows for other, flows in self.joins.items() if not gone(other)}
        self.timers = {other: due for other, due in self.timers.items() if not gone(other)}
        self.keys = {other: key for other, key in self.keys.items() if not gone(other)}
        self.scopes = {other: known for other, known in self.scopes.items() if not gone(other)}
        self.moving = deque((scope, flow) for scope, flow in self.moving if not gone(f"{scope}/"))

    def stop(self, task: str) -> None:
        """Note that an open task is taken off its desk; one that this step opened was never there."""
        if self.opened.pop(task, _NEVER) is _NEVER and task in self.before:
            self.cancelled.append(task)
            self.before -= {task}

    def visible(self, scope: str) -> Mapping[str, Any]:
        """Return the data that is known in a scope: its own, and that of everything around it."""
        found: list[Mapping[str, Any]] = []
        while scope and self.scopes:
            if own := self.scopes.get(scope, {}).get("data"):
                found.append(own)
            scope = places.scope_of(scope)
        if not found:
            return self.data
        merged = dict(self.data)
        for own in reversed(found):
            merged.update(own)
        return merged

    def keep(self, scope: str, name: str, value: Any) -> None:
        """Write data where it belongs: into the nearest scope that has its own."""
        while scope:
            known = self.scopes.get(scope, {})
            if "data" in known:
                known["data"] = {**known["data"], name: value}
                return
            scope = places.scope_of(scope)
        self.data[name] = value

    def value(self, formula: feel.Expression, data: Mapping[str, Any]) -> Any:
        return choosing.value(formula, data, self.moment)

    def _clock(self) -> Moment:
        if self.moment is None:
            raise LookupError("a timer needs a clock")
        return self.moment

    def transition(self) -> Transition:
        if self.over or not (self.open or self.waits or self.joins or any(self.scopes)):
            for task in list(self.open):
                self.stop(task)
            return Transition(Marking(), (), tuple(self.cancelled), self.ended, self.data, tuple(self.sent))
        if self.ended:
            self.scopes[""] = {"ended": self.ended}
        marking = Marking(
            tuple(self.open), self.joins, tuple(self.waits), self.timers, self.keys, self.scopes, self.paused
        )
        called = tuple(place for place in self.called if place in self.waits)
        items = {place: item for place, item in self.opened.items() if item is not None}
        return Transition(
            marking, tuple(self.opened), tuple(self.cancelled), "", self.data, tuple(self.sent), called, items
        )


def as_text(value: Any) -> str:
    plain = feel.plain(value)
    return plain if isinstance(plain, str) else str(plain)
