"""Facts of rooms that stand below the journal: recorded by whoever says so at the start, which is the journal."""

from collections.abc import Callable
from typing import Any

from tongban.infrastructure.kernel.actors import Actor

_recorder: Callable[..., Any] | None = None


def set_recorder(write: Callable[..., Any]) -> None:
    """Let every fact be recorded by this function; it takes what `journal.services.write` takes."""
    global _recorder  # noqa: PLW0603
    if _recorder not in (None, write):
        raise ValueError("facts have a recorder already")
    _recorder = write


def record(event: Any, *, by: Actor, subject: str = "", reason: str = "") -> None:
    """Record that something happened, in the caller's transaction."""
    if _recorder:
        _recorder(event, by=by, subject=subject, reason=reason)
