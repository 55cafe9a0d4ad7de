"""Observing: readings are kept, the latest of each stream with them, and rules are shown them, in one transaction."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.memo import Memo
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.sensing.models import Datastream
from tongban.platform.sensing.models.readings import MAX_FLAG, QUALITIES
from tongban.platform.sensing.models.things import MAX_KEY
from tongban.platform.sensing.services import judging, writing
from tongban.platform.sensing.services.judging import Shown, WatchedThing

OBSERVE = "sensing.observe"
CLOCK_AHEAD = "clock"


class UnknownStream(Refusal):
    status = 422
    message = _("There is no stream with the number %(stream)s.")


@dataclass(frozen=True, slots=True)
class Observed:
    """A reading as it comes in.

    stream     number of the stream (`Datastream.objects.ids_by_key` finds it by its key)
    at         when it was measured, with zone; it may be late, and out of order
    value      a number; or text, true or false, or JSON
    key        by which its source names it: the same stream, moment and key again is the same reading
    quality    "valid", "doubtful" or "invalid"; rules and sums take valid ones only
    flag       the source's own word for the quality
    frame      number of the raw frame it came in
    until, feature, result_at, more   as SensorThings knows them
    """

    stream: int
    at: datetime
    value: Any
    key: str = ""
    quality: str = "valid"
    flag: str = ""
    frame: int | None = None
    until: datetime | None = None
    feature: int | None = None
    result_at: datetime | None = None
    more: dict[str, Any] | None = None


@dataclass(frozen=True)
class Received:
    """What became of readings. fresh: those that were not there; doubled: those that were.

    ids   number of each fresh reading by its place in what was sent
    """

    fresh: int
    doubled: int
    ids: dict[int, int] = field(default_factory=dict, repr=False)


class KnownStream(NamedTuple):
    """What observing needs to know of a stream."""

    department: int
    area: str
    measures: str
    latitude: float | None
    longitude: float | None
    thing: WatchedThing


_streams: Memo[KnownStream] = Memo(200_000, seconds=lambda: 30.0)


def observe(
    *, actor: Actor, stream: Datastream, at: datetime, value: Any, key: str = "", quality: str = "valid", flag: str = ""
) -> Received:
    """Keep one reading. The same again is kept once. Raises NotAllowed, Invalid."""
    return observe_many(actor=actor, observations=[Observed(stream.pk, at, value, key, quality, flag)])


@transaction.atomic
def observe_many(*, actor: Actor, observations: Sequence[Observed]) -> Received:
    """Keep readings of any streams, all or none; alerts are raised and cleared with them.

    Raises NotAllowed, UnknownStream, Invalid.
    """
    if not observations:
        return Received(0, 0)
    known = _known({one.stream for one in observations})
    for department, area in {(stream.department, stream.area) for stream in known.values()}:
        actor.must_hold(OBSERVE, department=department, area=area)
    now = clock.now()
    ahead = now + timedelta(seconds=settings.SENSING_CLOCK_AHEAD_SECONDS)
    rows = [_row(one, number, ahead) for number, one in enumerate(observations)]
    ids = writing.insert(rows, received_at=now)
    fresh = [row for number, row in enumerate(rows) if number in ids]
    writing.remember_latest(fresh, {key: (one.latitude, one.longitude) for key, one in known.items()}, received_at=now)
    writing.sum_up(fresh)
    judging.show(
        [
            Shown(known[row.stream].thing, known[row.stream].measures, row.stream, row.at, row.value, row.data)
            for row in fresh
            if row.quality == "valid"
        ],
        now=now,
    )
    return Received(len(fresh), len(rows) - len(fresh), ids)


def _known(ids: Iterable[int]) -> dict[int, KnownStream]:
    found = {key: value for key in ids if (value := _streams.known(key)) is not None}
    missing = [key for key in ids if key not in found]
    if missing:
        names = ("department", "area", "observed_property__key", "thing__latitude", "thing__longitude")
        things = ("thing", "thing__key", "thing__kind", "thing__area")
        for key, *row in Datastream.objects.with_ids(missing).values_list("pk", *names, *things):
            found[key] = _streams.get(key, partial(_read, row))
        if unknown := set(missing) - found.keys():
            raise UnknownStream(stream=min(unknown))
    return found


def _read(row: Sequence[Any]) -> KnownStream:
    department, area, measures, latitude, longitude, *thing = row
    return KnownStream(department, area, measures, latitude, longitude, WatchedThing(*thing))


def _row(one: Observed, number: int, ahead: datetime) -> writing.ReadingRow:
    if one.quality not in QUALITIES or len(one.flag) > MAX_FLAG or len(one.key) > MAX_KEY:
        raise Invalid({f"{number}": [_("The quality, the flag or the key of a reading is not what it can be.")]})
    if one.at.tzinfo is None:
        raise Invalid({f"{number}.at": [_("The moment of a reading has no time zone.")]})
    value, data, quality, flag = None, None, one.quality, one.flag
    if isinstance(one.value, int | float) and not isinstance(one.value, bool):
        value = float(one.value)
        if not math.isfinite(value):
            raise Invalid({f"{number}.value": [_("A reading is a finite number.")]})
    else:
        data = one.value
    if one.at > ahead and quality == "valid":
        quality, flag = "doubtful", flag or CLOCK_AHEAD
    return writing.ReadingRow(
        one.stream, one.at, one.until, one.key, value, data, quality, flag, one.frame, one.feature,
        one.result_at, one.more, one.at > ahead,
    )  # fmt: skip
