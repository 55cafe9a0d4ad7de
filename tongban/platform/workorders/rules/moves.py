"""What may happen to a work order, as rows of a table: from which states, to which, by which side, with what said.

The three sides are apart by structure: one dispatches, one handles, one verifies; whoever handled an order never
verifies it. Source: GB/T 30428.8 (派遣、处置、核实结案), 监督与处置分离.
"""

from collections.abc import Collection
from typing import NamedTuple

NEW, DISPATCHED, ACCEPTED, ARRIVED = "new", "dispatched", "accepted", "arrived"
REWORK, HUNG_UP, RETURNED, FINISHED = "rework", "hung_up", "returned", "finished"
CLOSED, CANCELLED = "closed", "cancelled"

# To be dispatched; being handled; to be verified; over.
TO_DISPATCH = (NEW, RETURNED)
IN_HAND = (DISPATCHED, ACCEPTED, ARRIVED, REWORK, HUNG_UP)
OVER = (CLOSED, CANCELLED)
STATES = (*TO_DISPATCH, *IN_HAND, FINISHED, *OVER)
OPEN = tuple(state for state in STATES if state not in OVER)

DISPATCHER, HANDLER, VERIFIER = "dispatch", "handle", "verify"


class WorkOrderMove(NamedTuple):
    """One thing that may happen.

    sources   states in which it may; target: the state afterwards, "" where the state stays or comes back
    side      who does it: dispatch | handle | verify; what this side is called in a duty, "workorders.dispatch"
    words     it needs a reason, or an answer
    own       only whoever accepted the order does it
    """

    sources: Collection[str]
    target: str
    side: str
    words: bool = False
    own: bool = False


MOVES: dict[str, WorkOrderMove] = {
    "dispatch": WorkOrderMove(TO_DISPATCH, DISPATCHED, DISPATCHER),
    "reroute": WorkOrderMove((DISPATCHED, ACCEPTED, ARRIVED, REWORK), DISPATCHED, DISPATCHER, words=True),
    "cancel": WorkOrderMove((*TO_DISPATCH, *IN_HAND), CANCELLED, DISPATCHER, words=True),
    "accept": WorkOrderMove((DISPATCHED,), ACCEPTED, HANDLER),
    "return": WorkOrderMove((DISPATCHED, ACCEPTED, ARRIVED), RETURNED, HANDLER, words=True),
    "arrive": WorkOrderMove((ACCEPTED, REWORK), ARRIVED, HANDLER, own=True),
    "note": WorkOrderMove((ACCEPTED, ARRIVED, REWORK, HUNG_UP), "", HANDLER, own=True),
    "finish": WorkOrderMove((ACCEPTED, ARRIVED, REWORK), FINISHED, HANDLER, words=True, own=True),
    "hang_up": WorkOrderMove((ACCEPTED, ARRIVED, REWORK), HUNG_UP, DISPATCHER, words=True),
    "resume": WorkOrderMove((HUNG_UP,), "", DISPATCHER),
    "extend": WorkOrderMove((DISPATCHED, ACCEPTED, ARRIVED, REWORK), "", DISPATCHER, words=True),
    "verify": WorkOrderMove((FINISHED,), CLOSED, VERIFIER),
    "send_back": WorkOrderMove((FINISHED,), REWORK, VERIFIER, words=True),
}


def may(move: str, state: str) -> bool:
    """Say whether this may happen to an order in that state."""
    return state in MOVES[move].sources


def possible(state: str, sides: Collection[str], *, mine: bool) -> list[str]:
    """Return what these sides may do with an order in that state. mine: the order is theirs who ask."""
    return [name for name, move in MOVES.items() if state in move.sources and move.side in sides and mine >= move.own]


def side_of(state: str) -> str:
    """Return whose turn it is: "dispatch", "handle" or "verify"; "" where it is over."""
    if state in TO_DISPATCH:
        return DISPATCHER
    if state in IN_HAND:
        return HANDLER
    return VERIFIER if state == FINISHED else ""
