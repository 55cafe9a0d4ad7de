"""A step is passed where its only possible decider decided the one before 免办: `tongban:skip="same-handler"`.

Whether somebody else could do it is looked at when it opens. It is never passed over a no, over a decision or an
acceptance, which reach the applicant, nor where the step is kept apart from the one before.
"""

from collections.abc import Collection, Iterator

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules.graphs import Graph, Node
from tongban.platform.workflow.rules.problems import problem

SAME_HANDLER = "same-handler"
# What others have to read in writing is never passed over.
SPOKEN = frozenset({"accept", "approve"})


def is_skipped(node: Node, before: Node, outcome: str, able: Collection[int], did: int | None) -> bool:
    """Say whether a step that opens is passed.

    before, outcome   the task that was just finished, and what came out of it
    able              accounts of all who could do the step, by their duty and not kept apart from it
    did               account of whoever finished the task before; None for the house
    """
    agreed = bool(before.outcomes) and outcome == before.outcomes[0]
    return node.skip and agreed and before.id not in node.apart and did is not None and set(able) == {did}


def skip_problems(graph: Graph, node: Node) -> Iterator[Problem]:
    """Find steps that could never be passed, or must not be."""
    if not node.skip:
        return
    if node.kind in SPOKEN or node.repetition is not None or len(node.outcomes) < 2:
        yield problem(
            node.id,
            gettext_noop("“%(task)s” is never passed: it is answered in writing, or by several people."),
            gettext_noop("Remove tongban:skip, or write it at a task of your own with a yes and a no."),
            {"task": node.name or node.id},
        )
    for key in dict.fromkeys(_before(graph, node)):
        if key in node.apart:
            yield problem(
                node.id,
                gettext_noop("Whoever did “%(other)s” may not do “%(task)s”, so it is never passed for their sake."),
                gettext_noop("Remove tongban:skip, or “%(other)s” from tongban:not."),
                {"task": node.name or node.id, "other": key},
            )


def _before(graph: Graph, node: Node) -> Iterator[str]:
    """Yield the tasks from which this one is reached without another between them."""
    seen, waiting = {node.id}, [node.id]
    while waiting:
        for flow in graph.nodes[waiting.pop()].incoming:
            source = graph.nodes[graph.flows[flow].source]
            if source.id in seen:
                continue
            seen.add(source.id)
            if source.type == "task":
                yield source.id
            else:
                waiting.append(source.id)
