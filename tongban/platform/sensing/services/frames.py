"""Frames are kept as they came, read by the decoder of their protocol, and can be read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.sensing import ports
from tongban.platform.sensing.events import FramesReplayed
from tongban.platform.sensing.models import Datastream, RawFrame
from tongban.platform.sensing.services.observing import Observed, observe_many

STEWARD = "sensing.steward"
MAX_REPLAYED = 500  # in one transaction

NO_STREAM = _("No stream has the key %(key)s.")
NO_DECODER = _("Nothing here reads frames of %(protocol)s.")


@dataclass(frozen=True, slots=True)
class ReceivedFrame:
    """Bytes as they came. source: the number of the device, or its address; department: whose frame it is, if known."""

    protocol: str
    source: str
    body: bytes
    department: int | None = None
    area: str = ""


# As gateways call it.
Frame = ReceivedFrame


class Taken(NamedTuple):
    """What became of a frame. frame: its number; problem: why it was refused, "" where it was not."""

    frame: int
    fresh: int
    problem: str


@transaction.atomic
def receive(*, actor: Actor, frames: Sequence[ReceivedFrame]) -> list[Taken]:
    """Keep frames as they came and take in what they say; one that cannot be read is kept with the reason.

    Durable when it returns, so that the sender may be answered. Raises NotAllowed.
    """
    now = clock.now()
    rows = RawFrame.objects.bulk_create(
        RawFrame(
            protocol=one.protocol,
            source=one.source,
            body=one.body,
            department_id=one.department,
            area=one.area,
            received_at=now,
        )
        for one in frames
    )
    return _read(actor, rows)


@transaction.atomic
def replay(*, actor: Actor, frame: RawFrame) -> Taken:
    """Read a frame once more, as its decoder is today; readings that are there already stay. Raises NotAllowed."""
    actor.must_hold(STEWARD, department=frame.department_id, area=frame.area)
    taken = _again(actor, [frame])
    return taken[0]


@transaction.atomic
def replay_since(*, actor: Actor, since: datetime, source: str = "", after: int = 0) -> list[Taken]:
    """Read the frames once more that came since a moment, at most some hundred; go on after the last one.

    Raises NotAllowed.
    """
    actor.must_hold(STEWARD)
    rows = RawFrame.objects.visible_to(actor).received_since(since).of_source(source).filter(pk__gt=after)
    return _again(actor, list(rows.order_by("pk")[:MAX_REPLAYED]))


def _again(actor: Actor, rows: Sequence[RawFrame]) -> list[Taken]:
    if not rows:
        return []
    now = clock.now()
    for row in rows:
        row.replayed_at = now
    taken = _read(SYSTEM, rows)
    told = FramesReplayed(len(rows), sum(one.fresh for one in taken))
    journal.write(told, by=actor, subject=f"frame:{rows[0].pk}" if len(rows) == 1 else "")
    return taken


def _read(actor: Actor, rows: Sequence[RawFrame]) -> list[Taken]:
    """Let each frame be read and keep its readings; write what became of it."""
    decoded: dict[int, Sequence[ports.Decoded]] = {}
    for row in rows:
        row.problem, row.outcome, row.fresh = "", RawFrame.Outcome.TAKEN, 0
        decoder = ports.DECODERS.get(row.protocol)
        if decoder is None:
            _refuse(row, str(recorded(NO_DECODER)) % {"protocol": row.protocol})
            continue
        try:
            decoded[row.pk] = decoder(bytes(row.body), row.source)
        except ports.UnreadableFrame as unreadable:
            _refuse(row, str(unreadable))
    keys = Datastream.objects.ids_by_key({one.stream for said in decoded.values() for one in said})
    for row in rows:
        unknown = sorted({one.stream for one in decoded.get(row.pk, ()) if one.stream not in keys})
        if unknown:
            _refuse(row, str(recorded(NO_STREAM)) % {"key": ", ".join(unknown)})
    _observe(actor, rows, decoded, keys)
    RawFrame.objects.bulk_update(rows, ["outcome", "problem", "fresh", "replayed_at"])
    return [Taken(row.pk, row.fresh, row.problem) for row in rows]


def _observe(
    actor: Actor, rows: Sequence[RawFrame], decoded: dict[int, Sequence[ports.Decoded]], keys: dict[str, int]
) -> None:
    """Keep what is known of each frame, all at once; frame by frame where something of one is refused."""
    told = [row for row in rows if row.pk in decoded]
    said = {
        row.pk: [
            Observed(keys[one.stream], one.at, one.value, one.key, one.quality, one.flag, row.pk)
            for one in decoded[row.pk]
            if one.stream in keys
        ]
        for row in told
    }
    try:
        _count(told, said, actor)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        for row in told:
            try:
                _count([row], said, actor)
            except Refusal as alone:
                _refuse(row, str(alone))


def _count(rows: Sequence[RawFrame], said: dict[int, list[Observed]], actor: Actor) -> None:
    observations = [one for row in rows for one in said[row.pk]]
    received = observe_many(actor=actor, observations=observations)
    by_number = {row.pk: row for row in rows}
    for number in received.ids:
        by_number[observations[number].frame or 0].fresh += 1


def _refuse(row: RawFrame, problem: str) -> None:
    row.outcome, row.problem = RawFrame.Outcome.REFUSED, problem[:300]
