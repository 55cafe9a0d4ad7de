"""One step of a process, in progress: from what came from outside to where everything rests again.

What is known of a scope, as it is kept in the marking:
  ended   id of the end event reached in it, so far
  data    names known only inside it: of a called process, and of one run of an activity that happens several times
  beside  it was set off by an event that stops nothing: it ends by itself and decides nothing
  of, next, done, counts, items   of an activity that happens several times: how often, which comes next, how many are
          done, how often each outcome came, and the list that is gone through
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tongban.infrastructure import feel
from tongban.platform.workflow.rules import choosing, joins, places, timers
from tongban.platform.workflow.rules.graphs import Graph, Node
from tongban.platform.workflow.rules.marking import Due, Marking, Sent, Transition, offered
from tongban.platform.workflow.rules.timers import Moment

Decide = Callable[[str, Mapping[str, Any]], Any]

# More automatic steps than this between two tasks means a circle that the check should have refused.
MAX_STEPS = 1000
# So often an activity can happen at most: more opinions on one matter nobody reads.
MAX_RUNS = 200
_NEVER = object()


class Endless(RuntimeError):
    """The process goes round without a task."""


class TooMany(ValueError):
    """An activity is to happen more often than anybody can do it."""


class Run:
    """A marking while it changes."""

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

    # ── from outside ──

    def settle(self) -> Transition:
        """Let everything run until it rests."""
        steps = 0
        while not self.over:
            if (steps := steps + 1) > MAX_STEPS:
                raise Endless(self.graph.key)
            if self.moving:
                scope, flow = self.moving.popleft()
                self._enter(scope, flow, self.graph.nodes[self.graph.flows[flow].target])
            elif not (self._pass_inclusive() or self._leave_scope()):
                break
        return self._transition()

    def happen(self, place: str) -> None:
        """Let the event at a place happen."""
        scope, node = places.scope_of(place), self.graph.nodes[places.key_of(place)]
        if node.type == "boundary":
            self._at_border(scope, place, node)
            return
        if place in self.waits:
            self.waits.remove(place)
            self._disarm(place)
        else:  # one of those that an event-based gateway offers
            gateway = self.graph.nodes[self.graph.flows[node.incoming[0]].source]
            self.waits.remove(places.inside(scope, gateway.id))
            for event in offered(self.graph, gateway):
                self._disarm(places.inside(scope, event.id))
        if node.type == "receive":
            self._leave_activity(place, node)
        else:
            self._go_on(scope, node)

    def finish_task(self, place: str, outcome: str) -> None:
        """Go on after an open task."""
        self.open.remove(place)
        self.before -= {place}
        self.finish_activity(place, outcome)

    def finish_activity(self, place: str, result: Any) -> None:
        """Go on after an activity, of which nothing rests any more; its result is data under its id."""
        node = self.graph.nodes[places.key_of(place)]
        if places.is_numbered(place):
            self._one_is_done(place, node, result)
            return
        self.keep(places.scope_of(place), node.id, result)
        self._leave_activity(place, node)

    def enter_scope(self, scope: str, contents: str) -> None:
        """Begin at the start event of a process or sub-process."""
        start = self.graph.starts[contents]
        if start.event == "timer":
            self._wait(places.inside(scope, start.id), start)
        else:
            self._go_on(scope, start)

    # ── arriving ──

    def _enter(self, scope: str, flow: str, node: Node) -> None:
        """Let a token arrive at an element."""
        place = places.inside(scope, node.id)
        match node.type:
            case "task" | "service" | "receive" | "subprocess" | "call":
                self._enter_activity(place, node)
            case "exclusive":
                taken = choosing.one(self.graph, node, self.visible(scope), self.moment)
                self.moving.append((scope, taken))
            case "parallel" | "inclusive":
                self._gather(scope, place, flow, node)
            case "events":
                self.waits.append(place)
                for event in offered(self.graph, node):
                    self._arm(places.inside(scope, event.id), event)
            case "catch":
                self._wait(place, node)
            case "decision":
                self.keep(scope, node.id, self.decide(node.table, self.visible(scope)))
                self._go_on(scope, node)
            case "throw":
                self._throw(scope, node)
                if not self._is_gone(scope):
                    self._go_on(scope, node)
            case _:
                self._end(scope, node)

    def _enter_activity(self, place: str, node: Node) -> None:
        for event in self.graph.attached.get(node.id, ()):
            self._arm(places.inside(places.scope_of(place), event.id), event)
        if node.repetition is None:
            self._run_activity(place, node, None)
        else:
            self._begin_several(place, node)

    def _run_activity(self, place: str, node: Node, item: Any) -> None:
        """Begin an activity, or one run of it."""
        if node.type == "task":
            self.open.append(place)
            self.opened[place] = item
        elif node.type == "service":
            self.waits.append(place)
            self.called.append(place)
        elif node.type == "receive":
            self._wait(place, node)
        else:
            known = self.scopes.setdefault(place, {})
            if node.called:
                known.setdefault("data", {})
            self.enter_scope(place, self.graph.contents(node))

    def _gather(self, scope: str, place: str, flow: str, node: Node) -> None:
        if len(node.incoming) == 1:
            self._split(scope, node)
            return
        arrived = (*self.joins.get(place, ()), flow)
        self.joins[place] = arrived
        if node.type == "parallel" and set(arrived) >= set(node.incoming):
            del self.joins[place]
            self._split(scope, node)

    def _split(self, scope: str, node: Node) -> None:
        flows = node.outgoing
        if node.type == "inclusive":
            flows = choosing.several(self.graph, node, self.visible(scope), self.moment)
        self.moving.extend((scope, flow) for flow in flows)

    def _pass_inclusive(self) -> bool:
        """Let one inclusive join go on whose missing tokens cannot come any more."""
        for place, arrived in self.joins.items():
            node, scope = self.graph.nodes[places.key_of(place)], places.scope_of(place)
            if node.type != "inclusive":
                continue
            others = [key for key in self._resting_in(scope) if key != node.id]
            if joins.may_pass(self.graph, node.id, arrived, others):
                del self.joins[place]
                self._split(scope, node)
                return True
        return False

    def _resting_in(self, scope: str) -> Iterator[str]:
        for place in (*self.open, *self.waits, *self.joins, *self.scopes):
            if place and places.scope_of(place) == scope and not self.scopes.get(place, {}).get("beside"):
                yield places.key_of(place)

    # ── several runs of one activity ──

    def _begin_several(self, place: str, node: Node) -> None:
        repeated, data = node.repetition, self.visible(places.scope_of(place))
        assert repeated is not None
        items = self._value(repeated.items, data) if repeated.items else None
        count = self._value(repeated.count, data) if repeated.count else None
        items = items if isinstance(items, list) else [items] if items is not None else None
        total = len(items) if items is not None else int(count or 0) if not isinstance(count, str) else 0
        if total > MAX_RUNS:
            raise TooMany(node.id)
        outcomes = node.outcomes or [
            end.id for end in self.graph.inside(self.graph.contents(node)) if end.type == "end"
        ]
        self.scopes[place] = {"of": total, "next": 1, "done": 0, "counts": dict.fromkeys(outcomes, 0)}
        if items is not None:
            self.scopes[place]["items"] = feel.plain(items)
        if total <= 0:
            self._end_several(place, node)
        for _ in range(min(total, 1) if repeated.sequential else total):
            self._begin_next(place, node)

    def _begin_next(self, body: str, node: Node) -> None:
        known = self.scopes[body]
        number, items = known["next"], known.get("items")
        known["next"] = number + 1
        item = items[number - 1] if items else None
        place = places.numbered(body, number)
        if node.type in {"subprocess", "call"}:
            name = node.repetition.item if node.repetition else ""
            self.scopes[place] = {"data": {"number": number, **({name: item} if name else {})}}
        self._run_activity(place, node, item)

    def _one_is_done(self, place: str, node: Node, outcome: str) -> None:
        body, repeated = places.body_of(place), node.repetition
        known = self.scopes[body]
        known["done"] += 1
        known["counts"] = {**known["counts"], outcome: known["counts"].get(outcome, 0) + 1}
        scope = places.scope_of(body)
        enough = False
        if repeated and repeated.completion:
            seen = {**self.visible(scope), node.id: counted(known), **standard(known)}
            enough = self._value(repeated.completion, seen) is True
        if enough or known["done"] == known["of"]:
            self._end_several(body, node)
        elif repeated and repeated.sequential:
            self._begin_next(body, node)

    def _end_several(self, body: str, node: Node) -> None:
        known = self.scopes.pop(body)
        self._clear(body)
        self.keep(places.scope_of(body), node.id, {**counted(known), "active": 0})
        self._leave_activity(body, node)

    # ── leaving ──

    def _go_on(self, scope: str, node: Node) -> None:
        self.moving.extend((scope, flow) for flow in node.outgoing)

    def _leave_activity(self, place: str, node: Node) -> None:
        scope = places.scope_of(place)
        for event in self.graph.attached.get(node.id, ()):
            self._disarm(places.inside(scope, event.id))
        self._go_on(scope, node)

    def _leave_scope(self) -> bool:
        """Leave one sub-process in which nothing rests any more, the innermost first; say whether there was one."""
        for scope in sorted(self.scopes, key=len, reverse=True):
            known = self.scopes[scope]
            if not scope or "of" in known or self._is_busy(scope):
                continue
            del self.scopes[scope]
            if not known.get("beside"):
                self.finish_activity(scope, known.get("ended", ""))
            return True
        return False

    def _is_busy(self, scope: str) -> bool:
        resting = (*self.open, *self.waits, *self.joins, *self.scopes)
        return any(place.startswith(f"{scope}/") for place in resting)

    def _end(self, scope: str, node: Node) -> None:
        """Reach an end event: note it, and stop the others where it says so."""
        self._throw(scope, node)
        if self._is_gone(scope) or (node.event == "error" and self.raise_to(scope, node.code, "error")):
            return
        known = self.scopes.get(scope, {})
        if node.event not in {"terminate", "error"}:
            if not known.get("beside"):
                self._note_end(scope, node)
            return
        while self.scopes.get(scope, {}).get("beside"):
            scope = places.scope_of(scope)
        # An error that nothing catches ends the process as a whole.
        scope = "" if node.event == "error" else scope
        self._note_end(scope, node)
        if scope:
            self._clear(scope, self_too=False)
        else:
            self.over = True

    def _is_gone(self, scope: str) -> bool:
        """Say whether what was thrown in a scope has stopped the scope itself."""
        return bool(scope) and scope not in self.scopes

    def _note_end(self, scope: str, node: Node) -> None:
        if scope:
            self.scopes[scope]["ended"] = node.id
        else:
            self.ended = node.id

    def _throw(self, scope: str, node: Node) -> None:
        """Send what an event or end sends."""
        if node.event == "message":
            key = self._value(node.correlation, self.visible(scope)) if node.correlation else None
            self.sent.append(Sent(node.message, None if key is None else _text(key)))
        elif node.event == "escalation":
            self.raise_to(scope, node.code, "escalation")

    def raise_to(self, place: str, code: str, kind: str) -> bool:
        """Bring an error or escalation to the nearest activity around it that catches it; say whether there is one."""
        while place:
            body = places.body_of(place)
            for event in self.graph.attached.get(places.key_of(body), ()):
                if event.event == kind and event.code in {"", code}:
                    self.happen(places.inside(places.scope_of(body), event.id))
                    return True
            place = places.scope_of(body)
        return False

    def _at_border(self, scope: str, place: str, event: Node) -> None:
        if event.interrupting:
            activity = places.inside(scope, event.attached_to)
            self._clear(activity)
            for other in self.graph.attached[event.attached_to]:
                self._disarm(places.inside(scope, other.id))
            self._go_on(scope, event)
            return
        number = next(n for n in range(1, MAX_STEPS) if places.numbered(place, n) not in self.scopes)
        beside = places.numbered(place, number)
        self.scopes[beside] = {"beside": True}
        self._go_on(beside, event)
        if due := self.timers.pop(place, None):
            self._again(place, event, due)

    # ── waiting ──

    def _wait(self, place: str, node: Node) -> None:
        self.waits.append(place)
        self._arm(place, node)

    def _arm(self, place: str, event: Node) -> None:
        """Let a timer begin, and note what a message must bring."""
        if event.correlation is not None and event.message:
            key = self._value(event.correlation, self.visible(places.scope_of(place)))
            self.keys[place] = "" if key is None else _text(key)
        if event.timer is not None:
            moment = self._clock()
            at = timers.due(event.timer, moment.now, self.visible(places.scope_of(place)), moment)
            self.timers[place] = Due(at.isoformat(), moment.now.isoformat(), event.timer.times)

    def _again(self, place: str, event: Node, due: Due) -> None:
        """Let a timer that repeats begin anew from when it was due, so that a late clock moves nothing."""
        if due.times == 1 or event.timer is None:
            return
        at = timers.again(event.timer, due.at, self.visible(places.scope_of(place)), self._clock())
        self.timers[place] = Due(at.isoformat(), due.at, max(due.times - 1, 0))

    def _disarm(self, place: str) -> None:
        self.timers.pop(place, None)
        self.keys.pop(place, None)

    def _clear(self, place: str, *, self_too: bool = True) -> None:
        """Take away everything that rests at a place and within it."""

        def gone(other: str) -> bool:
            return places.is_within(other, place) or (self_too and other == place)

        for other in [other for other in self.open if gone(other)]:
            self.open.remove(other)
            self._stop(other)
        self.waits = [other for other in self.waits if not gone(other)]
        self.joins = {other: flows for other, flows in self.joins.items() if not gone(other)}
        self.timers = {other: due for other, due in self.timers.items() if not gone(other)}
        self.keys = {other: key for other, key in self.keys.items() if not gone(other)}
        self.scopes = {other: known for other, known in self.scopes.items() if not gone(other)}
        self.moving = deque((scope, flow) for scope, flow in self.moving if not gone(f"{scope}/"))

    def _stop(self, task: str) -> None:
        """Note that an open task is taken off its desk; one that this step opened was never there."""
        if self.opened.pop(task, _NEVER) is _NEVER and task in self.before:
            self.cancelled.append(task)
            self.before -= {task}

    # ── data ──

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

    def _value(self, formula: feel.Expression, data: Mapping[str, Any]) -> Any:
        return choosing.value(formula, data, self.moment)

    def _clock(self) -> Moment:
        if self.moment is None:
            raise LookupError("a timer needs a clock")
        return self.moment

    def _transition(self) -> Transition:
        resting = self.open or self.waits or self.joins or any(self.scopes)
        if self.over or not resting:
            for task in list(self.open):
                self._stop(task)
            return Transition(Marking(), (), tuple(self.cancelled), self.ended, self.data, tuple(self.sent))
        if self.ended:
            self.scopes[""] = {"ended": self.ended}
        marking = Marking(tuple(self.open), self.joins, tuple(self.waits), self.timers, self.keys, self.scopes)
        called = tuple(place for place in self.called if place in self.waits)
        items = {place: item for place, item in self.opened.items() if item is not None}
        return Transition(
            marking, tuple(self.opened), tuple(self.cancelled), "", self.data, tuple(self.sent), called, items
        )


def counted(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts of an activity that happens several times, as conditions see them."""
    active = known["next"] - 1 - known["done"]
    return {"instances": known["of"], "completed": known["done"], "active": active, **known["counts"]}


def standard(known: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts under the names of BPMN 2.0 and of other engines."""
    counts = counted(known)
    instances, completed, active = counts["instances"], counts["completed"], counts["active"]
    return {
        "numberOfInstances": instances,
        "numberOfCompletedInstances": completed,
        "numberOfActiveInstances": active,
        "nrOfInstances": instances,
        "nrOfCompletedInstances": completed,
        "nrOfActiveInstances": active,
    }


def _text(value: Any) -> str:
    plain = feel.plain(value)
    return plain if isinstance(plain, str) else str(plain)
