"""Who may not do a task because they did another of the same matter: `tongban:not="accept review"`."""

from collections.abc import Iterator

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules.graphs import Graph, Node
from tongban.platform.workflow.rules.problems import problem


def separation_problems(graph: Graph, node: Node) -> Iterator[Problem]:
    """Find tasks from which somebody is kept apart though they do not exist, or though nobody else could do them."""
    for key in node.apart:
        other = graph.nodes.get(key)
        if other is None or other.type != "task":
            yield problem(
                node.id,
                gettext_noop("“%(task)s” is to be done by another person than “%(other)s”, which is no task here."),
                gettext_noop('Write the ids of tasks, tongban:not="accept review".'),
                {"task": node.name or node.id, "other": key},
            )
        elif key == node.id:
            yield problem(
                node.id,
                gettext_noop("Nobody can do “%(task)s” and be another person than whoever does it."),
                gettext_noop("Remove its own id from tongban:not; several people sign by tongban:signing."),
                {"task": node.name or node.id},
            )
