"""Take a running process over to another drawing: every token must have its place there, and be able to end.

Keys that are called otherwise there are named by a mapping, old → new; everything else keeps its name. What is refused
is named: elements that are missing or of another kind, and places that the other drawing can never reach together.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.platform.workflow.rules import places
from tongban.platform.workflow.rules.graphs import Graph, Node
from tongban.platform.workflow.rules.marking import Marking
from tongban.platform.workflow.rules.walking import State, states


class Nowhere(ValueError):
    """Something that rests in the old drawing has no place in the new one; names: its keys."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def moved(old: Graph, new: Graph, marking: Marking, mapping: Mapping[str, str]) -> Marking:
    """Return where the tokens rest in the new drawing. Raises Nowhere."""
    lost = sorted(set(_lost(old, new, marking, mapping)))
    if lost:
        raise Nowhere(lost)

    def at(place: str) -> str:
        return renamed(place, mapping)

    joins = marking.joins.items()
    found = Marking(
        open=tuple(map(at, marking.open)),
        joins={at(place): tuple(_flow(old, new, flow, mapping) for flow in arrived) for place, arrived in joins},
        waits=tuple(map(at, marking.waits)),
        timers={at(place): due for place, due in marking.timers.items()},
        keys={at(place): key for place, key in marking.keys.items()},
        scopes={at(scope): known for scope, known in marking.scopes.items()},
        paused=marking.paused,
    )
    if unreached := sorted(set(_unreached(new, found))):
        raise Nowhere(unreached)
    return found


def renamed(place: str, mapping: Mapping[str, str]) -> str:
    """Return a place in the words of the new drawing."""
    parts = []
    for part in place.split("/") if place else []:
        key, bracket, number = part.partition("[")
        parts.append(mapping.get(key, key) + bracket + number)
    return "/".join(parts)


def renamed_data(data: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Return the outcomes that are known, under the names of the new drawing."""
    return {mapping.get(name, name): value for name, value in data.items()}


def _lost(old: Graph, new: Graph, marking: Marking, mapping: Mapping[str, str]) -> Iterator[str]:
    resting = (*marking.open, *marking.joins, *marking.waits, *marking.timers, *marking.scopes)
    for place in resting:
        for part in place.split("/") if place else []:
            key = part.partition("[")[0]
            before, after = old.nodes[key], new.nodes.get(mapping.get(key, key))
            if after is None or not _alike(old, new, before, after, mapping):
                yield key
    for place, flows in marking.joins.items():
        key = places.key_of(place)
        if not all(_flow(old, new, flow, mapping) for flow in flows):
            yield key


def _flow(old: Graph, new: Graph, flow: str, mapping: Mapping[str, str]) -> str:
    """Return the flow of the new drawing that leads from and to the same elements; "" where there is none."""
    source, target = (mapping.get(key, key) for key in (old.flows[flow].source, old.flows[flow].target))
    return next((one.id for one in new.flows.values() if (one.source, one.target) == (source, target)), "")


def _alike(old: Graph, new: Graph, before: Node, after: Node, mapping: Mapping[str, str]) -> bool:
    """Say whether what rests at one element can rest at the other."""
    same = ("type", "kind", "outcomes", "officers", "event", "message", "code", "interrupting", "port")
    return (
        all(getattr(before, name) == getattr(after, name) for name in same)
        and (before.timer is None) == (after.timer is None)
        and _several(before) == _several(after)
        and mapping.get(before.parent, before.parent) == after.parent
        and mapping.get(before.attached_to, before.attached_to) == after.attached_to
    )


def _several(node: Node) -> tuple[object, ...]:
    several = node.repetition
    return (several.sequential, several.signing, several.signers) if several else ()


def _unreached(graph: Graph, marking: Marking) -> Iterator[str]:
    """Yield what rests where the drawing never lets it rest, or not together with what rests beside it."""
    for scope in dict.fromkeys(["", *marking.scopes]):
        if scope and "of" in marking.scopes[scope]:
            continue  # an activity that happens several times: each run of it is looked at
        state, begin = _state(marking, scope), _begin(graph, scope)
        at_start = state == {(begin.id, "")}  # waits for its timer
        if state and not at_start and state not in set(states(graph, begin)):
            yield from (key for key, _flow in state)


def _begin(graph: Graph, scope: str) -> Node:
    """Return where what runs in a scope began."""
    if not scope:
        return graph.start
    node = graph.nodes[places.key_of(scope)]
    return node if node.type == "boundary" else graph.starts[graph.contents(node)]


def _state(marking: Marking, scope: str) -> State:
    """Return what rests directly in a scope, as the walk through all states writes it."""
    beside = {place for place, known in marking.scopes.items() if known.get("beside")}
    resting = [place for place in (*marking.open, *marking.waits, *marking.scopes) if place and place not in beside]
    here = {(places.key_of(place), "") for place in resting if places.scope_of(place) == scope}
    arrived = {
        (places.key_of(place), flow)
        for place, flows in marking.joins.items()
        if places.scope_of(place) == scope
        for flow in flows
    }
    return frozenset(here | arrived)
