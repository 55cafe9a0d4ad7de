"""Where an instance stands, and what one step of it brought."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from tongban.platform.workflow.rules import places
from tongban.platform.workflow.rules.graphs import Graph, Node


class RunningTimer(NamedTuple):
    """A timer that runs.

    at, since   when it is due, and since when it is counted
    times       how often it comes yet; 0 without end
    lost        for how much of its unit it stood still
    """

    at: str
    since: str
    times: int = 1
    lost: int = 0


class Awaited(NamedTuple):
    """A message that is waited for, at which place, and the value it must bring; None where any will do."""

    place: str
    message: str
    key: str | None


class Sent(NamedTuple):
    """A message that the process sends, and the value by which whoever waits for it knows it."""

    message: str
    key: str | None


@dataclass(frozen=True)
class Marking:
    """Where an instance stands.

    open     places of open tasks
    joins    place of a join -> flows that have arrived
    waits    places where something else is waited for: events, messages, the work of another room
    timers   place of an event -> when it is due
    keys     place -> what belongs to this visit: the value a message must bring, the number of a service's order
    scopes   scope -> what is known of it, see `running`
    paused   since when no timer passes; "" where time runs
    """

    open: tuple[str, ...] = ()
    joins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waits: tuple[str, ...] = ()
    timers: Mapping[str, RunningTimer] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    scopes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    paused: str = ""

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "open": list(self.open),
            "joins": {key: list(flows) for key, flows in self.joins.items()},
        }
        rest: dict[str, Any] = {
            "waits": list(self.waits),
            "timers": {place: list(due) for place, due in self.timers.items()},
            "keys": dict(self.keys),
            "scopes": {scope: dict(known) for scope, known in self.scopes.items()},
            "paused": self.paused,
        }
        return found | {name: value for name, value in rest.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Marking":
        return cls(
            tuple(data.get("open", ())),
            {key: tuple(flows) for key, flows in data.get("joins", {}).items()},
            tuple(data.get("waits", ())),
            {place: RunningTimer(*due) for place, due in data.get("timers", {}).items()},
            data.get("keys", {}),
            data.get("scopes", {}),
            data.get("paused", ""),
        )

    def next_due(self) -> datetime | None:
        """Return when the first of its timers is due; None where none runs."""
        if self.paused:
            return None
        return min((datetime.fromisoformat(due.at) for due in self.timers.values()), default=None)

    def due(self, now: datetime) -> list[str]:
        """Return the places whose timers are due, the earliest first."""
        if self.paused:
            return []
        found = [(datetime.fromisoformat(due.at), place) for place, due in self.timers.items()]
        return [place for at, place in sorted(found) if at <= now]


@dataclass(frozen=True)
class Transition:
    """What one step brought.

    opened      places of tasks that open now
    cancelled   places of open tasks that stop
    outcome     id of the end event once the process has ended, else ""
    data        the process's data afterwards
    sent        messages that go out
    called      places of services whose work begins
    items       place of an opened task -> what it is about, where a list is gone through
    """

    marking: Marking
    opened: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    outcome: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    sent: tuple[Sent, ...] = ()
    called: tuple[str, ...] = ()
    items: Mapping[str, Any] = field(default_factory=dict)


def awaited(graph: Graph, marking: Marking) -> Iterator[Awaited]:
    """Yield the messages that are waited for, those of elements before those at the border of an activity."""
    for place in marking.waits:
        node, scope = graph.nodes[places.key_of(place)], places.scope_of(place)
        for event in offered(graph, node) if node.type == "events" else (node,):
            if event.message and event.type != "service":
                at = places.inside(scope, event.id)
                yield Awaited(at, event.message, marking.keys.get(at))
    for place in dict.fromkeys(active(graph, marking)):
        for event in graph.attached.get(places.key_of(place), ()):
            if event.message:
                at = places.inside(places.scope_of(place), event.id)
                yield Awaited(at, event.message, marking.keys.get(at))


def active(graph: Graph, marking: Marking) -> Iterator[str]:
    """Yield the places of activities that are under way, each that happens several times as a whole."""
    for place in (*marking.open, *marking.waits, *marking.scopes):
        if place and graph.nodes[places.key_of(place)].type != "boundary":
            yield places.body_of(place)


def offered(graph: Graph, gateway: Node) -> list[Node]:
    """Return the events that an event-based gateway waits for."""
    return [graph.nodes[graph.flows[flow].target] for flow in gateway.outgoing]
