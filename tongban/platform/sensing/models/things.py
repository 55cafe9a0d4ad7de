"""Things, where they are, by what they measure, and the streams of what they measure (OGC 18-088)."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Model, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import EVERYTHING, Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.identity.models import Department

MAX_KEY = 120
MAX_NAME = 200
MAX_KIND = 60
READ = "sensing.read"

Row = TypeVar("Row", bound="Model")


class DepartmentRowsQuerySet(PartedQuerySet[Row]):
    """Rows that a department answers for, and that are open to everybody or not."""

    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return what is open to everybody, and what the duty of reading reaches."""
        parts = actor.within_by_department(READ)
        return parts if parts == [EVERYTHING] else [Q(public=True), *parts]

    def with_ids(self, ids: Any) -> Self:
        return self.filter(pk__in=ids)


class Owned(models.Model):
    """Columns of what a department answers for.

    area     for duties that reach an area
    public   everybody may read it
    """

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    public = models.BooleanField(default=False)

    class Meta:
        abstract = True


class LocationQuerySet(DepartmentRowsQuerySet["Location"]):
    pass


class Location(Owned):
    """Where things are, as somebody described it: a point, an outline, an address.

    encoding   what `geometry` is: "application/geo+json" for GeoJSON of RFC 7946
    """

    name = models.CharField(max_length=MAX_NAME)
    description = models.TextField(blank=True)
    encoding = models.CharField(max_length=60, default="application/geo+json")
    geometry: Any = models.JSONField()
    properties: Any = models.JSONField(default=dict)

    objects = LocationQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="sensing_location_named")]

    def __str__(self) -> str:
        return self.name


class ThingQuerySet(DepartmentRowsQuerySet["Thing"]):
    def with_key(self, key: str) -> "Thing | None":
        return self.filter(key=key).first()

    def with_names(self) -> Self:
        return self.select_related("department")

    def keyed(self, key: str) -> Self:
        return self.filter(key=key)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind else self

    def kinds(self) -> list[str]:
        """Return the kinds that there are, in order."""
        return list(self.order_by("kind").values_list("kind", flat=True).distinct())


class Thing(Owned):
    """What measures or is measured: a water gauge, an air station, a lamp, a bridge.

    key         readable and lasting, by which gateways name it: "gauge-7", an MN number
    kind        of thing, as rules name it: "water-station"
    latitude, longitude   where it is now, in degrees of `crs`; None where nobody said
    crs         "CGCS2000" or "WGS-84"; the two differ by centimetres and are not told apart here
    owner       whose it is, in words, where that is not the department
    properties  what else is known of it, as its maker or a SensorThings client says it
    """

    class Crs(models.TextChoices):
        CGCS2000 = "CGCS2000", "CGCS2000"
        WGS84 = "WGS-84", "WGS-84"

    uid = models.UUIDField(default=ids.uid, unique=True)
    key = models.CharField(max_length=MAX_KEY, unique=True)
    name = models.CharField(max_length=MAX_NAME)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=MAX_KIND, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    crs = models.CharField(max_length=10, choices=Crs, default=Crs.CGCS2000)
    owner = models.CharField(max_length=MAX_NAME, blank=True)
    properties: Any = models.JSONField(default=dict)
    locations = models.ManyToManyField(Location, related_name="things")
    registered_at = models.DateTimeField()

    objects = ThingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "name", "id"], name="sensing_things_of"),
            models.Index(fields=["name", "id"], name="sensing_things_public", condition=Q(public=True)),
            models.Index(fields=["name", "id"], name="sensing_things"),
            models.Index(fields=["kind"], name="sensing_thing_kinds"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(key="") & ~Q(name=""), name="sensing_thing_named"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="sensing_thing_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HistoricalLocationQuerySet(models.QuerySet["HistoricalLocation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return where the things were that the actor sees."""
        return self.filter(thing__in=Thing.objects.visible_to(actor))


class HistoricalLocation(models.Model):
    """Since when a thing was where."""

    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="historical_locations", db_index=False)
    locations = models.ManyToManyField(Location, related_name="historical_locations")
    at = models.DateTimeField()

    objects = HistoricalLocationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thing", "at", "id"], name="sensing_historical_locations")]

    def __str__(self) -> str:
        return f"{self.thing_id} at {self.at}"


class SensorQuerySet(DepartmentRowsQuerySet["Sensor"]):
    pass


class Sensor(Owned):
    """An instrument or a procedure by which something is measured.

    encoding, metadata   what describes it: a PDF's address, SensorML, words
    """

    key = models.CharField(max_length=MAX_KEY, unique=True)
    name = models.CharField(max_length=MAX_NAME)
    description = models.TextField(blank=True)
    encoding = models.CharField(max_length=60, default="text/plain")
    metadata: Any = models.JSONField(default=str)
    properties: Any = models.JSONField(default=dict)

    objects = SensorQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(key="") & ~Q(name=""), name="sensing_sensor_named")]

    def __str__(self) -> str:
        return self.name


class ObservedPropertyQuerySet(models.QuerySet["ObservedProperty"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return all: what can be measured is a word list, and nobody's secret."""
        return self.all()

    def with_key(self, key: str) -> "ObservedProperty | None":
        return self.filter(key=key).first()

    def in_order(self) -> Self:
        return self.order_by("name")


class ObservedProperty(models.Model):
    """What is measured: a water level, PM2.5, the pH value.

    key          by which rules and gateways name it: "water-level", "w01018"
    definition   an address that defines it, "" for none
    """

    key = models.CharField(max_length=MAX_KEY, unique=True)
    name = models.CharField(max_length=MAX_NAME)
    english = models.CharField(max_length=MAX_NAME, blank=True)
    definition = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)
    properties: Any = models.JSONField(default=dict)

    objects = ObservedPropertyQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(key="") & ~Q(name=""), name="sensing_property_named")]

    def __str__(self) -> str:
        return self.name


class FeatureOfInterestQuerySet(DepartmentRowsQuerySet["FeatureOfInterest"]):
    pass


class FeatureOfInterest(Owned):
    """What an observation is about, where that is not simply the place of its thing."""

    name = models.CharField(max_length=MAX_NAME)
    description = models.TextField(blank=True)
    encoding = models.CharField(max_length=60, default="application/geo+json")
    feature: Any = models.JSONField()
    properties: Any = models.JSONField(default=dict)
    location = models.OneToOneField(Location, on_delete=models.SET_NULL, null=True, related_name="feature")

    objects = FeatureOfInterestQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="sensing_feature_named")]

    def __str__(self) -> str:
        return self.name


class DatastreamQuerySet(DepartmentRowsQuerySet["Datastream"]):
    def with_key(self, key: str) -> "Datastream | None":
        return self.filter(key=key).first()

    def ids_by_key(self, keys: Any) -> dict[str, int]:
        """Return the number of each stream that has one of these keys."""
        return dict(self.filter(key__in=keys).values_list("key", "pk"))

    def of_thing(self, thing: Thing) -> Self:
        """Return the streams of a thing with their latest values, in order."""
        return self.filter(thing=thing).select_related("observed_property", "sensor", "latest").order_by("name", "pk")

    def measuring(self, thing: int, properties: Any) -> Self:
        """Return the streams of a thing by which these properties are measured."""
        return self.filter(thing=thing, observed_property__key__in=properties)

    def with_names(self) -> Self:
        return self.select_related("thing__department", "observed_property", "sensor", "latest")

    def with_latest(self) -> Self:
        return self.select_related("latest")


class Datastream(Owned):
    """What one instrument measures of one thing: readings of one property in one unit.

    key          readable and lasting, by which gateways name it: "gauge-7/level"
    unit_name, unit_symbol, unit_definition   "metre", "m", an address; "" where there is no unit
    kind         of result, by SensorThings: "measurement", "count", "category", "truth", "any"
    keep_days    after how long its readings are forgotten; None as the installation says
    department, area, public   of its thing, unless it has its own
    """

    class Kind(models.TextChoices):
        MEASUREMENT = "measurement", pgettext_lazy("stream", "measurement")
        COUNT = "count", pgettext_lazy("stream", "count")
        CATEGORY = "category", pgettext_lazy("stream", "category")
        TRUTH = "truth", pgettext_lazy("stream", "yes or no")
        ANY = "any", pgettext_lazy("stream", "anything")

    uid = models.UUIDField(default=ids.uid, unique=True)
    key = models.CharField(max_length=MAX_KEY, unique=True)
    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="datastreams")
    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="datastreams")
    observed_property = models.ForeignKey(ObservedProperty, on_delete=models.CASCADE, related_name="datastreams")
    name = models.CharField(max_length=MAX_NAME)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MEASUREMENT)
    unit_name = models.CharField(max_length=80, blank=True)
    unit_symbol = models.CharField(max_length=40, blank=True)
    unit_definition = models.CharField(max_length=500, blank=True)
    properties: Any = models.JSONField(default=dict)
    keep_days = models.PositiveIntegerField(null=True)
    opened_at = models.DateTimeField()

    objects = DatastreamQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["department", "name", "id"], name="sensing_streams_of")]
        constraints = [
            models.CheckConstraint(condition=~Q(key="") & ~Q(name=""), name="sensing_stream_named"),
            models.CheckConstraint(
                condition=Q(keep_days__isnull=True) | Q(keep_days__gt=0), name="sensing_stream_kept_for_a_time"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["measurement", "count", "category", "truth", "any"]), name="sensing_stream_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name
