"""The states of a command, and which may follow which."""

ASKED, APPROVED, SENT, ACTIVE, RELEASING = "asked", "approved", "sent", "active", "releasing"
BLOCKED, REFUSED, WITHDRAWN, EXPIRED, FAILED, RELEASED, DONE = (
    "blocked",
    "refused",
    "withdrawn",
    "expired",
    "failed",
    "released",
    "done",
)
# A device is under one command at a time.
IN_HAND = (APPROVED, SENT, ACTIVE, RELEASING)
OPEN = (ASKED, *IN_HAND)
OVER = (BLOCKED, REFUSED, WITHDRAWN, EXPIRED, FAILED, RELEASED, DONE)
STATES = (*OPEN, *OVER)

FOLLOWS = {
    "": (ASKED, APPROVED, BLOCKED),
    ASKED: (APPROVED, REFUSED, WITHDRAWN, EXPIRED, BLOCKED),
    APPROVED: (SENT, BLOCKED, EXPIRED, FAILED, RELEASING),
    SENT: (ACTIVE, DONE, RELEASING),
    ACTIVE: (RELEASING,),
    RELEASING: (RELEASED, FAILED),
}


def may_follow(before: str, after: str) -> bool:
    """Say whether a command in one state may come into another."""
    return after in FOLLOWS.get(before, ())
