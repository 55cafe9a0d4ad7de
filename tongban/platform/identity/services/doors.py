"""A stranger's guess leaves a trace, even where the verb that noticed it is rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.identity.events import DoorTried

_pending: ContextVar[list[tuple[Actor, DoorTried]] | None] = ContextVar("doors", default=None)


def missing(actor: Actor, what: str, key: object) -> NotFound:
    """Keep the attempt and return the refusal to raise: `raise identity.missing(actor, "case", number)`."""
    door_tried(actor, what, key)
    return NotFound()


def door_tried(actor: Actor, what: str, key: object) -> None:
    """Keep that the actor asked for something that is not there for them.

    Inside a request it is written when the request is over, so that a verb's rollback cannot take it along.
    """
    event = DoorTried(what[:40], str(key)[:80])
    pending = _pending.get()
    if pending is None:
        _write(actor, event)
    else:
        pending.append((actor, event))


@contextmanager
def attempts_kept() -> Iterator[None]:
    """Collect attempts inside and write them at the end, whatever became of the work."""
    pending: list[tuple[Actor, DoorTried]] = []
    mark = _pending.set(pending)
    try:
        yield
    finally:
        _pending.reset(mark)
        for actor, event in pending:
            _write(actor, event)


@transaction.atomic
def _write(actor: Actor, event: DoorTried) -> None:
    journal.write(event, by=actor, subject=f"door:{event.what}")
