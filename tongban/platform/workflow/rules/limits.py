"""How long a process takes at most, by the days that its tasks are given."""

from collections.abc import Collection
from functools import cache

from tongban.platform.workflow.rules.graphs import Graph
from tongban.platform.workflow.rules.pictures import back_flows


def longest_way(graph: Graph, without: Collection[str] = ()) -> tuple[int, list[str]]:
    """Return the days of the longest way from the start of a flat graph, and its tasks that have days.

    without   kinds of tasks whose days are not counted
    """
    back = back_flows(graph)

    @cache
    def longest(key: str) -> tuple[int, tuple[str, ...]]:
        node = graph.nodes[key]
        ways = [longest(graph.flows[flow].target) for flow in node.outgoing if flow not in back]
        days, tasks = max(ways, key=lambda way: way[0], default=(0, ()))
        if node.type != "task" or node.kind in without or not node.days:
            return days, tasks
        return days + node.days, (node.id, *tasks)

    days, tasks = longest(graph.start.id)
    return days, list(tasks)
