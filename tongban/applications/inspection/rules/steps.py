"""The steps of an ordinary penalty case: from which states, to which, by whom."""

from collections.abc import Collection
from typing import NamedTuple

FILED, TOLD, DECIDED, SERVED = "filed", "told", "decided", "served"
PAID, SPARED, WARNED, ENDED = "paid", "spared", "warned", "ended"
OPEN = (FILED, TOLD, DECIDED, SERVED)
CLOSED = (PAID, SPARED, WARNED, ENDED)


class PenaltyStep(NamedTuple):
    """One step. states: in which it is possible; target: afterwards, "" the same; side: whose duty; words: needed."""

    states: Collection[str]
    target: str
    side: str
    words: bool = True


PUNISH, REVIEW, DECIDE = "punish", "review", "decide"
STEPS = {
    "evidence": PenaltyStep((FILED, TOLD), "", PUNISH),
    "preserve": PenaltyStep((FILED, TOLD), "", PUNISH),
    "release": PenaltyStep((FILED, TOLD), "", PUNISH),
    "extend": PenaltyStep((FILED, TOLD), "", DECIDE),
    "tell": PenaltyStep((FILED,), TOLD, PUNISH),
    "consider": PenaltyStep((TOLD,), "", PUNISH),
    "call_hearing": PenaltyStep((TOLD,), "", PUNISH),
    "hold_hearing": PenaltyStep((TOLD,), "", REVIEW),
    "review": PenaltyStep((TOLD,), "", REVIEW),
    "discuss": PenaltyStep((TOLD,), "", DECIDE),
    "decide": PenaltyStep((TOLD,), DECIDED, DECIDE),
    "spare": PenaltyStep((FILED, TOLD), SPARED, DECIDE),
    "serve": PenaltyStep((DECIDED,), SERVED, PUNISH, False),
    "defer": PenaltyStep((SERVED,), "", DECIDE),
    "contest": PenaltyStep((SERVED,), "", DECIDE),
    "surcharge": PenaltyStep((SERVED,), "", PUNISH, False),
    "publish": PenaltyStep((DECIDED, SERVED, PAID, WARNED), "", DECIDE, False),
    "withdraw": PenaltyStep((DECIDED, SERVED, PAID, WARNED, ENDED), "", DECIDE),
    "annul": PenaltyStep((DECIDED, SERVED, WARNED), ENDED, DECIDE),
}


def possible(state: str) -> list[str]:
    """Return the steps that a state allows, in the order in which a case goes."""
    return [name for name, step in STEPS.items() if state in step.states]
