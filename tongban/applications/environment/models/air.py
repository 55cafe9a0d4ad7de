"""What the air was like, as it was published, and what it will be like."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from tongban.applications.environment.models.sources import MonitoringPoint


class AirReportQuerySet(models.QuerySet["AirReport"]):
    def of_hour(self, at: datetime) -> Self:
        return self.filter(span="hour", at=at).select_related("station")

    def newest_of_each(self, span: str) -> list["AirReport"]:
        """Return the last report of each station."""
        stations = MonitoringPoint.objects.stations()
        last = models.Subquery(
            self.filter(station=models.OuterRef("pk"), span=span).order_by("-at").values("pk")[:1],
        )
        found = list(stations.annotate(last=last).values_list("last", flat=True))
        return list(self.filter(pk__in=found).select_related("station__department").order_by("station__name", "pk"))

    def of_station(self, station: MonitoringPoint, span: str) -> Self:
        return self.filter(station=station, span=span).order_by("-at")


class AirReport(models.Model):
    """What was published of an hour or a day at a station. It stays as it is, whatever standard comes later.

    at               when the hour or the day begins
    value            the index, None where nothing may be said
    primary, parts, concentrations, missing   as `rules.aqi` has them
    standard         the edition by which it was computed
    """

    station = models.ForeignKey(MonitoringPoint, on_delete=models.PROTECT, related_name="+", db_index=False)
    span = models.CharField(max_length=4, choices=[("hour", "hour"), ("day", "day")])
    at = models.DateTimeField()
    value = models.PositiveSmallIntegerField(null=True)
    primary: Any = models.JSONField(default=list)
    parts: Any = models.JSONField(default=dict)
    concentrations: Any = models.JSONField(default=dict)
    missing: Any = models.JSONField(default=list)
    standard = models.CharField(max_length=40)
    published_at = models.DateTimeField()

    objects = AirReportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["span", "at"], name="environment_reports_at")]
        constraints = [
            models.UniqueConstraint(fields=["station", "span", "at"], name="environment_report_once"),
            models.CheckConstraint(condition=~Q(standard=""), name="environment_report_names_its_standard"),
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.at} at {self.station_id}: {self.value}"


class AirForecastQuerySet(models.QuerySet["AirForecast"]):
    def newest(self, station: MonitoringPoint) -> Self:
        """Return the forecast that was made last for a station."""
        last = self.filter(station=station).order_by("-made_at").values("made_at")[:1]
        return self.filter(station=station, made_at=models.Subquery(last)).order_by("pollutant", "hours")


class AirForecast(models.Model):
    """What a pollutant will be like after so many hours.

    value, low, high   expected, and the interval in which it lies eight times of ten
    persistence        what it would be if nothing changed: the value a forecast has to beat
    """

    station = models.ForeignKey(MonitoringPoint, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    pollutant = models.CharField(max_length=8)
    hours = models.PositiveSmallIntegerField()
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    persistence = models.FloatField()

    objects = AirForecastQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["station", "made_at", "pollutant", "hours"], name="environment_forecast_once"
            ),
            models.CheckConstraint(
                condition=Q(low__lte=models.F("value"), high__gte=models.F("value")),
                name="environment_forecast_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pollutant} at {self.station_id} in {self.hours} h"
