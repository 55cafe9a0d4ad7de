"""A process, ready to run: its elements and flows, and what lies inside what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from tongban.infrastructure.feel import Expression
from tongban.platform.workflow.rules.signing import ADDED_TO, Signing, SigningRole
from tongban.platform.workflow.rules.timers import Timer

NodeType = Literal[
    "start",
    "end",
    "task",
    "decision",
    "service",
    "throw",
    "receive",
    "catch",
    "boundary",
    "parallel",
    "exclusive",
    "inclusive",
    "events",
    "subprocess",
    "call",
]
EventType = Literal["", "timer", "message", "error", "escalation", "terminate"]
GATEWAYS: frozenset[NodeType] = frozenset({"parallel", "exclusive", "inclusive", "events"})
# What takes a while, so that events can be attached to it.
ACTIVITIES: frozenset[NodeType] = frozenset({"task", "service", "receive", "subprocess", "call"})
# Where a token rests until something comes from outside.
RESTING: frozenset[NodeType] = frozenset({"task", "service", "receive", "catch", "events", "subprocess", "call"})


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    name: str = ""
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Repetition:
    """An activity that happens several times: all at once, or one after another.

    count        how many times, or
    items        the list that is gone through; item: the name under which each of it is known inside
    each_role    each of the list names the role that does its task
    completion   what ends the whole before all have answered. It sees the counts of the activity under its id,
                 `review.completed`, `review.instances`, `review.active`, and each outcome, `review.fail > 0`
    signing      the rule by which they sign together, and what they say as one: `review.outcome = "pass"`
    signers      who signs, where the drawing says it
    """

    sequential: bool = False
    count: Expression | None = None
    items: Expression | None = None
    item: str = ""
    each_role: bool = False
    completion: Expression | None = None
    signing: Signing | None = None
    signers: tuple[SigningRole, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One element of the drawing.

    kind, role, days, outcomes   of tasks
    apart                        of tasks: ids of those that another person must have done
    skip, officers               of tasks: passed where the same person alone would do it; how many officers do it
    table                        of decisions: id of the DMN decision
    port                         of services: name of what does the work, see `ports.SERVICES`
    default                      of gateways: the flow taken when no condition holds
    event, timer, message, code  of events: what happens; code of errors and escalations
    correlation                  of what waits for a message: the value that the message must bring
    attached_to, interrupting    of boundary events
    parent                       sub-process or called process that it lies in; "" for the process itself
    called                       of calls: id of the process
    repetition                   of activities that happen several times
    """

    id: str
    type: NodeType
    name: str = ""
    kind: str = ""
    role: str = ""
    days: int = 0
    outcomes: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    skip: bool = False
    officers: int = 1
    table: str = ""
    port: str = ""
    default: str = ""
    event: EventType = ""
    timer: Timer | None = None
    message: str = ""
    code: str = ""
    correlation: Expression | None = None
    attached_to: str = ""
    interrupting: bool = True
    parent: str = ""
    called: str = ""
    repetition: Repetition | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()

    @property
    def joint(self) -> Signing | None:
        """The rule by which several sign this task; of a task for one, by which they would if others were added."""
        return self.repetition.signing if self.repetition else ADDED_TO

    @property
    def terminate(self) -> bool:
        """Whether this end stops every other branch."""
        return self.event == "terminate"


@dataclass(frozen=True)
class Graph:
    """A process, ready to run.

    lines   id of an element -> line of the file it stands in
    beside  id of an element that was left out, for nobody can read it -> one that is there and stands next to it
    """

    key: str
    name: str
    nodes: Mapping[str, Node] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)

    def of_type(self, *types: NodeType) -> list[Node]:
        return [node for node in self.nodes.values() if node.type in types]

    def inside(self, scope: str) -> list[Node]:
        """Return what lies directly in a sub-process or called process; in the process itself for ""."""
        return [node for node in self.nodes.values() if node.parent == scope]

    @cached_property
    def starts(self) -> Mapping[str, Node]:
        """Return where each process and sub-process begins, by its id."""
        return {node.parent: node for node in self.nodes.values() if node.type == "start"}

    def outcomes(self, activity: Node) -> tuple[str, ...]:
        """Return what may come out of an activity: the words of a task, the ends of what runs inside the others."""
        if activity.type == "task":
            return activity.outcomes
        return tuple(node.id for node in self.inside(self.contents(activity)) if node.type == "end")

    @property
    def start(self) -> Node:
        return self.starts[""]

    def contents(self, activity: Node) -> str:
        """Return the id of what runs inside a sub-process or call."""
        return activity.called or activity.id

    @cached_property
    def attached(self) -> Mapping[str, tuple[Node, ...]]:
        """Return the boundary events of each activity that has some."""
        found: dict[str, tuple[Node, ...]] = {}
        for node in self.of_type("boundary"):
            found[node.attached_to] = (*found.get(node.attached_to, ()), node)
        return found

    @cached_property
    def upstream(self) -> Mapping[str, frozenset[str]]:
        """Return, for each flow into an inclusive join, from where a token can reach it without passing the join."""
        before: dict[str, set[str]] = {key: set() for key in self.nodes}
        for key in self.nodes:
            for target in successors(self, key):
                if self.nodes[target].interrupting:
                    before[target].add(key)
        joins = [node for node in self.of_type("inclusive") if len(node.incoming) > 1]
        return {
            flow: self._before(before, self.flows[flow].source, node.id) for node in joins for flow in node.incoming
        }

    @staticmethod
    def _before(before: Mapping[str, set[str]], key: str, join: str) -> frozenset[str]:
        seen: set[str] = set()
        waiting = [key]
        while waiting:
            if (key := waiting.pop()) not in seen and key != join:
                seen.add(key)
                waiting += before[key]
        return frozenset(seen)

    @property
    def tasks(self) -> list[Node]:
        return self.of_type("task")

    @property
    def roles(self) -> list[str]:
        """Return the roles to be filled; those that a list names while the process runs are not known here."""
        found = [node.role for node in self.tasks if node.role]
        found += [signer.role for node in self.tasks if node.repetition for signer in node.repetition.signers]
        return list(dict.fromkeys(found))

    def needs(self, role: str) -> bool:
        """Say whether a role may be asked for; where a list names roles while the process runs, any may."""
        return self._chooses_roles or role in self.roles

    @cached_property
    def _chooses_roles(self) -> bool:
        return any(node.repetition and node.repetition.each_role and not node.repetition.signers for node in self.tasks)

    def asked_names(self) -> frozenset[str]:
        """Return the names of data that conditions and other formulas ask for."""
        return frozenset(name for _place, formula in self.formulas() for name in formula.names())

    def formulas(self) -> Iterator[tuple[str, Expression]]:
        """Yield every formula with the id of the element it belongs to."""
        for flow in self.flows.values():
            if flow.condition:
                yield flow.id, flow.condition
        for node in self.nodes.values():
            repeated = node.repetition
            found = [node.correlation, node.timer.formula if node.timer else None]
            found += [repeated.count, repeated.items, repeated.completion] if repeated else []
            yield from ((node.id, formula) for formula in found if formula)


def successors(graph: Graph, key: str) -> Iterator[str]:
    """Yield where a token may go next: along flows, and by events at the border that stop the activity."""
    for flow in graph.nodes[key].outgoing:
        yield graph.flows[flow].target
    yield from (node.id for node in graph.attached.get(key, ()))
