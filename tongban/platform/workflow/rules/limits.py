"""How long a process takes at most, by the days that its tasks are given."""

from collections.abc import Collection, Mapping
from functools import cache

from tongban.platform.workflow.rules.graphs import Graph, Node
from tongban.platform.workflow.rules.pictures import back_flows


def longest_way(
    graph: Graph, without: Collection[str] = (), days: Mapping[str, int] | None = None
) -> tuple[int, list[str]]:
    """Return the days of the longest way from the start of a flat graph, and its tasks that have days.

    without   kinds of tasks whose days are not counted
    days      of each task by its id, for all who do it together; those of the drawing where left out
    """
    back = back_flows(graph)

    @cache
    def longest(key: str) -> tuple[int, tuple[str, ...]]:
        node = graph.nodes[key]
        ways = [longest(graph.flows[flow].target) for flow in node.outgoing if flow not in back]
        total, tasks = max(ways, key=lambda way: way[0], default=(0, ()))
        own = 0 if node.type != "task" or node.kind in without else _days(node, days)
        return (total + own, (node.id, *tasks)) if own else (total, tasks)

    total, tasks = longest(graph.start.id)
    return total, list(tasks)


def _days(task: Node, days: Mapping[str, int] | None) -> int:
    return task.days * _times(task) if days is None else days.get(task.id, 0)


def _times(task: Node) -> int:
    """Return how often the days of a task are counted: those who sign in turn have them one after another."""
    several = task.repetition
    return max(len(several.signers), 1) if several and several.sequential else 1
