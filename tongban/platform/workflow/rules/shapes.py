"""Say whether each element of a drawing has what it needs: flows, attributes, conditions, events."""

from collections.abc import Iterator

from tongban.infrastructure.feel import Expression
from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules.graphs import Graph, Node, NodeType
from tongban.platform.workflow.rules.problems import problem
from tongban.platform.workflow.rules.separation import separation_problems
from tongban.platform.workflow.rules.signatures import signing_problems
from tongban.platform.workflow.rules.skipping import skip_problems
from tongban.platform.workflow.rules.words import RESERVED, is_word

_GATEWAY = gettext_noop("A gateway either splits (1 in, several out) or joins.")
_FITTING: dict[NodeType, str] = {
    "start": gettext_noop("A startEvent has no flow in and one out."),
    "end": gettext_noop("An endEvent has flows in and none out."),
    "task": gettext_noop("A task has one flow out; put a gateway behind it to split or to choose."),
    "decision": gettext_noop("A decision has one flow out; put an exclusiveGateway behind it."),
    "boundary": gettext_noop("An event at the border of an activity has no flow in and one out."),
    "exclusive": gettext_noop("An exclusiveGateway has flows in and out."),
    "parallel": gettext_noop("A parallelGateway either splits (1 in, several out) or joins."),
    "inclusive": _GATEWAY,
    "events": gettext_noop("An eventBasedGateway has flows in, and several out, each to an event."),
}
# Whose ids are names of data.
_NAMED: frozenset[NodeType] = frozenset({"task", "decision", "service", "subprocess", "call"})


def problems(graph: Graph) -> list[Problem]:
    """Return what is wrong with single elements, and with their conditions."""
    found = [one for node in graph.nodes.values() for one in _element(graph, node)]
    return found + [one for node in graph.nodes.values() for one in _conditions(graph, node)]


def _element(graph: Graph, node: Node) -> Iterator[Problem]:
    yield from _ways(node)
    if node.type == "task":
        yield from _task(node)
        yield from separation_problems(graph, node)
        yield from skip_problems(graph, node)
    elif node.type == "decision" and not node.table:
        yield problem(
            node.id,
            gettext_noop("The decision names no table."),
            gettext_noop('Write tongban:decision="id of a decision in the .dmn file".'),
        )
    elif node.type == "events":
        yield from _offered(graph, node)
    if node.type in _NAMED and not is_word(node.id):
        yield problem(
            node.id,
            gettext_noop("The id “%(id)s” cannot be named in a condition."),
            gettext_noop("Use small letters, digits and _ only, beginning with a letter."),
            {"id": node.id},
        )
    yield from _timer(node)
    yield from _repetition(node)


def _ways(node: Node) -> Iterator[Problem]:
    ways = (len(node.incoming), len(node.outgoing))
    through = ways[0] >= 1 and ways[1] == 1
    gateway = (ways[0] == 1 and ways[1] >= 2) or (ways[0] >= 2 and ways[1] == 1)
    right = {
        "start": ways == (0, 1),
        "boundary": ways == (0, 1),
        "end": ways[0] >= 1 and ways[1] == 0,
        "exclusive": ways[0] >= 1 and ways[1] >= 1,
        "parallel": gateway,
        "inclusive": gateway,
        "events": ways[0] >= 1 and ways[1] >= 2,
    }.get(node.type, through)
    if not right:
        yield problem(
            node.id,
            gettext_noop("%(incoming)d flows lead in and %(outgoing)d lead out; that does not fit this element."),
            _FITTING.get(node.type, gettext_noop("It has flows in and one out; put a gateway before or behind it.")),
            {"incoming": ways[0], "outgoing": ways[1]},
        )


def _task(node: Node) -> Iterator[Problem]:
    chosen = node.repetition is not None and node.repetition.each_role
    for name, value in (("name", node.name), ("tongban:kind", node.kind), ("tongban:role", node.role or chosen)):
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


def _offered(graph: Graph, gateway: Node) -> Iterator[Problem]:
    for flow in gateway.outgoing:
        event = graph.nodes[graph.flows[flow].target]
        alone = len(event.incoming) == 1 and event.id not in graph.attached
        if event.type not in {"catch", "receive"} or not alone:
            yield problem(
                flow,
                gettext_noop("The gateway leads to “%(target)s”, which is no event that only it waits for."),
                gettext_noop("Put an intermediateCatchEvent with a timer or a message at the end of this flow."),
                {"target": event.name or event.id},
            )


def _timer(node: Node) -> Iterator[Problem]:
    if node.timer and node.timer.type == "cycle" and (node.type != "boundary" or node.interrupting):
        yield problem(
            node.id,
            gettext_noop("The timer repeats, but what it sets off happens only once."),
            gettext_noop('Write a timeDuration, or let the event stop nothing with cancelActivity="false".'),
        )
    if node.type == "boundary" and node.event == "error" and not node.interrupting:
        yield problem(
            node.id,
            gettext_noop("An error always stops the activity it comes from."),
            gettext_noop('Remove cancelActivity="false", or use an escalation.'),
        )


def _repetition(node: Node) -> Iterator[Problem]:
    repeated = node.repetition
    if repeated is None:
        return
    if repeated.each_role and not repeated.signers and (node.type != "task" or repeated.items is None):
        yield problem(
            node.id,
            gettext_noop("Only a task that goes through a list can be given to the roles that the list names."),
            gettext_noop('Remove tongban:each, or write tongban:items="name of a list of roles" at a userTask.'),
        )
    yield from signing_problems(node)
    if taken := sorted(RESERVED & set(node.outcomes)):
        yield problem(
            node.id,
            gettext_noop("“%(words)s” is what conditions call the counts of an activity that happens several times."),
            gettext_noop("Give the outcomes other names."),
            {"words": ", ".join(taken)},
        )


def _conditions(graph: Graph, node: Node) -> Iterator[Problem]:
    choosing = node.type in {"exclusive", "inclusive"} and len(node.outgoing) > 1
    bare = [key for key in node.outgoing if graph.flows[key].condition is None and key != node.default]
    if choosing and node.default not in node.outgoing:
        # The first flow without a condition may well be the default: one sentence says both.
        yield problem(
            node.id,
            gettext_noop("The gateway has no default flow."),
            gettext_noop('Write default="%(flow)s" if that flow is taken when no condition holds.')
            if bare
            else gettext_noop('Write default="id of the flow that is taken when no condition holds".'),
            {"flow": bare[0] if bare else ""},
        )
        bare = bare[1:]
    for key in bare if choosing else ():
        yield problem(
            key,
            gettext_noop("The flow has no condition."),
            gettext_noop("Add a conditionExpression, or make it the default of its gateway."),
        )
    for key in node.outgoing:
        condition = graph.flows[key].condition
        if condition is not None and not (choosing and key != node.default):
            yield problem(
                key,
                gettext_noop("The condition would never be evaluated."),
                gettext_noop(
                    "Conditions are allowed only on flows out of an exclusiveGateway or inclusiveGateway that are not "
                    "its default."
                ),
            )
        if condition is not None:
            yield from _words(graph, key, condition)


def _words(graph: Graph, flow: str, condition: Expression) -> Iterator[Problem]:
    for name, word in sorted(condition.literals()):
        node = graph.nodes.get(name)
        if node is not None and node.repetition and node.repetition.signing:
            yield problem(
                flow,
                gettext_noop("“%(task)s” is signed by several people, so it is no single word."),
                gettext_noop('Ask for what all of them say together, %(task)s.outcome = "%(word)s".'),
                {"task": name, "word": word},
            )
        if node is None or node.repetition or node.type not in {"task", "subprocess", "call"}:
            continue
        known = graph.outcomes(node)
        if word not in known:
            yield problem(
                flow,
                gettext_noop("The task “%(task)s” never ends with “%(word)s”."),
                gettext_noop("Its outcomes are: %(outcomes)s."),
                {"task": name, "word": word, "outcomes": ", ".join(known)},
            )
