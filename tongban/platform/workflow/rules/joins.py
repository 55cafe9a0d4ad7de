"""When an inclusive gateway may stop waiting.

Source: BPMN 2.0.2, 13.4.3: at least one flow has brought a token, and no token elsewhere can still reach a flow that
has none, unless it can also reach one that has.
"""

from collections.abc import Collection, Iterable

from tongban.platform.workflow.rules.graphs import Graph


def may_pass(graph: Graph, join: str, arrived: Collection[str], others: Iterable[str]) -> bool:
    """Say whether the join may go on.

    arrived   flows that have brought a token
    others    ids of the elements of the same scope where the other tokens are
    """
    missing = [flow for flow in graph.nodes[join].incoming if flow not in arrived]
    for key in others:
        reaches_missing = any(key in graph.upstream[flow] for flow in missing)
        if reaches_missing and not any(key in graph.upstream[flow] for flow in arrived):
            return False
    return True
