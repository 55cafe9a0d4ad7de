"""How a card goes on: the projection of its steps."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

OPEN, ANSWERED, NOTED, CLOSED = "open", "answered", "noted", "closed"
# What may happen to a card, and in which states; "" stands for a card that is not there yet.
ALLOWED = {
    "raised": ("",),
    "repeated": (OPEN, ANSWERED, NOTED, CLOSED),
    "escalated": (OPEN,),
    "raised_by_hand": (OPEN, ANSWERED, NOTED, CLOSED),
    "answered": (OPEN,),
    "returned": (ANSWERED,),
    "closed": (OPEN, ANSWERED, NOTED),
    "settled": (NOTED,),
}
ALL_KINDS = tuple(ALLOWED)


@dataclass(frozen=True)
class CardMove:
    """One step of a card.

    grade     that the card has from now on; "" leaves it
    due_on    last day for the answer; None where nothing is to be answered
    outcome   how it ended; "" where it did not
    """

    kind: str
    on: date
    grade: str = ""
    due_on: date | None = None
    outcome: str = ""


@dataclass(frozen=True)
class CardStatus:
    """Where a card stands.

    state   open: waits for the department; answered: waits for who supervises; noted: ends by itself; closed
    """

    state: str = ""
    grade: str = ""
    due_on: date | None = None
    outcome: str = ""
    closed_on: date | None = None


def after(status: CardStatus, move: CardMove) -> CardStatus:
    """Return where a card stands after one more step. Raises ValueError where the step may not happen then."""
    if status.state not in ALLOWED[move.kind]:
        raise ValueError(f"{move.kind} may not happen to a card that is {status.state or 'not there'}")
    grade = move.grade or status.grade
    if move.kind == "answered":
        return replace(status, state=ANSWERED)
    if move.kind in {"closed", "settled"}:
        return CardStatus(CLOSED, grade, None, move.outcome, move.on)
    if move.kind == "repeated" and status.state != CLOSED:
        return status
    return CardStatus(OPEN if move.due_on else NOTED, grade, move.due_on)


def project(moves: Iterable[CardMove]) -> CardStatus:
    """Recompute where a card stands from its steps, the oldest first."""
    status = CardStatus()
    for move in moves:
        status = after(status, move)
    return status
