"""Which words may name something in a condition."""

import re

# The counts of an activity that happens several times, beside its outcomes.
RESERVED = frozenset({"instances", "completed", "active", "agreed", "refused", "needed", "total", "outcome"})
_WORD = re.compile(r"[a-z][a-z0-9_]*")


def is_word(text: str) -> bool:
    """Say whether an id can be named in a condition."""
    return bool(_WORD.fullmatch(text))
