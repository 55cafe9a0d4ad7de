"""Move tokens through a graph: which tasks open next, which branch is chosen, whether the end is reached.

A marking is all that is kept of a running instance: the open tasks, and at each join the flows that have arrived.
The graph is sound (see `soundness`), so a flow never carries two tokens and an end leaves nothing behind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongban.platform.workflow.rules.bpmn import Graph, Node

Decide = Callable[[str, Mapping[str, Any]], Any]

# More automatic steps than this between two tasks means a circle that the check should have refused.
MAX_STEPS = 1000


class NotOpen(ValueError):
    """The task is not open in this marking."""


class Endless(RuntimeError):
    """The process goes round without a task."""


@dataclass(frozen=True)
class Marking:
    """Where an instance stands."""

    open: tuple[str, ...] = ()
    joins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"open": list(self.open), "joins": {key: list(flows) for key, flows in self.joins.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Marking":
        joins = {key: tuple(flows) for key, flows in data.get("joins", {}).items()}
        return cls(tuple(data.get("open", ())), joins)


@dataclass(frozen=True)
class Transition:
    """What one step brought.

    opened      keys of tasks that open now
    cancelled   keys of open tasks that a terminating end stops
    outcome     id of the end event once the process has ended, else ""
    data        the process's data afterwards
    """

    marking: Marking
    opened: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    outcome: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def begin(graph: Graph, data: Mapping[str, Any], decide: Decide, today: date | None = None) -> Transition:
    """Start a process: run from the start event to the first tasks."""
    return _Run(graph, Marking(), dict(data), decide, today).go(graph.start)


def advance(
    graph: Graph,
    marking: Marking,
    task: str,
    outcome: str,
    data: Mapping[str, Any],
    decide: Decide,
    today: date | None = None,
) -> Transition:
    """Finish an open task with an outcome. Raises NotOpen."""
    if task not in marking.open:
        raise NotOpen(task)
    rest = Marking(tuple(key for key in marking.open if key != task), marking.joins)
    return _Run(graph, rest, {**data, task: outcome}, decide, today).go(graph.nodes[task])


def choose(graph: Graph, gateway: Node, data: Mapping[str, Any], today: date | None = None) -> str:
    """Return the flow that an exclusive gateway takes: the first whose condition is true, else the default.

    A condition that is null, because an answer is missing or of another type, does not hold, and its opposite neither.
    """
    if len(gateway.outgoing) == 1:
        return gateway.outgoing[0]
    for key in gateway.outgoing:
        condition = graph.flows[key].condition
        if condition is not None and condition.evaluate(data, today=today) is True:
            return key
    return gateway.default


class _Run:
    """One step, in progress."""

    def __init__(
        self, graph: Graph, marking: Marking, data: dict[str, Any], decide: Decide, today: date | None
    ) -> None:
        self.graph, self.data, self.decide, self.today = graph, data, decide, today
        self.open = list(marking.open)
        self.joins = dict(marking.joins)
        self.opened: list[str] = []
        self.outcome = ""
        self.terminated = False

    def go(self, node: Node) -> Transition:
        before = tuple(self.open)
        waiting = list(node.outgoing)
        steps = 0
        while waiting and not self.terminated:
            if (steps := steps + 1) > MAX_STEPS:
                raise Endless(node.id)
            flow = waiting.pop(0)
            waiting.extend(self._enter(flow, self.graph.nodes[self.graph.flows[flow].target]))
        if self.terminated:
            return Transition(Marking(), (), before, self.outcome, self.data)
        ended = not self.open and not self.joins
        marking = Marking(tuple(self.open), self.joins)
        return Transition(marking, tuple(self.opened), (), self.outcome if ended else "", self.data)

    def _enter(self, flow: str, node: Node) -> tuple[str, ...]:
        """Let a token arrive at a node; return the flows it leaves by at once."""
        if node.type == "task":
            self.open.append(node.id)
            self.opened.append(node.id)
            return ()
        if node.type == "end":
            self.outcome, self.terminated = node.id, node.terminate
            return ()
        if node.type == "decision":
            self.data[node.id] = self.decide(node.table, self.data)
            return node.outgoing
        if node.type == "exclusive":
            return (choose(self.graph, node, self.data, self.today),)
        return self._join(flow, node)

    def _join(self, flow: str, node: Node) -> tuple[str, ...]:
        arrived = (*self.joins.get(node.id, ()), flow)
        if set(arrived) >= set(node.incoming):
            self.joins.pop(node.id, None)
            return node.outgoing
        self.joins[node.id] = arrived
        return ()
