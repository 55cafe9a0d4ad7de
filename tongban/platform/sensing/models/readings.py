"""Readings as they came, the latest of each stream, their sums by the hour, and the frames they came in."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.identity.models import Department
from tongban.platform.sensing.models.things import MAX_KEY, Datastream, FeatureOfInterest

QUALITIES = ("valid", "doubtful", "invalid")
MAX_FLAG = 12


class Quality(models.TextChoices):
    VALID = "valid", pgettext_lazy("reading", "valid")
    DOUBTFUL = "doubtful", pgettext_lazy("reading", "doubtful")
    INVALID = "invalid", pgettext_lazy("reading", "invalid")


class RawFrameQuerySet(PartedQuerySet["RawFrame"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return the frames whose department a steward looks after; those of no department by who looks after all."""
        return actor.within_by_department("sensing.steward")

    def with_outcome(self, outcome: str) -> Self:
        return self.filter(outcome=outcome) if outcome else self

    def of_source(self, source: str) -> Self:
        return self.filter(source=source) if source else self

    def received_since(self, moment: datetime) -> Self:
        return self.filter(received_at__gte=moment).order_by("received_at", "pk")

    def with_names(self) -> Self:
        return self.select_related("department")


class RawFrame(models.Model):
    """What a device sent, byte by byte, and what became of it; it can be read again.

    protocol   by which it is read: "hj212"; a decoder of that name is supplied at `ports.DECODERS`
    source     who sent it: the number of a device, an address
    outcome    "waiting" not read yet, "taken" its readings are kept, "refused" it cannot be read: `problem` says why
    fresh      how many readings it brought that were not there before
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("frame", "waiting")
        TAKEN = "taken", pgettext_lazy("frame", "taken in")
        REFUSED = "refused", pgettext_lazy("frame", "refused")

    uid = models.UUIDField(default=ids.uid, unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    protocol = models.CharField(max_length=20)
    source = models.CharField(max_length=MAX_KEY)
    received_at = models.DateTimeField()
    body = models.BinaryField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    fresh = models.PositiveIntegerField(default=0)
    replayed_at = models.DateTimeField(null=True)

    objects = RawFrameQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "-received_at", "-id"], name="sensing_frames_of"),
            models.Index(fields=["-received_at", "-id"], name="sensing_frames"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "taken", "refused"]), name="sensing_frame_outcome_known"
            ),
            models.CheckConstraint(condition=~Q(outcome="refused") | ~Q(problem=""), name="sensing_frame_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.protocol} frame {self.uid}"


class ObservationQuerySet(models.QuerySet["Observation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the readings of the streams that the actor sees."""
        return self.filter(stream__in=Datastream.objects.visible_to(actor))

    def between(self, stream: Datastream | int, first: datetime, last: datetime) -> Self:
        """Return what a stream measured from one moment to another, in order."""
        return self.filter(stream=stream, at__gte=first, at__lte=last).order_by("at", "key")

    def of_stream(self, stream: Datastream | int) -> Self:
        return self.filter(stream=stream)


class Observation(models.Model):
    """A reading. There are thousands a second, so it is narrow, and other tables are known by their number alone.

    at           when it was measured; until: where it is about a time, its end
    received_at  when it came
    key          by which its source names it; a second one of the same stream, moment and key is the same reading
    value        the number; data: what is no number (text, JSON)
    quality      whether it counts; flag: the source's own word for that, as HJ 212's "N"
    result_at    when the result came about, if the source says that
    more         what SensorThings knows besides: {"parameters", "validTime", "resultQuality"}
    """

    stream = models.ForeignKey(
        Datastream, on_delete=models.CASCADE, related_name="observations", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    key = models.CharField(max_length=MAX_KEY, blank=True)
    value = models.FloatField(null=True)
    data: Any = models.JSONField(null=True)
    quality = models.CharField(max_length=8, choices=Quality, default=Quality.VALID)
    flag = models.CharField(max_length=MAX_FLAG, blank=True)
    frame = models.ForeignKey(
        RawFrame, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    feature = models.ForeignKey(
        FeatureOfInterest,
        on_delete=models.SET_NULL,
        null=True,
        related_name="observations",
        db_constraint=False,
        db_index=False,
    )
    result_at = models.DateTimeField(null=True)
    more: Any = models.JSONField(null=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "at", "key"], name="sensing_reading_once"),
            models.CheckConstraint(condition=Q(quality__in=QUALITIES), name="sensing_reading_quality"),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id} at {self.at}"

    @property
    def result(self) -> Any:
        """What was measured: the number, else the text or whatever else it is."""
        return self.data if self.value is None else self.value


class LatestObservationQuerySet(models.QuerySet["LatestObservation"]):
    def in_box(self, south: float, west: float, north: float, east: float) -> Self:
        """Return what was last measured between these degrees."""
        return self.filter(latitude__range=(south, north), longitude__range=(west, east))

    def of_property(self, key: str) -> Self:
        return self.filter(stream__observed_property__key=key)

    def with_streams(self) -> Self:
        return self.select_related("stream__thing", "stream__observed_property")


class LatestObservation(models.Model):
    """The latest reading of a stream: written with it, never looked for. A late one does not replace it.

    latitude, longitude   of its thing, so that a map reads one table
    """

    stream = models.OneToOneField(Datastream, on_delete=models.CASCADE, primary_key=True, related_name="latest")
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    value = models.FloatField(null=True)
    data: Any = models.JSONField(null=True)
    quality = models.CharField(max_length=8, choices=Quality)
    flag = models.CharField(max_length=MAX_FLAG, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    objects = LatestObservationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["latitude", "longitude"], name="sensing_latest_on_map")]
        constraints = [models.CheckConstraint(condition=Q(quality__in=QUALITIES), name="sensing_latest_quality")]

    def __str__(self) -> str:
        return f"latest of {self.stream_id}"

    @property
    def result(self) -> Any:
        return self.data if self.value is None else self.value


class HourSummaryQuerySet(models.QuerySet["HourSummary"]):
    def between(self, stream: Datastream | int, first: datetime, last: datetime) -> Self:
        return self.filter(stream=stream, hour__gte=first, hour__lte=last).order_by("hour")


class HourSummary(models.Model):
    """What a stream measured in an hour: written with each reading, late ones too.

    hour     when it begins
    readings, valid   how many there are, and how many of them count
    lowest, highest, total   of the numbers that count; None and 0 where there are none
    """

    stream = models.ForeignKey(Datastream, on_delete=models.CASCADE, related_name="+", db_index=False)
    hour = models.DateTimeField()
    readings = models.PositiveIntegerField()
    valid = models.PositiveIntegerField()
    lowest = models.FloatField(null=True)
    highest = models.FloatField(null=True)
    total = models.FloatField(default=0)

    objects = HourSummaryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "hour"], name="sensing_hour_once"),
            models.CheckConstraint(condition=Q(valid__lte=F("readings")), name="sensing_hour_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id} in the hour of {self.hour}"
