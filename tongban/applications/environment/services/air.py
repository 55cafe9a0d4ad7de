"""Publishing what the air was like, by the standard in force then; what is published stays as it is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from tongban.applications.environment.models import AirReport, MonitoringPoint
from tongban.applications.environment.rules import aqi
from tongban.applications.environment.services import tables
from tongban.infrastructure.kernel import clock
from tongban.platform.sensing.models import Datastream, Observation

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A day counts with so many valid hours; ozone's with so many means of eight. Source: GB 3095, 4.3; HJ 663.
VALID_HOURS = 20
OZONE = "O3"


def current_hour() -> datetime:
    """Return when the last whole hour began."""
    return clock.now().replace(minute=0, second=0, microsecond=0) - HOUR


def day_of(at: datetime) -> date:
    """Return the day of a moment where the city is."""
    return timezone.localtime(at).date()


@transaction.atomic
def publish_hour(*, at: datetime, stations: Sequence[MonitoringPoint] | None = None) -> list[AirReport]:
    """Publish an hour of every station that has values of it; what is published already stays."""
    edition, made = tables.aqi_edition(day_of(at)), []
    for station in stations if stations is not None else MonitoringPoint.objects.stations():
        hours = hourly(station, at, at)
        values = {key: series[0] for key, series in hours.items()}
        if any(value is not None for value in values.values()):
            made.append(_publish(station, "hour", at, values, edition))
    return made


@transaction.atomic
def publish_day(*, day: date, stations: Sequence[MonitoringPoint] | None = None) -> list[AirReport]:
    """Publish a day of every station that has values of it."""
    begin = timezone.make_aware(datetime.combine(day, time()))
    edition, made = tables.aqi_edition(day), []
    for station in stations if stations is not None else MonitoringPoint.objects.stations():
        hours = hourly(station, begin, begin + DAY - HOUR)
        if any(value is not None for series in hours.values() for value in series):
            made.append(_publish(station, "day", begin, day_values(hours), edition))
    return made


def day_values(hours: Mapping[str, Sequence[Decimal | None]]) -> dict[str, Decimal | None]:
    """Return the concentrations of a day from those of its hours: means, and of ozone the highest of eight."""
    found = {}
    for key, series in hours.items():
        known = [value for value in series if value is not None]
        if key == OZONE:
            found[key] = aqi.highest_of_eight(series) if len(known) >= VALID_HOURS else None
        else:
            found[key] = aqi.mean(known, at_least=VALID_HOURS)
    return found


def recomputed(report: AirReport, edition: aqi.AqiEdition) -> aqi.AirIndex:
    """Return what another edition makes of published concentrations; nothing is kept of it."""
    values = {key: Decimal(value) for key, value in report.concentrations.items()}
    return aqi.evaluated(values, edition, "day" if report.span == "day" else "hour")


def hourly(station: MonitoringPoint, first: datetime, last: datetime) -> dict[str, list[Decimal | None]]:
    """Return what a station measured hour by hour: pollutant → valid means, None where there is none."""
    pollutants = tables.aqi_edition(day_of(first)).pollutants
    codes = {station.stream_key(pollutant.code, "hour"): key for key, pollutant in pollutants.items()}
    streams = Datastream.objects.ids_by_key(codes)
    return {
        key: series_of(streams[code], first, last) if code in streams else [None] * ((last - first) // HOUR + 1)
        for code, key in codes.items()
    }


def series_of(stream: int, first: datetime, last: datetime) -> list[Decimal | None]:
    """Return the valid values of a stream of hours, in order, None where there is none."""
    known = {
        row.at: Decimal(str(row.value))
        for row in Observation.objects.between(stream, first, last)
        if row.quality == "valid" and row.value is not None and row.value >= 0
    }
    return [known.get(first + number * HOUR) for number in range((last - first) // HOUR + 1)]


def _publish(
    station: MonitoringPoint, span: str, at: datetime, values: Mapping[str, Decimal | None], edition: aqi.AqiEdition
) -> AirReport:
    index = aqi.evaluated(values, edition, "day" if span == "day" else "hour")
    wanted = {
        "value": index.value,
        "primary": list(index.primary),
        "parts": dict(index.parts),
        "concentrations": {key: str(value) for key, value in values.items() if value is not None},
        "missing": list(index.missing),
        "standard": edition.name,
        "published_at": clock.now(),
    }
    return AirReport.objects.get_or_create(station=station, span=span, at=at, defaults=wanted)[0]
