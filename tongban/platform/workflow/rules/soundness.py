"""Say whether a graph can run to its end whatever people decide: no dead corners, no waiting for ever, one outcome."""

from collections import deque
from collections.abc import Iterator
from itertools import product

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules.bpmn import Graph, Node, is_word, successors
from tongban.platform.workflow.rules.problems import problem

# States looked at before the check gives up and asks for a simpler drawing.
MAX_STATES = 20_000

# Open tasks, and (join, flow) pairs that have arrived.
State = frozenset[tuple[str, str]]


def problems(graph: Graph) -> list[Problem]:
    """Return everything wrong with the shape; the walk through all states only happens when the shape is right."""
    found = [*_starts(graph), *_shapes(graph), *_conditions(graph), *_reach(graph)]
    return found or [*_circles(graph)] or [*_walk(graph)]


def missing_tables(graph: Graph, known: set[str]) -> list[Problem]:
    """Return the decisions whose table no decision file holds."""
    return [
        problem(
            node.id,
            gettext_noop("No decision file contains the table “%(table)s”."),
            gettext_noop("Add the .dmn file, or name one of: %(known)s."),
            {"table": node.table, "known": ", ".join(sorted(known)) or "–"},
        )
        for node in graph.of_type("decision")
        if node.table not in known
    ]


def _starts(graph: Graph) -> Iterator[Problem]:
    if len(graph.of_type("start")) != 1:
        yield problem(
            "",
            gettext_noop("The process has %(count)d start events."),
            gettext_noop("Draw exactly one startEvent."),
            {"count": len(graph.of_type("start"))},
        )
    if not graph.of_type("end"):
        yield problem(
            "",
            gettext_noop("The process has no end event."),
            gettext_noop("Draw one endEvent for each outcome; its id is the outcome, e.g. granted, refused."),
        )
    if not graph.tasks:
        yield problem("", gettext_noop("The process has no task."), gettext_noop("Draw at least one userTask."))


def _shapes(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes.values():
        yield from _ways(node)
        if node.type == "task":
            yield from _task(node)
        elif node.type == "decision" and not node.table:
            yield problem(
                node.id,
                gettext_noop("The decision names no table."),
                gettext_noop('Write tongban:decision="id of a decision in the .dmn file".'),
            )
        if node.type in {"task", "decision"} and not is_word(node.id):
            yield problem(
                node.id,
                gettext_noop("The id “%(id)s” cannot be named in a condition."),
                gettext_noop("Use small letters, digits and _ only, beginning with a letter."),
                {"id": node.id},
            )


def _ways(node: Node) -> Iterator[Problem]:
    ways = (len(node.incoming), len(node.outgoing))
    right = {
        "start": ways == (0, 1),
        "end": ways[0] >= 1 and ways[1] == 0,
        "task": ways[0] >= 1 and ways[1] == 1,
        "decision": ways[0] >= 1 and ways[1] == 1,
        "exclusive": ways[0] >= 1 and ways[1] >= 1,
        "parallel": (ways[0] == 1 and ways[1] >= 2) or (ways[0] >= 2 and ways[1] == 1),
    }[node.type]
    if not right:
        yield problem(
            node.id,
            gettext_noop("%(incoming)d flows lead in and %(outgoing)d lead out; that does not fit this element."),
            {
                "start": gettext_noop("A startEvent has no flow in and one out."),
                "end": gettext_noop("An endEvent has flows in and none out."),
                "task": gettext_noop("A task has one flow out; put a gateway behind it to split or to choose."),
                "decision": gettext_noop("A decision has one flow out; put an exclusiveGateway behind it."),
                "exclusive": gettext_noop("An exclusiveGateway has flows in and out."),
                "parallel": gettext_noop("A parallelGateway either splits (1 in, several out) or joins."),
            }[node.type],
            {"incoming": ways[0], "outgoing": ways[1]},
        )


def _task(node: Node) -> Iterator[Problem]:
    for name, value in (("name", node.name), ("tongban:kind", node.kind), ("tongban:role", node.role)):
        if not value:
            yield problem(
                node.id,
                gettext_noop("The task has no %(attribute)s."),
                gettext_noop("Write the attribute %(attribute)s at the userTask."),
                {"attribute": name},
            )
    if node.kind and not node.outcomes:
        yield problem(
            node.id,
            gettext_noop("Nothing says what may come out of a task of the kind “%(kind)s”."),
            gettext_noop('Write tongban:outcomes="pass fail" with the words for its outcomes.'),
            {"kind": node.kind},
        )


def _conditions(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes.values():
        choosing = node.type == "exclusive" and len(node.outgoing) > 1
        if choosing and node.default not in node.outgoing:
            yield problem(
                node.id,
                gettext_noop("The gateway has no default flow."),
                gettext_noop('Write default="id of the flow that is taken when no condition holds".'),
            )
        for key in node.outgoing:
            condition = graph.flows[key].condition
            wanted = choosing and key != node.default
            if wanted and condition is None:
                yield problem(
                    key,
                    gettext_noop("The flow has no condition."),
                    gettext_noop("Add a conditionExpression, or make it the default of its gateway."),
                )
            if condition is not None and not wanted:
                yield problem(
                    key,
                    gettext_noop("The condition would never be evaluated."),
                    gettext_noop(
                        "Conditions are allowed only on flows out of an exclusiveGateway that are not its default."
                    ),
                )
            if condition is not None:
                yield from _words(graph, key, sorted(condition.literals()))


def _words(graph: Graph, flow: str, literals: list[tuple[str, str]]) -> Iterator[Problem]:
    for name, word in literals:
        node = graph.nodes.get(name)
        if node is not None and node.type == "task" and word not in node.outcomes:
            yield problem(
                flow,
                gettext_noop("The task “%(task)s” never ends with “%(word)s”."),
                gettext_noop("Its outcomes are: %(outcomes)s."),
                {"task": name, "word": word, "outcomes": ", ".join(node.outcomes)},
            )


def _reach(graph: Graph) -> Iterator[Problem]:
    starts = graph.of_type("start")
    if len(starts) != 1:
        return
    forward = _reachable({starts[0].id}, {key: set(successors(graph, key)) for key in graph.nodes})
    back: dict[str, set[str]] = {key: set() for key in graph.nodes}
    for flow in graph.flows.values():
        back[flow.target].add(flow.source)
    ending = _reachable({node.id for node in graph.of_type("end")}, back)
    for key in graph.nodes:
        if key not in forward:
            yield problem(key, gettext_noop("Nothing leads here."), gettext_noop("Connect it, or remove it."))
        elif key not in ending:
            yield problem(
                key, gettext_noop("No end can be reached from here."), gettext_noop("Lead it to an endEvent.")
            )


def _reachable(begin: set[str], ways: dict[str, set[str]]) -> set[str]:
    seen, waiting = set(begin), deque(begin)
    while waiting:
        for key in ways[waiting.popleft()] - seen:
            seen.add(key)
            waiting.append(key)
    return seen


def _circles(graph: Graph) -> Iterator[Problem]:
    """Find circles without a task: they would run for ever."""
    ways = {
        key: {other for other in successors(graph, key) if graph.nodes[other].type != "task"}
        for key in graph.nodes
        if graph.nodes[key].type != "task"
    }
    for key in ways:
        if key in _reachable(set(ways[key]), ways):
            yield problem(
                key,
                gettext_noop("The process can loop here without any task."),
                gettext_noop("Put a userTask into the loop, or remove the flow that leads back."),
            )
            return


def _walk(graph: Graph) -> Iterator[Problem]:
    """Look at every state the process can be in; people may decide anything, so every gateway may go any way."""
    first = list(_settle(graph, frozenset(), graph.start.outgoing))
    seen: set[State] = set()
    waiting = deque(first)
    found: set[tuple[str | int, str]] = set()
    while waiting:
        state, wrong = waiting.popleft()
        if wrong is not None:
            if (wrong.place, wrong.text) not in found:
                found.add((wrong.place, wrong.text))
                yield wrong
            continue
        if state in seen:
            continue
        seen.add(state)
        if len(seen) > MAX_STATES:
            yield problem(
                "",
                gettext_noop("The process has too many states to be checked."),
                gettext_noop("Draw fewer parallel branches, or shorter ones."),
            )
            return
        for key, flow in sorted(state):
            if not flow:
                waiting.extend(_settle(graph, state - {(key, "")}, graph.nodes[key].outgoing))


def _settle(graph: Graph, state: State, flows: tuple[str, ...]) -> list[tuple[State, Problem | None]]:
    """Let tokens run until they rest at tasks and joins, in every way the gateways allow."""
    results: list[tuple[State, Problem | None]] = []
    waiting: list[tuple[State, tuple[str, ...], str]] = [(state, flows, "")]
    while waiting:
        here, left, ended = waiting.pop()
        if not left:
            results.append((here, _left_behind(here, ended)))
            continue
        flow, rest = left[0], left[1:]
        node = graph.nodes[graph.flows[flow].target]
        token = (node.id, flow if node.type == "parallel" else "")
        if node.type in {"task", "parallel"} and token in here:
            results.append((here, _twice(node)))
        elif node.type == "task":
            waiting.append((here | {token}, rest, ended))
        elif node.type == "exclusive":
            waiting.extend((here, (way, *rest), ended) for way in node.outgoing)
        elif node.type == "parallel":
            waiting.append(_arrive(here | {token}, rest, ended, node))
        elif node.type == "decision":
            waiting.append((here, (*node.outgoing, *rest), ended))
        elif node.terminate:
            results.append((frozenset(), None))
        elif ended:
            results.append((here, _two_ends(node)))
        else:
            waiting.append((here, rest, node.id))
    return results


def _arrive(state: State, rest: tuple[str, ...], ended: str, node: Node) -> tuple[State, tuple[str, ...], str]:
    tokens = frozenset(product([node.id], node.incoming))
    if tokens <= state:
        return state - tokens, (*node.outgoing, *rest), ended
    return state, rest, ended


def _left_behind(state: State, ended: str) -> Problem | None:
    if ended and state:
        return problem(
            ended,
            gettext_noop("This end can be reached while “%(others)s” is still waiting."),
            gettext_noop("Join the branches first, or end with a terminateEventDefinition, which stops the others."),
            {"others": ", ".join(sorted({key for key, _ in state}))},
        )
    if state and all(flow for _, flow in state):
        join = sorted(state)[0][0]
        return problem(
            join,
            gettext_noop("The join may wait for ever: not all of its branches are certain to arrive."),
            gettext_noop("Join only branches of a parallel split; merge alternatives with an exclusiveGateway."),
        )
    return None


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
