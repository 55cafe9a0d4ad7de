"""Facts of rooms that stand below the journal: told here, written down by whoever listens, which is the journal."""

from collections.abc import Callable
from typing import Any

from tongban.infrastructure.kernel.actors import Actor

_listeners: list[Callable[..., Any]] = []


def listen(write: Callable[..., Any]) -> None:
    """Hear every fact that is told; `write` takes what `journal.services.write` takes."""
    _listeners.append(write)


def tell(event: Any, *, by: Actor, subject: str = "", reason: str = "") -> None:
    """Say that something happened, in the caller's transaction."""
    for write in _listeners:
        write(event, by=by, subject=subject, reason=reason)
