"""Few requests of a web worker have a connection to the database at a time; those that only wait hold none.

A web worker has more threads than turns: some of them wait for bodies that come slowly, or for a process that looks
at a file. A connection is handed from turn to turn, so that there are never more of them than turns.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]
_here = threading.local()


class Turns:
    """Wraps the application of a web worker: each request has its turn while it is answered."""

    def __init__(self, application: Application, *, turns: int) -> None:
        self.application = application
        self._turns = threading.Semaphore(turns)
        # The one that was used last is taken first: where little is asked, few connections are open.
        self._connections: deque[BaseDatabaseWrapper] = deque()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.take()
        _here.turns = self
        try:
            return self.application(environ, start_response)
        finally:
            _here.turns = None
            self.give_back()

    def take(self) -> None:
        """Wait for a turn, and use a connection of an earlier one."""
        self._turns.acquire()
        for left in connections.all(initialized_only=True):
            left.close()  # of an answer that read on while it was sent
        if self._connections:
            connections[DEFAULT_DB_ALIAS] = self._connections.pop()

    def give_back(self) -> None:
        """End the turn; the next one uses the connection."""
        try:
            for used in connections.all(initialized_only=True):
                used.close_if_unusable_or_obsolete()
                if not used.allow_thread_sharing:
                    used.inc_thread_sharing()  # one thread after another has it, never two at once
                del connections[used.alias]
                self._connections.append(used)
        finally:
            self._turns.release()


@contextmanager
def away() -> Iterator[None]:
    """Let others have the turn while this request waits for something else. Within a transaction it keeps its turn."""
    turns: Turns | None = getattr(_here, "turns", None)
    if turns is None or connections[DEFAULT_DB_ALIAS].in_atomic_block:
        yield
        return
    turns.give_back()
    try:
        yield
    finally:
        turns.take()
