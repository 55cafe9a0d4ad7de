"""Going back 退回 and taking back 撤回: where a process stands afterwards, and what must be done again.

Nothing is rewound step by step. A sound process has a list of states in which it can rest (`walking.states`); going
back to a step chooses, among those in which that step is open, the one that changes least:

  1. what lies on other desks and can stay there stays there,
  2. nobody but the step itself gets work that was done already,
  3. and nothing waits at a join that need not.

As every such state is one the drawing allows, nothing can hang or happen twice afterwards.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.platform.workflow.rules import places, signing, walking
from tongban.platform.workflow.rules.graphs import RESTING, Graph, Node, successors
from tongban.platform.workflow.rules.marking import Marking, Transition
from tongban.platform.workflow.rules.running import Run, item_of
from tongban.platform.workflow.rules.timers import Moment
from tongban.platform.workflow.rules.tokens import Decide

# What another room or another process has learnt of already.
_GONE_OUT = frozenset({"service", "throw", "receive", "catch", "events"})


class NoWayBack(ValueError):
    """The step does not come before the one it is sent back from, or what followed cannot be undone."""


@dataclass(frozen=True)
class WayBack:
    """What going back to a step means.

    target       place of the step
    transition   where the process stands afterwards; `cancelled` are the tasks that leave their desks
    again        places of finished tasks whose work must be done again, the target among them
    gone_out     something between has been told to others, or was waited for from outside
    """

    target: str
    transition: Transition
    again: tuple[str, ...]
    gone_out: bool


@dataclass(frozen=True)
class _Level:
    """A scope in which something changes, and what of it.

    scope    its place; between: ids of the elements whose results do not count any more
    deeper   the scope inside the target, where the target lies in something that had ended
    """

    scope: str
    between: frozenset[str]
    deeper: "_Level | None" = None


def send_back(
    graph: Graph,
    marking: Marking,
    task: str,
    target: str,
    data: Mapping[str, Any],
    done: Mapping[str, str],
    decide: Decide,
    moment: Moment | None = None,
) -> WayBack:
    """Go back from an open task to an earlier step.

    target   place of a finished task; where it can only begin anew with others, they do, see `step_of`
    done     place of each task that was finished and still counts -> its outcome
    Raises NoWayBack.
    """
    scope, source, way = _parting(task, step_of(marking, target))
    if way[0] not in graph.nodes:  # in another of several runs
        raise NoWayBack(target)
    if source == way[0]:
        if len(way) > 1 or not _goes_in_turn(graph.nodes[source]):
            raise NoWayBack(target)
    elif source not in _after(graph, way[0]):
        raise NoWayBack(target)
    return _Return(graph, marking, data, decide, moment).to(scope, way, source, done)


def take_back(
    graph: Graph,
    marking: Marking,
    task: str,
    data: Mapping[str, Any],
    done: Mapping[str, str],
    decide: Decide,
    moment: Moment | None = None,
) -> WayBack:
    """Open a finished task again, as if it had not been finished yet.

    done     as for `send_back`, the task among them
    Raises NoWayBack.
    """
    run = _Return(graph, marking, data, decide, moment)
    if places.is_numbered(task):
        return run.one_again(task, done)
    return run.to(*_alive(marking, task), "", done)


def ways_back(
    graph: Graph,
    marking: Marking,
    task: str,
    data: Mapping[str, Any],
    done: Mapping[str, str],
    decide: Decide,
    moment: Moment | None = None,
) -> list[WayBack]:
    """Return every step that an open task can be sent back to, in the order in which they were finished."""
    found: dict[str, WayBack] = {}
    for place in done:
        target = step_of(marking, place)
        if target in found:
            continue
        try:
            found[target] = send_back(graph, marking, task, target, data, done, decide, moment)
        except NoWayBack:
            continue
    return list(found.values())


def step_of(marking: Marking, place: str) -> str:
    """Return the step that a finished task belongs to: itself, or what has to begin anew as a whole.

    One of several runs is no step of its own, unless it goes on; then what lies in it is.
    """
    found = ""
    for part in place.split("/"):
        here = places.inside(found, part)
        if places.is_numbered(here) and (here == place or here not in marking.scopes):
            return places.body_of(here)
        found = here
    return found


def _parting(task: str, target: str) -> tuple[str, str, list[str]]:
    """Return the scope in which two places part, the id of the activity there on the way to the task, the way to the
    target."""
    here, there = task.split("/"), target.split("/")
    common = 0
    while common < min(len(here), len(there)) and here[common] == there[common]:
        common += 1
    if common in {len(here), len(there)}:
        raise NoWayBack(target)
    return "/".join(here[:common]), places.key_of(here[common]), there[common:]


def _alive(marking: Marking, place: str) -> tuple[str, list[str]]:
    """Return the innermost scope around a place that still runs, and the way from there."""
    parts = place.split("/")
    for number in range(len(parts) - 1, 0, -1):
        scope = "/".join(parts[:number])
        if scope in marking.scopes:
            return scope, parts[number:]
    return "", parts


def _after(graph: Graph, key: str) -> set[str]:
    """Return what may follow an element in its scope."""
    return _reached(successors(graph, key), lambda other: successors(graph, other))


def _reached(begin: Iterable[str], ways: Any, stops: frozenset[str] = frozenset()) -> set[str]:
    """Return what is reached from somewhere; nothing is reached through a stop."""
    seen = set(begin)
    waiting = deque(seen)
    while waiting:
        if (key := waiting.popleft()) in stops:
            continue
        for other in ways(key):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def _goes_in_turn(node: Node) -> bool:
    return node.repetition is not None and node.repetition.sequential


class _Return(Run):
    """Tokens that are put where they would be if something had not been done yet."""

    def to(self, scope: str, way: list[str], source: str, done: Mapping[str, str]) -> WayBack:
        """Open the step at the end of a way that begins in a scope.

        source   id of the activity there that it is sent back from; "" where the step is taken back
        """
        if not set(self._tokens(scope)):  # its end was reached; only what runs beside it is left
            raise NoWayBack("/".join(way))
        level = self._turn(scope, way, source, done)
        return self._back(
            places.inside(scope, "/".join(way)), level, [place for place in done if _covers(level, place)]
        )

    def one_again(self, place: str, done: Mapping[str, str]) -> WayBack:
        """Open one of several runs again, while the others go on."""
        body, node = places.body_of(place), self.graph.nodes[places.key_of(place)]
        known = self.scopes.get(body)
        if known is None or "of" not in known or node.type != "task" or place in self.open:
            raise NoWayBack(place)
        number = int(place.rpartition("[")[2].rstrip("]"))
        if _goes_in_turn(node):
            gone = known.get("gone", ())
            asked = next((n for n in range(number + 1, known["next"]) if n not in gone), 0)
            if asked != known["next"] - 1:
                raise NoWayBack(place)
            self.clear(places.numbered(body, asked))
            known["next"] = number + 1
        known["done"] -= 1
        known["counts"] = {**known["counts"], done[place]: known["counts"][done[place]] - 1}
        if node.joint is not None:
            said = "agreed" if done[place] == node.outcomes[0] else "refused"
            known[said] -= signing.weight_of(node.repetition.signers if node.repetition else (), number)
        self.open.append(place)
        self.opened[place] = item_of(known, number)
        return self._back(place, _Level(places.scope_of(body), frozenset({node.id})), [place])

    def _back(self, target: str, level: _Level, again: list[str]) -> WayBack:
        return WayBack(target, self.settle(), tuple(again), self._has_gone_out(level))

    def _turn(self, scope: str, way: list[str], source: str, done: Mapping[str, str]) -> _Level:
        """Put the tokens of a scope where they are when the first step of the way is open, and go on inside it."""
        key, now = way[0], frozenset(self._tokens(scope))
        if key not in self.graph.nodes or ((key, "") in now and key != source):
            raise NoWayBack(key)
        then = now if key == source else self._nearest(scope, key, source, now)
        dropped = {token for token in now if token not in then or token[0] in {source, key}}
        between = self._between(key, dropped) if now else self._between(key, {(end, "") for end in self._ends(scope)})
        self._drop(scope, dropped)
        self._forget(scope, between, inside_too=frozenset(between) - {key} if len(way) > 1 else frozenset(between))
        for token in sorted(then - (now - dropped)):
            if token != (key, ""):
                self._place(scope, *token)
        node, place = self.graph.nodes[key], places.inside(scope, key)
        if len(way) == 1:
            self._enter_activity(place, node)
            return _Level(scope, frozenset(between))
        if node.type not in {"subprocess", "call"} or node.repetition is not None:
            raise NoWayBack(place)
        for event in self.graph.attached.get(key, ()):
            self.arm(places.inside(scope, event.id), event)
        self.scopes[place] = {"data": _outcomes_in(place, done)} if node.called else {}
        return _Level(scope, frozenset(between), self._turn(place, way[1:], "", done))

    def _nearest(self, scope: str, key: str, source: str, now: frozenset[tuple[str, str]]) -> walking.State:
        """Return the state in which the step is open that changes least, see above. Raises NoWayBack."""
        begin = self._begin(scope)
        if begin is None:
            raise NoWayBack(key)
        found = [
            state for state in walking.states(self.graph, begin) if (key, "") in state and (source, "") not in state
        ]
        if not found:
            raise NoWayBack(key)

        def changes(state: walking.State) -> tuple[int, int, int, list[tuple[str, str]]]:
            new = [token for token in state - now if token != (key, "")]
            return -len(state & now), sum(not flow for _key, flow in new), len(state), sorted(state)

        return min(found, key=changes)

    def _begin(self, scope: str) -> Node | None:
        """Return where a scope begins: its start event, or the event that set off what runs beside something."""
        if not scope:
            return self.graph.starts.get("")
        node = self.graph.nodes[places.key_of(scope)]
        return node if node.type == "boundary" else self.graph.starts.get(self.graph.contents(node))

    def _ends(self, scope: str) -> list[str]:
        contents = self.graph.contents(self.graph.nodes[places.key_of(scope)])
        return [node.id for node in self.graph.inside(contents) if node.type == "end"]

    def _tokens(self, scope: str) -> Iterator[tuple[str, str]]:
        """Yield what rests directly in a scope, as the walk through all states names it."""
        for place in (*self.open, *self.waits, *self.scopes):
            body = places.body_of(place)
            if place and places.scope_of(body) == scope and self.graph.nodes[places.key_of(body)].type in RESTING:
                yield places.key_of(body), ""
        for place, flows in self.joins.items():
            if places.scope_of(place) == scope:
                yield from ((places.key_of(place), flow) for flow in flows)

    def _between(self, key: str, dropped: Iterable[tuple[str, str]]) -> frozenset[str]:
        """Return what lies between a step and the tokens that are taken away, both included."""
        stops = frozenset(other for other, flow in dropped if not flow)
        sources = {self.graph.flows[flow].source if flow else other for other, flow in dropped}
        forward = _reached({key}, lambda other: successors(self.graph, other), stops - {key})
        back = _reached(sources, self._predecessors, frozenset({key}))
        return frozenset(forward & back) | {key}

    def _predecessors(self, key: str) -> Iterator[str]:
        node = self.graph.nodes[key]
        yield from (self.graph.flows[flow].source for flow in node.incoming)
        if node.attached_to:
            yield node.attached_to

    def _drop(self, scope: str, tokens: Iterable[tuple[str, str]]) -> None:
        for key, flow in sorted(tokens):
            place = places.inside(scope, key)
            if flow:
                left = tuple(other for other in self.joins.get(place, ()) if other != flow)
                self.joins = {**self.joins, place: left}
                if not left:
                    del self.joins[place]
                continue
            self.clear(place)
            node = self.graph.nodes[key]
            for event in self.graph.attached.get(key, ()):
                self.disarm(places.inside(scope, event.id))
            if node.type == "events":
                for flow_out in node.outgoing:
                    self.disarm(places.inside(scope, self.graph.flows[flow_out].target))

    def _place(self, scope: str, key: str, flow: str) -> None:
        place = places.inside(scope, key)
        if flow:
            self.joins[place] = (*self.joins.get(place, ()), flow)
        else:
            self._enter(scope, "", self.graph.nodes[key])

    def _forget(self, scope: str, keys: Iterable[str], inside_too: frozenset[str]) -> None:
        """Let no condition see what came out of steps that are done again."""
        gone = {inner for key in inside_too for inner in self._contained(key)} | set(keys)
        while scope and "data" not in self.scopes.get(scope, {}):
            scope = places.scope_of(scope)
        if not scope:
            self.data = {name: value for name, value in self.data.items() if name not in gone}
            return
        known = self.scopes[scope]
        known["data"] = {name: value for name, value in known["data"].items() if name not in gone}

    def _contained(self, key: str) -> Iterator[str]:
        node = self.graph.nodes[key]
        if node.type == "subprocess":
            for inner in self.graph.inside(node.id):
                yield inner.id
                yield from self._contained(inner.id)

    def _has_gone_out(self, level: _Level) -> bool:
        nodes = [self.graph.nodes[key] for key in level.between]
        return any(node.type in _GONE_OUT or node.event == "message" for node in nodes) or (
            level.deeper is not None and self._has_gone_out(level.deeper)
        )


def _covers(level: _Level, place: str) -> bool:
    """Say whether the work of a finished task lies between."""
    if level.scope and not place.startswith(f"{level.scope}/"):
        return False
    rest = place[len(level.scope) + 1 if level.scope else 0 :]
    key = places.key_of(rest.partition("/")[0])
    if level.deeper is not None and places.inside(level.scope, key) == level.deeper.scope:
        return _covers(level.deeper, place)
    return key in level.between


def _outcomes_in(place: str, done: Mapping[str, str]) -> dict[str, str]:
    """Return what the tasks directly in a called process ended with, as its conditions know them."""
    return {places.key_of(other): outcome for other, outcome in done.items() if places.scope_of(other) == place}
