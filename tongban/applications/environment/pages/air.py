"""What the air is like and will be, as it was published; for everybody, and the same at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tongban.applications.environment import services as environment
from tongban.applications.environment.models import AirForecast, AirReport, MonitoringPoint
from tongban.applications.environment.rules import aqi
from tongban.applications.environment.rules.pictures import Band, drawn
from tongban.applications.environment.services import tables
from tongban.applications.environment.services.air import day_of
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.ui.views import Request, public, render_page, requires
from tongban.platform.identity import services as identity

SHOWN_HOURS, SHOWN_DAYS = 24, 14


@dataclass(frozen=True)
class ShownReport:
    """A published report in words. level: None where nothing may be said."""

    report: AirReport
    level: aqi.AirLevel | None
    primary: str
    parts: Sequence[tuple[str, str, str, int | None]]

    @property
    def word(self) -> str:
        return worded(self.level.name, self.level.english) if self.level else ""


@public
def air(request: Request) -> HttpResponse:
    """Show today's air, station by station. Nobody's name, nothing that is not published."""
    return _air(request, "hall")


@requires("environment.read")
def air_desk(request: Request) -> HttpResponse:
    return _air(request, "desk")


@public
def station(request: Request, uid: UUID) -> HttpResponse:
    return _station(request, uid, "hall")


@requires("environment.read")
def station_desk(request: Request, uid: UUID) -> HttpResponse:
    return _station(request, uid, "desk")


def shown(report: AirReport) -> ShownReport:
    """Return a report in words, by the edition that was in force on its day."""
    edition = tables.aqi_edition(day_of(report.at))
    level = None if report.value is None else edition.level(report.value)
    names = [edition.pollutants[key].name for key in report.primary if key in edition.pollutants]
    parts = [
        (pollutant.name, key, _said(report, key, pollutant), report.parts.get(key))
        for key, pollutant in edition.pollutants.items()
    ]
    return ShownReport(report, level, "、".join(names), parts)


def _said(report: AirReport, key: str, pollutant: aqi.Pollutant) -> str:
    value = report.concentrations.get(key)
    if value is None:
        return ""
    return f"{Decimal(value):.{pollutant.digits}f} {pollutant.unit}"


def _air(request: Request, portal: str) -> HttpResponse:
    hours = [shown(report) for report in AirReport.objects.newest_of_each("hour")]
    days = [shown(report) for report in AirReport.objects.newest_of_each("day")]
    edition = tables.aqi_edition()
    return render_page(
        request,
        "environment/air.html",
        hours=hours,
        days=days,
        edition=edition,
        levels=_levels(edition),
        door=f"{portal}:environment:station",
    )


def _levels(edition: aqi.AqiEdition) -> list[tuple[aqi.AirLevel, str, str]]:
    """Return the levels with the span of each in figures, and their names in words."""
    found, begin = [], 0
    for level in edition.levels:
        span = f"{begin}—{level.upto}" if level.upto is not None else _("above %(value)s") % {"value": begin - 1}
        found.append((level, span, worded(level.name, level.english)))
        begin = (level.upto or 0) + 1
    return found


def _station(request: Request, uid: UUID, portal: str) -> HttpResponse:
    found = MonitoringPoint.objects.stations().filter(uid=uid).first()
    station = identity.must_find(found, request.actor, "air station", uid)
    hours = list(AirReport.objects.of_station(station, "hour")[:SHOWN_HOURS])
    days = [shown(report) for report in AirReport.objects.of_station(station, "day")[:SHOWN_DAYS]]
    forecast = list(AirForecast.objects.newest(station))
    latest = days[0] if days else None
    others = [(edition, environment.recomputed(latest.report, edition)) for edition in tables.aqi_editions() if latest]
    return render_page(
        request,
        "environment/station.html",
        station=station,
        above=f"{portal}:environment:air",
        now=shown(hours[0]) if hours else None,
        days=days,
        others=others,
        forecast=_by_pollutant(forecast),
        horizons=sorted({row.hours for row in forecast}),
        made_at=forecast[0].made_at if forecast else None,
        picture=_picture(hours),
        outlook=_outlook(forecast, hours),
    )


def _by_pollutant(rows: Sequence[AirForecast]) -> list[tuple[str, list[AirForecast]]]:
    pollutants = tables.aqi_edition().pollutants
    return [
        (pollutant.name, [row for row in rows if row.pollutant == key])
        for key, pollutant in pollutants.items()
        if any(row.pollutant == key for row in rows)
    ]


def _picture(hours: Sequence[AirReport]) -> SafeString:
    values = [None if report.value is None else float(report.value) for report in reversed(hours)]
    return mark_safe(drawn(values, _("Air quality index of the last hours")))


def _outlook(forecast: Sequence[AirForecast], hours: Sequence[AirReport]) -> SafeString:
    """Draw what PM2.5 was and will be, with the interval."""
    rows = [row for row in forecast if row.pollutant == "PM2.5"]
    if not rows:
        return mark_safe("")
    past = [report.concentrations.get("PM2.5") for report in reversed(hours)]
    values: list[float | None] = [None if value is None else float(value) for value in past]
    begin = max(0, len(past) - 1)
    length = begin + 1 + rows[-1].hours
    values += [None] * (length - len(values))
    for row in rows:
        values[begin + row.hours] = row.value
    places = [(begin + row.hours) / max(1, length - 1) for row in rows]
    band = Band(places, [row.low for row in rows], [row.high for row in rows])
    words = _("PM2.5 of the last hours and what is expected, with the interval")
    return mark_safe(drawn(values, words, band=band))
