"""Walk through every state a process can be in; people may decide anything, so every gateway may go any way.

Each sub-process, each called process and each way that begins at an event which stops nothing is walked by itself:
around it, it is one element that takes a while.
"""

from collections import deque
from collections.abc import Iterator
from itertools import combinations, product

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules.graphs import RESTING, Graph, Node
from tongban.platform.workflow.rules.joins import may_pass
from tongban.platform.workflow.rules.marking import offered
from tongban.platform.workflow.rules.problems import problem

# States looked at before the check gives up and asks for a simpler drawing.
MAX_STATES = 20_000

# What rests, and (join, flow) pairs that have arrived.
State = frozenset[tuple[str, str]]
Settled = tuple[State, Problem | None]


def states(graph: Graph, begin: Node) -> list[State]:
    """Return every state in which a sound process, or one of its scopes, can rest after it began there."""
    return [state for state, _wrong in _Walk(graph, decides=False).walk(begin)]


def problems(graph: Graph) -> list[Problem]:
    """Return what can go wrong on the way."""
    asked = graph.asked_names()
    found: list[Problem] = []
    for scope, start in graph.starts.items():
        owners = {node.id for node in graph.of_type("subprocess", "call") if graph.contents(node) == scope}
        found += _Walk(graph, decides=not scope or bool(owners & asked)).problems(start)
    for event in graph.of_type("boundary"):
        if not event.interrupting:
            found += _Walk(graph, decides=False).problems(event)
    return list({(one.place, one.text): one for one in found}.values())


class _Walk:
    """The states that follow from one beginning.

    decides   its end is an outcome, so there must be one
    """

    def __init__(self, graph: Graph, *, decides: bool) -> None:
        self.graph, self.decides = graph, decides

    def problems(self, begin: Node) -> Iterator[Problem]:
        return (wrong for _state, wrong in self.walk(begin) if wrong is not None)

    def walk(self, begin: Node) -> Iterator[Settled]:
        """Yield every state once, and whatever is wrong wherever it is met."""
        seen: set[State] = set()
        waiting = deque(self._settle(frozenset(), begin.outgoing))
        while waiting:
            state, wrong = waiting.popleft()
            if wrong is None and state in seen:
                continue
            yield state, wrong
            if wrong is None:
                seen.add(state)
                if len(seen) > MAX_STATES:
                    yield state, _too_many()
                    return
                waiting.extend(self._next(state))

    def _next(self, state: State) -> Iterator[Settled]:
        """Yield what may follow: one of those that rest goes on, in every way it can."""
        for key, flow in sorted(state):
            if flow:
                continue
            node, rest = self.graph.nodes[key], state - {(key, "")}
            ways = [event.outgoing for event in offered(self.graph, node)] if node.type == "events" else [node.outgoing]
            ways += [event.outgoing for event in self.graph.attached.get(key, ()) if event.interrupting]
            for way in ways:
                yield from self._settle(rest, way)

    def _settle(self, state: State, flows: tuple[str, ...]) -> list[Settled]:
        """Let tokens run until they rest, in every way the gateways allow."""
        results: list[Settled] = []
        waiting: list[tuple[State, tuple[str, ...], str]] = [(state, flows, "")]
        while waiting:
            here, left, ended = waiting.pop()
            if not left:
                if passed := self._pass_inclusive(here):
                    waiting += [(passed[0], way, ended) for way in self._ways(passed[1])]
                else:
                    results.append((here, self._left_behind(here, ended)))
                continue
            flow, rest = left[0], left[1:]
            node = self.graph.nodes[self.graph.flows[flow].target]
            if node.type == "end":
                self._end(node, here, rest, ended, waiting, results)
                continue
            token = (node.id, flow if self._gathers(node) else "")
            if (node.type in RESTING or self._gathers(node)) and token in here:
                results.append((here, _twice(node)))
            elif node.type in RESTING:
                waiting.append((here | {token}, rest, ended))
            elif self._gathers(node):
                waiting += [(now, (*way, *rest), ended) for now, way in self._gather(here | {token}, node)]
            else:
                waiting += [(here, (*way, *rest), ended) for way in self._ways(node)]
        return results

    def _end(
        self,
        node: Node,
        here: State,
        rest: tuple[str, ...],
        ended: str,
        waiting: list[tuple[State, tuple[str, ...], str]],
        results: list[Settled],
    ) -> None:
        if node.event in {"terminate", "error"}:
            results.append((frozenset(), None))
        elif ended and self.decides:
            results.append((here, _two_ends(node)))
        else:
            waiting.append((here, rest, node.id))

    def _gathers(self, node: Node) -> bool:
        return node.type in {"parallel", "inclusive"} and len(node.incoming) > 1

    def _gather(self, state: State, node: Node) -> list[tuple[State, tuple[str, ...]]]:
        tokens = frozenset(product([node.id], node.incoming))
        if node.type == "parallel" and tokens <= state:
            return [(state - tokens, node.outgoing)]
        return [(state, ())]

    def _ways(self, node: Node) -> list[tuple[str, ...]]:
        """Return the flows that may be taken together."""
        if node.type == "exclusive":
            return [(flow,) for flow in node.outgoing]
        if node.type == "inclusive" and len(node.outgoing) > 1:
            chosen = [flow for flow in node.outgoing if flow != node.default]
            sizes = range(1, len(chosen) + 1)
            return [(node.default,), *(way for size in sizes for way in combinations(chosen, size))]
        return [node.outgoing]

    def _pass_inclusive(self, state: State) -> tuple[State, Node] | None:
        arrived: dict[str, list[str]] = {}
        for key, flow in sorted(state):
            if flow and self.graph.nodes[key].type == "inclusive":
                arrived.setdefault(key, []).append(flow)
        for join, flows in arrived.items():
            others = {key for key, _flow in state if key != join}
            if may_pass(self.graph, join, flows, others):
                return state - set(product([join], flows)), self.graph.nodes[join]
        return None

    def _left_behind(self, state: State, ended: str) -> Problem | None:
        if ended and state and self.decides:
            return problem(
                ended,
                gettext_noop("This end can be reached while “%(others)s” is still waiting."),
                gettext_noop(
                    "Join the branches first, or end with a terminateEventDefinition, which stops the others."
                ),
                {"others": ", ".join(sorted({key for key, _ in state}))},
            )
        if state and all(flow for _, flow in state):
            return problem(
                min(state)[0],
                gettext_noop("The join may wait for ever: not all of its branches are certain to arrive."),
                gettext_noop("Join only branches of a parallel split; merge alternatives with an exclusiveGateway."),
            )
        return None


def _too_many() -> Problem:
    return problem(
        "",
        gettext_noop("The process has too many states to be checked."),
        gettext_noop("Draw fewer parallel branches, or shorter ones."),
    )


def _twice(node: Node) -> Problem:
    return problem(
        node.id,
        gettext_noop("Two branches can arrive here one after the other, so it would happen twice."),
        gettext_noop("Join the branches with a parallelGateway before it."),
    )


def _two_ends(node: Node) -> Problem:
    return problem(
        node.id,
        gettext_noop("Two branches can end independently, so the outcome would not be clear."),
        gettext_noop("Join the branches with a parallelGateway before the end."),
    )
