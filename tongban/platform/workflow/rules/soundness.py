"""Say whether a graph can run to its end whatever people decide: no dead corners, no waiting for ever, one outcome.

What is wrong is looked for in stages, and a stage is only entered when the one before found nothing: a missing flow
would otherwise be told again as something that nothing leads to, and as an end that is never reached.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules import shapes, walking
from tongban.platform.workflow.rules.graphs import Graph, Node, NodeType, successors
from tongban.platform.workflow.rules.problems import located, problem

# What takes no time, or ends by itself at once: a circle of these alone would run for ever.
_UNRESTING: frozenset[NodeType] = frozenset(
    {"decision", "throw", "service", "exclusive", "parallel", "inclusive", "start", "end", "boundary"}
)
Stage = Callable[[Graph], Iterable[Problem]]


def problems(graph: Graph) -> list[Problem]:
    """Return everything wrong with the shape; the walk through all states only happens when the shape is right."""
    stages: tuple[Stage, ...] = (_starts, shapes.problems, _calls, _reach, _caught, _circles, walking.problems)
    for stage in stages:
        if found := located(stage(graph), graph.lines):
            return found
    return []


def missing_tables(graph: Graph, known: set[str]) -> list[Problem]:
    """Return the decisions whose table no decision file holds."""
    found = [
        problem(
            node.id,
            gettext_noop("No decision file contains the table “%(table)s”."),
            gettext_noop("Add the .dmn file, or name one of: %(known)s."),
            {"table": node.table, "known": ", ".join(sorted(known)) or "–"},
        )
        for node in graph.of_type("decision")
        if node.table not in known
    ]
    return located(found, graph.lines)


def missing_ports(graph: Graph, known: set[str]) -> list[Problem]:
    """Return the services that no room of this installation does."""
    found = [
        problem(
            node.id,
            gettext_noop("No room of this installation does “%(port)s”."),
            gettext_noop("Name one of: %(known)s; or draw it as a userTask."),
            {"port": node.port, "known": ", ".join(sorted(known)) or "–"},
        )
        for node in graph.of_type("service")
        if node.port not in known
    ]
    return located(found, graph.lines)


def scopes(graph: Graph) -> list[str]:
    """Return what has a start and ends of its own: the process, its sub-processes, the processes it calls."""
    return list(dict.fromkeys(["", *(graph.contents(node) for node in graph.of_type("subprocess", "call"))]))


def _starts(graph: Graph) -> Iterator[Problem]:
    for scope in scopes(graph):
        types = [node.type for node in graph.inside(scope)]
        if scope and not types:
            yield problem(
                scope, gettext_noop("The sub-process is empty."), gettext_noop("Draw its elements inside it.")
            )
            continue
        if types.count("start") != 1:
            yield problem(
                scope,
                gettext_noop("The process has %(count)d start events."),
                gettext_noop("Draw exactly one startEvent."),
                {"count": types.count("start")},
            )
        if "end" not in types:
            yield problem(
                scope,
                gettext_noop("The process has no end event."),
                gettext_noop("Draw one endEvent for each outcome; its id is the outcome, e.g. granted, refused."),
            )
    if not graph.tasks:
        yield problem("", gettext_noop("The process has no task."), gettext_noop("Draw at least one userTask."))


def _calls(graph: Graph) -> Iterator[Problem]:
    """Find processes that call themselves, directly or by another."""
    ways = {scope: {graph.contents(node) for node in graph.inside(scope) if node.called} for scope in scopes(graph)}
    for node in graph.of_type("subprocess"):
        ways[node.parent].add(node.id)
    for node in graph.of_type("call"):
        if node.parent in _reachable({node.called}, ways):
            yield problem(
                node.id,
                gettext_noop("The process “%(called)s” would call itself for ever."),
                gettext_noop("Lead a flow back instead."),
                {"called": node.called},
            )


def _reach(graph: Graph) -> Iterator[Problem]:
    ways = {key: set(successors(graph, key)) for key in graph.nodes}
    back: dict[str, set[str]] = {key: set() for key in graph.nodes}
    for key, targets in ways.items():
        for target in targets:
            back[target].add(key)
    forward = _reachable({node.id for node in graph.of_type("start")}, ways)
    ending = _reachable({node.id for node in graph.of_type("end")}, back)
    lost = [key for key in graph.nodes if key not in forward]
    # Of what follows from an element that nothing leads to, nothing is said; of a circle, its first.
    first = [key for key in lost if not back[key]] or lost[:1]
    for key in first:
        yield problem(key, gettext_noop("Nothing leads here."), gettext_noop("Connect it, or remove it."))
    for key in [key for key in graph.nodes if key in forward and key not in ending][: 0 if lost else 1]:
        yield problem(key, gettext_noop("No end can be reached from here."), gettext_noop("Lead it to an endEvent."))


def _reachable(begin: set[str], ways: dict[str, set[str]]) -> set[str]:
    seen, waiting = set(begin), deque(begin)
    while waiting:
        for key in ways[waiting.popleft()] - seen:
            seen.add(key)
            waiting.append(key)
    return seen


def _caught(graph: Graph) -> Iterator[Problem]:
    """Find errors that nothing catches, and what waits for an error that cannot come."""
    for node in graph.of_type("end"):
        if node.event == "error" and node.parent and not _is_caught(graph, node.parent, node.code):
            yield problem(
                node.id,
                gettext_noop("Nothing catches the error “%(code)s”."),
                gettext_noop("Attach a boundaryEvent with this error to the sub-process, or end it without an error."),
                {"code": node.code},
            )
    for node in graph.of_type("boundary"):
        activity = graph.nodes[node.attached_to]
        if node.event in {"error", "escalation"} and not _may_come(graph, activity, node):
            yield problem(
                node.id,
                gettext_noop("Nothing in “%(activity)s” ever brings this about."),
                gettext_noop("Remove the event, or let an end inside bring it about."),
                {"activity": activity.name or activity.id},
            )


def _is_caught(graph: Graph, scope: str, code: str) -> bool:
    """Say whether an error that leaves a sub-process is caught wherever it runs."""
    owners = [node for node in graph.of_type("subprocess", "call") if graph.contents(node) == scope]
    return bool(owners) and all(
        any(event.event == "error" and event.code in {"", code} for event in graph.attached.get(owner.id, ()))
        or (owner.parent != "" and _is_caught(graph, owner.parent, code))
        for owner in owners
    )


def _may_come(graph: Graph, activity: Node, event: Node) -> bool:
    if activity.type == "service":
        return event.event == "error"
    if activity.type not in {"subprocess", "call"}:
        return False
    inside = graph.inside(graph.contents(activity))
    return any(
        (node.event == event.event and node.type in {"end", "throw"} and event.code in {"", node.code})
        or _may_come(graph, node, event)
        for node in inside
    )


def _circles(graph: Graph) -> Iterator[Problem]:
    """Find circles in which nothing is waited for: they would run for ever."""
    passing = {key for key, node in graph.nodes.items() if _passes(graph, node)}
    ways = {key: {other for other in successors(graph, key) if other in passing} for key in passing}
    for key in graph.nodes:
        if key in ways and key in _reachable(set(ways[key]), ways):
            yield problem(
                key,
                gettext_noop("The process can loop here without any task."),
                gettext_noop("Put a userTask into the loop, or remove the flow that leads back."),
            )
            return


def _passes(graph: Graph, node: Node) -> bool:
    """Say whether a token can pass an element without waiting for anybody."""
    if node.type not in {"subprocess", "call"}:
        return node.type in _UNRESTING and not (node.type == "boundary" and node.event in {"timer", "message"})
    inside = graph.inside(graph.contents(node))
    passing = {inner.id for inner in inside if _passes(graph, inner)}
    ways = {key: {other for other in successors(graph, key) if other in passing} for key in passing}
    starts = {inner.id for inner in inside if inner.type == "start" and not inner.timer}
    reached = _reachable(starts, ways)
    return bool(node.repetition) or any(inner.id in reached for inner in inside if inner.type == "end")
