"""Taking readings away: what is old, what somebody deleted; and putting right what was summed up of them."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from tongban.infrastructure.database import partitions
from tongban.infrastructure.kernel import clock
from tongban.platform.sensing.models import Datastream, HourSummary, LatestObservation, Observation, RawFrame
from tongban.platform.sensing.services import writing

CHUNK = 5000
READINGS = Observation._meta.db_table
MONTH = timedelta(days=31)


@transaction.atomic
def sum_up_again(streams: Iterable[int]) -> None:
    """Let the latest value and the sums of these streams be what their readings say."""
    for pk in streams:
        stream = Datastream.objects.select_related("thing").get(pk=pk)
        HourSummary.objects.filter(stream=pk).delete()
        LatestObservation.objects.filter(stream=pk).delete()
        rows = [
            writing.ReadingRow(
                pk, one.at, one.until, one.key, one.value, one.data, one.quality, one.flag, one.frame_id,
                one.feature_id, one.result_at, one.more, ahead=one.flag == "clock",
            )
            for one in Observation.objects.of_stream(pk).order_by("at").iterator()
        ]  # fmt: skip
        place = stream.thing.latitude, stream.thing.longitude
        writing.remember_latest(rows, {pk: place}, received_at=clock.now())
        writing.sum_up(rows)


def make_months() -> int:
    """Make the parts of the readings' table, on PostgreSQL, for the months around now; return how many."""
    today = clock.now().date()
    return partitions.make_months(READINGS, "at", first=today - MONTH, last=today + 2 * MONTH)


def forget_old() -> int:
    """Forget readings and frames whose time is over; return how many. Sums by the hour stay."""
    now = clock.now()
    longest = max(Datastream.objects.aggregate(most=Max("keep_days"))["most"] or 0, settings.SENSING_KEEP_DAYS)
    forgotten = partitions.drop_months(READINGS, before=now - timedelta(days=longest))
    kept_by_days: dict[int, list[int]] = {}
    for pk, days in Datastream.objects.order_by("pk").values_list("pk", "keep_days").iterator():
        kept_by_days.setdefault(days or settings.SENSING_KEEP_DAYS, []).append(pk)
    for days, streams in kept_by_days.items():
        for start in range(0, len(streams), 500):
            old = Observation.objects.filter(stream__in=streams[start : start + 500], at__lt=now - timedelta(days=days))
            while pks := list(old.values_list("pk", flat=True)[:CHUNK]):
                forgotten += Observation.objects.filter(pk__in=pks).delete()[0]
    frames = RawFrame.objects.filter(received_at__lt=now - timedelta(days=settings.SENSING_KEEP_FRAMES_DAYS))
    return forgotten + int(frames.delete()[0])
