"""Transactions that verbs share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def unhurried() -> Iterator[None]:
    """Run a transaction whose commit does not wait for the disk: for counts of which the last moment may be lost.

    Only where the database server itself crashes is anything lost, less than a second; what stays is whole. Inside
    another transaction that one's commit counts.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql" and len(connection.atomic_blocks) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit TO off")
        yield
