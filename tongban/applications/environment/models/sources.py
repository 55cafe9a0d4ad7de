"""Pollution sources, the points at which they, air and water are watched, and what these may not exceed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.identity.models import Department
from tongban.platform.sensing.models import Thing

READ = "environment.read"
MAX_NAME, MAX_MN, MAX_CODE = 120, 24, 20
PERIODS = ("realtime", "minute", "hour", "day")


class SourceKind(models.TextChoices):
    WASTE_WATER = "waste-water", pgettext_lazy("pollution source", "waste water")
    FLUE_GAS = "flue-gas", pgettext_lazy("pollution source", "flue gas")
    DUST = "dust", pgettext_lazy("pollution source", "dust")
    NOISE = "noise", pgettext_lazy("pollution source", "noise")
    EXHAUST = "exhaust", pgettext_lazy("pollution source", "vehicle exhaust")
    MOBILE = "mobile", pgettext_lazy("pollution source", "hazardous mobile source")


class PollutionSourceQuerySet(PartedQuerySet["PollutionSource"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        return actor.within_by_department(READ)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind in SourceKind.values else self

    def numbered(self, number: str) -> Self:
        return self.filter(number=number)

    def with_number(self, number: str) -> "PollutionSource | None":
        return self.filter(number=number).first()

    def with_names(self) -> Self:
        return self.select_related("department")


class PollutionSource(models.Model):
    """What discharges: an outfall, a stack, a building site, a road with its vehicles, a lorry with chemicals.

    number         of the discharge permit, or another that lasts
    organisation   who runs it
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=MAX_NAME)
    kind = models.CharField(max_length=12, choices=SourceKind)
    organisation = models.CharField(max_length=MAX_NAME, blank=True)
    address = models.CharField(max_length=200, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)

    objects = PollutionSourceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "name", "id"], name="environment_sources_of"),
            models.Index(fields=["name", "id"], name="environment_sources"),
            models.Index(fields=["department", "kind", "name", "id"], name="environment_sources_kind"),
            models.Index(fields=["kind", "name", "id"], name="environment_all_of_kind"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(number="") & ~Q(name=""), name="environment_source_named")]

    def __str__(self) -> str:
        return self.name


class PointKind(models.TextChoices):
    WASTE_WATER = "waste-water", pgettext_lazy("monitoring point", "waste water outfall")
    FLUE_GAS = "flue-gas", pgettext_lazy("monitoring point", "flue gas stack")
    DUST = "dust", pgettext_lazy("monitoring point", "dust")
    NOISE = "noise", pgettext_lazy("monitoring point", "noise")
    EXHAUST = "exhaust", pgettext_lazy("monitoring point", "vehicle exhaust")
    MOBILE = "mobile", pgettext_lazy("monitoring point", "mobile source")
    AIR = "air", pgettext_lazy("monitoring point", "air station")
    RIVER = "river", pgettext_lazy("monitoring point", "river section")
    LAKE = "lake", pgettext_lazy("monitoring point", "lake")
    GROUNDWATER = "groundwater", pgettext_lazy("monitoring point", "groundwater")
    ECOLOGY = "ecology", pgettext_lazy("monitoring point", "ecology")


class MonitoringPointQuerySet(PartedQuerySet["MonitoringPoint"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        return actor.within_by_department(READ)

    def speaking(self, numbers: Iterable[str]) -> dict[str, "MonitoringPoint"]:
        """Return the points of these device numbers (MN)."""
        return {point.mn: point for point in self.filter(mn__in=set(numbers)).select_related("department")}

    def of_source(self, source: PollutionSource) -> Self:
        return self.filter(source=source).order_by("name", "pk")

    def of_kind(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def stations(self) -> Self:
        """Return the air stations, whose values everybody may read."""
        return self.filter(kind=PointKind.AIR).order_by("name", "pk")

    def sections(self) -> Self:
        """Return the sections of rivers, from the source downstream."""
        return self.filter(kind=PointKind.RIVER).order_by("river", "river_km", "pk")

    def heard(self, ids: Iterable[int], at: datetime) -> None:
        self.filter(pk__in=set(ids)).update(heard_at=at)

    def with_names(self) -> Self:
        return self.select_related("department", "source", "thing")

    def of_thing(self, key: str) -> "MonitoringPoint | None":
        return self.filter(thing__key=key).select_related("department", "source").first()


class MonitoringPoint(models.Model):
    """Where something is watched automatically, and the data logger that speaks for it.

    source            whose discharge it is; None for air, water and ecology
    mn, password      of the data logger, by HJ 212; st: of what it speaks
    thing             the same in sensing, with its place and its streams
    river, river_km   of a section: which river, and how far from its source
    wanted_class      which class of GB 3838 a section should have
    oxygen            reference oxygen content of a stack, per cent
    video             reference of a camera that looks at it; "" for none
    heard_at          when its logger last said something
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    source = models.ForeignKey(PollutionSource, on_delete=models.PROTECT, null=True, related_name="points")
    kind = models.CharField(max_length=12, choices=PointKind)
    name = models.CharField(max_length=MAX_NAME)
    mn = models.CharField(max_length=MAX_MN, unique=True)
    password = EncryptedText()
    st = models.CharField(max_length=2)
    thing = models.OneToOneField(Thing, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    river = models.CharField(max_length=60, blank=True)
    river_km = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    wanted_class = models.CharField(max_length=4, blank=True)
    oxygen = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    video = models.CharField(max_length=120, blank=True)
    heard_at = models.DateTimeField(null=True)

    objects = MonitoringPointQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "name", "id"], name="environment_points_of"),
            models.Index(fields=["kind", "name", "id"], name="environment_points_kind"),
            models.Index(fields=["kind", "river", "river_km", "id"], name="environment_sections"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(mn="") & ~Q(name=""), name="environment_point_named")]

    def __str__(self) -> str:
        return self.name

    def stream_key(self, code: str, period: str) -> str:
        """Return by which key sensing knows what this point measures."""
        return f"{self.mn}/{code}/{period}"


class EmissionLimitQuerySet(models.QuerySet["EmissionLimit"]):
    def in_force(self, point: MonitoringPoint, on: date) -> Self:
        """Return what holds for a point on a day."""
        found = self.filter(point=point, valid_from__lte=on).filter(Q(valid_until=None) | Q(valid_until__gte=on))
        return found.order_by("factor", "period")


class EmissionLimit(models.Model):
    """What a point may not exceed, from day to day.

    factor      code of HJ 212; converted: the value at the reference oxygen content counts
    period      of the values that are compared: "realtime", "minute", "hour", "day"
    most        highest allowed value, in the unit of the factor
    source      the standard or the permit it stands in
    """

    point = models.ForeignKey(MonitoringPoint, on_delete=models.PROTECT, related_name="limits", db_index=False)
    factor = models.CharField(max_length=MAX_CODE)
    period = models.CharField(max_length=8, choices=[(period, period) for period in PERIODS])
    converted = models.BooleanField(default=False)
    most = models.DecimalField(max_digits=14, decimal_places=5)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    objects = EmissionLimitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["point", "factor", "period", "valid_from"], name="environment_limit_from_once"
            ),
            models.CheckConstraint(condition=~Q(source="") & Q(most__gte=0), name="environment_limit_has_a_source"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")),
                name="environment_limit_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.factor} at {self.point_id}: {self.most}"
