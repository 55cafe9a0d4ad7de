"""How well the data of a point comes, and how the water and a whole region do. Questions only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tongban.applications.environment.models import AirReport, MonitoringPoint
from tongban.applications.environment.rules import quality, water
from tongban.applications.environment.services import tables
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.sensing.models import Alert, Datastream, Observation

SHOWN_HOURS = 72
EVERY = {"minute": timedelta(minutes=10), "hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True)
class Record:
    """How a stream came over the last hours: its values in order, the rate, gaps, and where it stood still."""

    values: Sequence[quality.Value]
    rate: quality.Rate
    gaps: Sequence[tuple[datetime, datetime]]
    constant: Sequence[tuple[datetime, datetime, Decimal]]
    good: bool


def record_of(stream: Datastream, period: str, code: str) -> Record | None:
    """Return how a stream came, None for one that has no rhythm."""
    every = EVERY.get(period)
    if every is None:
        return None
    terms = tables.data_terms()
    late = timedelta(minutes=terms.late_minutes[period])
    last = _begin(clock.now() - every - late, every)
    first = last - (SHOWN_HOURS - 1) * timedelta(hours=1) if period != "day" else last - 29 * every
    values = [
        quality.Value(row.at, None if row.value is None else Decimal(str(row.value)), row.flag, row.received_at)
        for row in Observation.objects.between(stream, first, last)
    ]
    rate = quality.rate(values, first=first, last=last, every=every, late=late)
    constant = quality.constant_runs(values, at_least=terms.constant_values) if code in terms.varying else []
    return Record(
        values,
        rate,
        quality.gaps([value.at for value in values], first=first, last=last, every=every, at_least=terms.gap_periods),
        constant,
        rate.effective is not None and rate.effective >= terms.target_percent,
    )


def _begin(moment: datetime, every: timedelta) -> datetime:
    """Return the beginning of the period that a moment lies in, counted from midnight where the city is."""
    from_midnight = timedelta(hours=8)
    seconds = int((moment.timestamp() + from_midnight.total_seconds()) // every.total_seconds() * every.total_seconds())
    return datetime.fromtimestamp(seconds - from_midnight.total_seconds(), moment.tzinfo)


@dataclass(frozen=True)
class Section:
    """How the water is at a section: its class, and by how many classes it is worse than the section above."""

    point: MonitoringPoint
    at: datetime | None
    verdict: water.WaterVerdict | None
    change: int | None
    kept: bool


def sections(points: Iterable[MonitoringPoint]) -> dict[str, list[Section]]:
    """Return the rivers with their sections from the source downstream, each by the last values it has."""
    points = list(points)
    latest = _latest(points)
    edition, found = tables.water_edition(), dict[str, list[Section]]()
    for point in points:
        values, at = latest.get(point.pk, ({}, None))
        lake = point.kind == "lake"
        verdict = water.classed(values, edition, lake=lake, wanted=point.wanted_class or "Ⅲ")
        above = found.setdefault(point.river, [])
        upstream = next((one.verdict for one in reversed(above) if one.verdict), None)
        change = water.changed(upstream, verdict, edition) if upstream and verdict else None
        kept = verdict is not None and edition.rank(verdict.name) <= edition.rank(point.wanted_class or "Ⅲ")
        above.append(Section(point, at, verdict, change, kept))
    return found


def _latest(points: Sequence[MonitoringPoint]) -> dict[int, tuple[dict[str, Decimal], datetime | None]]:
    """Return the last valid values of each point by factor, hourly ones where there are, and when the newest came."""
    codes = tables.water_edition().items
    wanted = {
        point.stream_key(code, period): (point.pk, code)
        for point in points
        for code in codes
        for period in ("realtime", "hour")
    }
    streams = {number: wanted[key] for key, number in Datastream.objects.ids_by_key(wanted).items()}
    found: dict[int, tuple[dict[str, Decimal], datetime | None]] = {}
    for stream in Datastream.objects.with_ids(streams).with_latest():
        row = getattr(stream, "latest", None)
        if row is None or row.quality != "valid" or row.value is None:
            continue
        point, code = streams[stream.pk]
        values, at = found.get(point, ({}, None))
        values[code] = Decimal(str(row.value))
        found[point] = (values, row.at if at is None else max(at, row.at))
    return found


@dataclass(frozen=True)
class Evaluation:
    """How a region does, medium by medium. counts: how many of what; kept: how many are as they should be."""

    air: tuple[int, int]
    water: tuple[int, int]
    heard: tuple[int, int]
    exceeded: int
    worst_air: AirReport | None
    worst_section: Section | None


def evaluated(actor: Actor, *, heard_minutes: int = 60) -> Evaluation:
    """Return how the region of an official does: air by day or hour, water by section, sources by what comes in."""
    limit = 100
    reports = [report for report in AirReport.objects.newest_of_each("hour") if report.value is not None]
    rivers = sections(MonitoringPoint.objects.sections())
    found = [section for river in rivers.values() for section in river if section.verdict]
    points = MonitoringPoint.objects.visible_to(actor)
    since = clock.now() - timedelta(minutes=heard_minutes)
    edition = tables.water_edition()
    alerts = Alert.objects.visible_to(actor).open().count()
    return Evaluation(
        air=(sum((report.value or 0) <= limit for report in reports), len(reports)),
        water=(sum(section.kept for section in found), len(found)),
        heard=(points.filter(heard_at__gte=since).count(), points.count()),
        exceeded=alerts,
        worst_air=max(reports, key=lambda report: report.value or 0, default=None),
        worst_section=max(found, key=lambda s: edition.rank(s.verdict.name) if s.verdict else 0, default=None),
    )
