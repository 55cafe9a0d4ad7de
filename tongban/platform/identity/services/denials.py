"""A stranger's guess leaves a trace, even where the verb that noticed it is rolled back.

Whoever guesses on and on is counted instead of filling the journal: see `record_individually`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from hashlib import sha256
from typing import Any, Protocol, TypeVar, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor, Kind
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.identity import rules
from tongban.platform.identity.events import AccessDenied, AccessDeniedCounted
from tongban.platform.identity.models import DeniedAccess

Row = TypeVar("Row", bound=Model)
SomeRow = TypeVar("SomeRow", bound=Model, covariant=True)


class Visible(Protocol[SomeRow]):
    """A manager or a query that knows which of its rows an actor may see."""

    def visible_to(self, actor: Actor, /) -> QuerySet[SomeRow]: ...


_pending: ContextVar[list[tuple[Actor, AccessDenied]] | None] = ContextVar("denied", default=None)


def not_found(actor: Actor, what: str, key: object) -> NotFound:
    """Record the attempt and return the refusal to raise: `raise identity.not_found(actor, "case", number)`."""
    record_denied(actor, what, key)
    return NotFound()


def must_find(row: Row | None, actor: Actor, what: str, key: object) -> Row:
    """Return the row that was looked for; where there is none, record the attempt and raise NotFound.

    what, key   name what was asked for in the journal: "mandate", its uid
    """
    if row is None:
        raise not_found(actor, what, key)
    return row


def get_visible(rows: Visible[Row], actor: Actor, what: str, **key: Any) -> Row:
    """Return the one row with this key that the actor may see: `get_visible(Seal.objects, actor, "seal", uid=uid)`.

    Raises NotFound, recording the attempt, where there is none or it is not theirs to see.
    """
    return must_find(rows.visible_to(actor).filter(**key).first(), actor, what, next(iter(key.values())))


def record_denied(actor: Actor, what: str, key: object) -> None:
    """Record that the actor asked for something that is not there for them.

    Inside a request it is written when the request is over, so that a verb's rollback cannot take it along.
    """
    # Whoever guesses may send what no database keeps, zero bytes and halves of characters.
    tried = "".join(char if char.isprintable() else "\ufffd" for char in str(key)[:80])
    event = AccessDenied(what[:40], tried)
    pending = _pending.get()
    if pending is None:
        _write(actor, event)
    else:
        pending.append((actor, event))


@contextmanager
def collecting_denied() -> Iterator[None]:
    """Collect attempts inside and write them at the end, whatever became of the work."""
    pending: list[tuple[Actor, AccessDenied]] = []
    mark = _pending.set(pending)
    try:
        yield
    finally:
        _pending.reset(mark)
        for actor, event in pending:
            _write(actor, event)


@transaction.atomic
def record_individually(actor: Actor, what: str, key: str) -> bool:
    """Count an attempt of somebody at one kind of thing; say whether it gets a fact of its own.

    The first ones of an hour do. From then on the attempts are counted, and `flush_counted` writes each minute how many
    there were: nothing is lost, and one person makes some sixty facts an hour, however fast they try.
    """
    now = clock.now()
    row, _made = DeniedAccess.objects.select_for_update().get_or_create(
        key=sha256(f"{actor.account or rules.throttle_network(actor.address)}:{what}".encode()).hexdigest(),
        defaults={"what": what, "began_at": now, "last_at": now},
    )
    if not row.pending and now - row.began_at >= timedelta(seconds=settings.IDENTITY_FORGET_DENIED_SECONDS):
        row.began_at, row.recorded = now, 0
    individually: bool = row.recorded < settings.IDENTITY_DENIED_RECORDED_INDIVIDUALLY
    if individually:
        row.recorded += 1
    else:
        row.pending += 1
    row.last_key, row.last_at = key, max(now, row.began_at)
    row.account, row.name, row.kind = actor.account, actor.name, actor.kind
    row.acting_for, row.channel, row.address = actor.acting_for, actor.channel, actor.address
    row.save()
    return individually


@transaction.atomic
def flush_counted() -> int:
    """Write one fact for everybody who went on trying: how often since the last one. Return how many facts."""
    rows = list(DeniedAccess.objects.select_for_update().pending())
    for row in rows:
        actor = Actor(
            cast(Kind, row.kind),
            account=row.account,
            name=row.name,
            acting_for=row.acting_for,
            channel=row.channel,
            address=row.address,
        )
        journal.write(AccessDeniedCounted(row.what, row.pending, row.last_key), by=actor, subject=f"access:{row.what}")
        row.pending = 0
        row.save(update_fields=["pending"])
    return len(rows)


@transaction.atomic
def _write(actor: Actor, event: AccessDenied) -> None:
    if record_individually(actor, event.what, event.key):
        journal.write(event, by=actor, subject=f"access:{event.what}")
