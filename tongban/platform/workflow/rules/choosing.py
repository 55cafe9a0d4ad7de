"""Which way a gateway goes."""

from collections.abc import Mapping
from typing import Any

from tongban.infrastructure import feel
from tongban.platform.workflow.rules.graphs import Graph, Node
from tongban.platform.workflow.rules.timers import Moment


def one(graph: Graph, gateway: Node, data: Mapping[str, Any], moment: Moment | None) -> str:
    """Return the flow that an exclusive gateway takes: the first whose condition is true, else the default.

    A condition that is null, because an answer is missing or of another type, does not hold, and its opposite neither.
    """
    if len(gateway.outgoing) == 1:
        return gateway.outgoing[0]
    return next((flow for flow in gateway.outgoing if _holds(graph, flow, data, moment)), gateway.default)


def several(graph: Graph, gateway: Node, data: Mapping[str, Any], moment: Moment | None) -> tuple[str, ...]:
    """Return the flows that an inclusive gateway takes: all whose condition is true, else the default."""
    if len(gateway.outgoing) == 1:
        return gateway.outgoing
    found = tuple(flow for flow in gateway.outgoing if _holds(graph, flow, data, moment))
    return found or (gateway.default,)


def value(formula: feel.Expression, data: Mapping[str, Any], moment: Moment | None) -> Any:
    """Return what a formula gives at this moment."""
    return formula.evaluate(data, today=moment.today if moment else None, now=moment.now if moment else None)


def _holds(graph: Graph, flow: str, data: Mapping[str, Any], moment: Moment | None) -> bool:
    condition = graph.flows[flow].condition
    return condition is not None and value(condition, data, moment) is True
