"""Transactions that verbs share."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


def joined(verb: Callable[P, R]) -> Callable[P, R]:
    """Let a verb run in its caller's transaction, or in one of its own where there is none.

    For verbs that refuse before they write: whoever catches their refusal has nothing to undo, and so they need no
    savepoint, which is two more round trips to the database.
    """

    @wraps(verb)
    def inner(*args: P.args, **named: P.kwargs) -> R:
        if connection.in_atomic_block:
            return verb(*args, **named)
        with transaction.atomic():
            return verb(*args, **named)

    return inner
