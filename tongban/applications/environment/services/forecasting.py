"""Saying what the air will be like: learnt from a station's own hours, in the worker."""

from datetime import datetime, timedelta

from django.db import transaction

from tongban.applications.environment.models import AirForecast, MonitoringPoint
from tongban.applications.environment.rules import forecast
from tongban.applications.environment.services import air, tables
from tongban.infrastructure.kernel import clock
from tongban.platform.sensing.models import Datastream

LEARNT_DAYS = 730
WEATHER = {
    "a01001": "temperature",
    "a01002": "humidity",
    "a01006": "pressure",
    "a01007": "wind_speed",
    "a01008": "wind_direction",
}


def forecast_air(*, station: MonitoringPoint) -> int:
    """Say what each pollutant will be at a station, from its last hour on; return how many values were kept.

    Nothing is said where the station has measured for less than a month, or is silent now.
    """
    last = air.current_hour()
    first = last - timedelta(days=LEARNT_DAYS)
    series = _series(station, first, last)
    begin = min((next((n for n, v in enumerate(row) if v is not None), len(row)) for row in series.values()), default=0)
    series = {name: row[begin:] for name, row in series.items()}
    first += begin * air.HOUR
    rows = []
    for pollutant in tables.aqi_edition().pollutants:
        if not any(value is not None for value in series.get(pollutant, ())):
            continue
        model = forecast.learnt(series, pollutant, first)
        if model is None:
            continue
        table = forecast.columns(series, pollutant, first)
        rows += [
            AirForecast(
                station=station,
                made_at=last,
                pollutant=pollutant,
                hours=one.hours,
                value=one.value,
                low=one.low,
                high=one.high,
                persistence=table["now"][-1],
            )
            for one in forecast.foretold(model, table)
        ]
    with transaction.atomic():
        AirForecast.objects.bulk_create(rows, ignore_conflicts=True)
        AirForecast.objects.filter(station=station, made_at__lt=clock.now() - timedelta(days=30)).delete()
    return len(rows)


def _series(station: MonitoringPoint, first: datetime, last: datetime) -> dict[str, list[float | None]]:
    """Return pollutants and weather of a station, one value an hour."""
    found: dict[str, list[float | None]] = {
        name: [None if value is None else float(value) for value in row]
        for name, row in air.hourly(station, first, last).items()
    }
    keys = {station.stream_key(code, "hour"): name for code, name in WEATHER.items()}
    for key, stream in Datastream.objects.ids_by_key(keys).items():
        row = air.series_of(stream, first, last)
        found[keys[key]] = [None if value is None else float(value) for value in row]
    return found
