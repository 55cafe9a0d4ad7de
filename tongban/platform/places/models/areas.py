"""The areas of the city, where addresses lie, and the halls to go to."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE


class AreaQuerySet(models.QuerySet["Area"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on).order_by("code")

    def of_levels(self, *levels: str) -> Self:
        return self.filter(level__in=levels)

    def within(self, area: "Area") -> Self:
        """Return what lies directly inside an area."""
        return self.filter(parent=area).order_by("code")

    def coded(self, code: str) -> Self:
        """Return all that bear or bore this code, the latest first; codes are given again after reforms."""
        return self.select_related("parent").filter(code=code).order_by("-valid_from")


class Area(models.Model):
    """A part of the country that has a code: province, city, district, township, village.

    code    division code of GB/T 2260 (6 digits), longer below the district
    source  where the code and its dates come from
    extent  [south, west, north, east] in degrees of WGS 84, so that a position outside is asked about; [] unknown
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        DISTRICT = "district", _("district")
        TOWNSHIP = "township", _("township or street office")
        VILLAGE = "village", _("village or neighbourhood")

    uid = models.UUIDField(default=ids.uid, unique=True)
    code = models.CharField(max_length=MAX_AREA_CODE)
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=12, choices=Level)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    source = models.CharField(max_length=200, blank=True)
    extent = models.JSONField(default=list)

    objects = AreaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="places_code_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="places_dates",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["province", "city", "district", "township", "village"]),
                name="places_level_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid(self, on: date) -> bool:
        """Say whether the area is valid that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class AddressPositionQuerySet(models.QuerySet["AddressPosition"]):
    def nearest_to(self, address: str) -> "AddressPosition | None":
        """Return the point of an address, or of the house that it lies in: the longest text it begins with."""
        beginnings = [address[:length] for length in range(MIN_LENGTH, len(address) + 1)]
        found = self.filter(text__in=beginnings)
        return max(found, key=_length, default=None)


def _length(point: "AddressPosition") -> int:
    return len(point.text)


# No address that says a house is shorter.
MIN_LENGTH = 6


class AddressPosition(models.Model):
    """Where an address lies.

    text    the address as people write it, to the house number
    source  who measured it
    """

    text = models.CharField(max_length=200, unique=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    source = models.CharField(max_length=200)

    objects = AddressPositionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="places_point_on_earth"
            )
        ]

    def __str__(self) -> str:
        return self.text


class HallQuerySet(models.QuerySet["Hall"]):
    def in_order(self) -> Self:
        return self.order_by("order", "pk")


class Hall(models.Model):
    """A place where the city serves people in person 办事大厅.

    hours, note    in words; note: how to get in, what to know before going; "" nothing
    windows        [{"number": "A 区 1—12 号", "name": what is handled there, "english"}]
    source         who says so
    """

    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    english = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=200)
    hours = models.CharField(max_length=200)
    hours_english = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30)
    note = models.CharField(max_length=300, blank=True)
    note_english = models.CharField(max_length=300, blank=True)
    windows = models.JSONField(default=list)
    order = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=200)

    objects = HallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(address="") & ~Q(hours="") & ~Q(phone=""), name="places_hall_can_be_found"
            )
        ]

    def __str__(self) -> str:
        return self.name
