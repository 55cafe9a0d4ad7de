"""What the city is made of: grid cells, components with their owners, and who sees to which area."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from tongban.applications.streets.rules import grid
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.identity.models import Department

# Figures of a division code (GB/T 2260).
DIVISION = 6


class StreetCellQuerySet(models.QuerySet["StreetCell"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on)

    def around(self, longitude: float, latitude: float) -> Self:
        """Return those whose box holds a position; whether the cell does, its border says."""
        return self.filter(west__lte=longitude, east__gte=longitude, south__lte=latitude, north__gte=latitude)

    def holding(self, longitude: float, latitude: float, *, on: date) -> "StreetCell | None":
        """Return the cell that holds a position (CGCS2000); on a common border the one with the smallest code."""
        rows = {cell.code: cell for cell in self.valid(on=on).around(longitude, latitude)}
        code = grid.cell_of({name: cell.ring for name, cell in rows.items()}, longitude, latitude)
        return rows.get(code)

    def in_order(self) -> Self:
        return self.order_by("code")


class StreetCell(models.Model):
    """A grid cell 单元网格. ring: its closed border, [[longitude, latitude], …] in CGCS2000, and the box around it."""

    code = models.CharField(max_length=15)
    name = models.CharField(max_length=80, blank=True)
    area = models.CharField(max_length=MAX_AREA_CODE)
    ring = models.JSONField()
    south = models.FloatField()
    west = models.FloatField()
    north = models.FloatField()
    east = models.FloatField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    source = models.CharField(max_length=200)

    objects = StreetCellQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["south", "west"], name="streets_cell_box")]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="streets_cell_once"),
            models.CheckConstraint(condition=Q(south__lt=F("north"), west__lt=F("east")), name="streets_cell_wide"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="streets_cell_dates"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="streets_cell_source"),
        ]

    def __str__(self) -> str:
        return self.code


class StreetComponentQuerySet(models.QuerySet["StreetComponent"]):
    def coded(self, code: str) -> "StreetComponent | None":
        return self.filter(code=code).select_related("owner").first()

    def of_matter(self, matter: str) -> Self:
        return self.filter(matter=matter)

    def within(self, south: float, west: float, north: float, east: float) -> Self:
        return self.filter(latitude__range=(south, north), longitude__range=(west, east)).select_related("owner")

    def with_owner(self) -> Self:
        return self.select_related("owner")


class StreetComponent(models.Model):
    """A component 部件: something that stands in the street and belongs to somebody.

    code   16 figures by GB/T 30428.2; matter: its line of the table, "C0101"; position in CGCS2000
    owner  the department that keeps it up
    """

    code = models.CharField(max_length=16, unique=True)
    matter = models.CharField(max_length=5)
    cell = models.CharField(max_length=15, blank=True)
    area = models.CharField(max_length=MAX_AREA_CODE)
    latitude = models.FloatField()
    longitude = models.FloatField()
    owner = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=200)

    objects = StreetComponentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["latitude", "longitude"], name="streets_component_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="streets_component_on_earth"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class StreetCentreQuerySet(models.QuerySet["StreetCentre"]):
    def for_area(self, area: str) -> "StreetCentre | None":
        """Return the centre that sees to an area: that of the area itself, else of what lies around it."""
        beginnings = [area[:length] for length in range(len(area), 0, -1)]
        around = [f"{area[:4]}00", f"{area[:2]}0000"] if len(area) >= DIVISION else []
        wanted = [*beginnings, *around]
        found = {row.area: row for row in self.filter(area__in=wanted).select_related("supervision", "command")}
        return next((found[code] for code in wanted if code in found), None)

    def in_order(self) -> Self:
        return self.select_related("supervision", "command").order_by("area")

    def of_supervision(self, department: int) -> "StreetCentre | None":
        return self.filter(supervision=department).select_related("supervision", "command").order_by("area").first()


class StreetCentre(models.Model):
    """Who sees to an area 监管分离: a supervision centre that files and verifies, a command centre that dispatches."""

    area = models.CharField(max_length=MAX_AREA_CODE, unique=True)
    supervision = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    command = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")

    objects = StreetCentreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(supervision=F("command")), name="streets_centres_apart"),
        ]

    def __str__(self) -> str:
        return self.area
