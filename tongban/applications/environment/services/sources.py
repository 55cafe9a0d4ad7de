"""Registering sources and points, and what they may not exceed; sensing watches the limits."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.applications.environment.events import (
    EmissionLimitSet,
    MonitoringPointRegistered,
    PollutionSourceRegistered,
)
from tongban.applications.environment.models import EmissionLimit, MonitoringPoint, PollutionSource
from tongban.applications.environment.models.sources import PERIODS, PointKind, SourceKind
from tongban.applications.environment.rules.dialects import Factor
from tongban.applications.environment.services import tables
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Datastream, Thing

MANAGE = "environment.manage"
THING_KIND = "environment-{}"


@transaction.atomic
def register_source(
    *, actor: Actor, number: str, name: str, kind: str, department: Department, **known: str
) -> PollutionSource:
    """Register a source, or change what is known of it; the same again changes nothing. Raises NotAllowed, Invalid.

    known   organisation, address, area
    """
    area = known.get("area", department.area)
    actor.must_hold(MANAGE, department=department.pk, area=area)
    if not number.strip() or not name.strip() or kind not in SourceKind.values:
        raise Invalid({"name": [_("A source needs a number, a name and a kind.")]})
    wanted = {
        "name": name.strip(),
        "kind": kind,
        "department": department,
        "area": area,
        "organisation": known.get("organisation", ""),
        "address": known.get("address", ""),
    }
    source = PollutionSource.objects.select_for_update(of=("self",)).filter(number=number.strip()).first()
    if source is None:
        source = PollutionSource.objects.create(number=number.strip(), **wanted)
    else:
        actor.must_hold(MANAGE, department=source.department_id, area=source.area)
        if all(getattr(source, field) == value for field, value in wanted.items()):
            return source
        for field, value in wanted.items():
            setattr(source, field, value)
        source.save()
    journal.write(PollutionSourceRegistered(source.pk, kind), by=actor, subject=f"pollutionsource:{source.pk}")
    return source


@transaction.atomic
def register_point(
    *,
    actor: Actor,
    mn: str,
    name: str,
    kind: str,
    st: str,
    password: str,
    department: Department,
    source: PollutionSource | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    area: str | None = None,
    river: str = "",
    river_km: Decimal | None = None,
    wanted_class: str = "",
    oxygen: Decimal | None = None,
    video: str = "",
) -> MonitoringPoint:
    """Register a point and its data logger, or change what is known of it. Raises NotAllowed, Invalid.

    mn, password   of the logger, as HJ 212 writes them
    """
    area = department.area if area is None else area
    actor.must_hold(MANAGE, department=department.pk, area=area)
    if not mn.isalnum() or not name.strip() or kind not in PointKind.values or st not in tables.dialects().systems:
        raise Invalid({"mn": [_("A point needs a name, a kind, what it speaks of (ST) and its logger's number (MN).")]})
    if not password or len(password) > 6 or not password.isalnum():
        raise Invalid({"password": [_("A logger's password has one to six letters and digits.")]})
    public = kind == PointKind.AIR
    thing = sensing.register_thing(
        actor=SYSTEM,
        key=f"hj212-{mn}",
        name=name.strip(),
        department=department,
        kind=THING_KIND.format(kind),
        area=area,
        latitude=latitude,
        longitude=longitude,
        public=public,
    )
    wanted: dict[str, Any] = {
        "name": name.strip(),
        "kind": kind,
        "st": st,
        "password": password,
        "department": department,
        "area": area,
        "source": source,
        "thing": thing,
        "river": river,
        "river_km": river_km,
        "wanted_class": wanted_class,
        "oxygen": oxygen,
        "video": video,
    }
    point = MonitoringPoint.objects.select_for_update(of=("self",)).filter(mn=mn).first()
    if point is None:
        point = MonitoringPoint.objects.create(mn=mn, **wanted)
    else:
        actor.must_hold(MANAGE, department=point.department_id, area=point.area)
        if all(getattr(point, field) == value for field, value in wanted.items()):
            return point
        for field, value in wanted.items():
            setattr(point, field, value)
        point.save()
    journal.write(MonitoringPointRegistered(point.pk, mn, kind), by=actor, subject=f"monitoringpoint:{point.pk}")
    return point


@transaction.atomic
def set_limit(
    *,
    actor: Actor,
    point: MonitoringPoint,
    factor: str,
    period: str,
    most: Decimal,
    source: str,
    valid_from: date | None = None,
    converted: bool = False,
) -> EmissionLimit:
    """Set what a point may not exceed from a day on; what held before ends on the day before, and stays on record.

    Sensing raises an alert beyond it, by the ladder of the terms. Raises NotAllowed, Invalid.
    """
    actor.must_hold(MANAGE, department=point.department_id, area=point.area)
    day = valid_from or clock.today()
    if tables.dialects().factor(factor) is None or period not in PERIODS or most < 0:
        raise Invalid({"factor": [_("Choose a factor of HJ 212, a period and a limit that is not below zero.")]})
    if not source.strip():
        raise Invalid({"source": [_("Say in which standard or permit the limit stands.")]})
    if day < clock.today():
        raise Invalid({"valid_from": [_("A limit cannot hold from a day that is past.")]})
    before = EmissionLimit.objects.select_for_update().filter(
        point=point, factor=factor, period=period, valid_until=None
    )
    last = before.first()
    if last and (last.most, last.source, last.converted) == (most, source.strip(), converted):
        return last
    if last and last.valid_from >= day:
        raise Invalid({"valid_from": [_("A limit that begins on that day or later is set already.")]})
    if last:
        last.valid_until = day - timedelta(days=1)
        last.save()
    limit = EmissionLimit.objects.create(
        point=point,
        factor=factor,
        period=period,
        most=most,
        converted=converted,
        source=source.strip(),
        valid_from=day,
    )
    told = EmissionLimitSet(point.pk, factor, str(most), day.isoformat())
    journal.write(told, by=actor, subject=f"monitoringpoint:{point.pk}")
    _watch(limit)
    return limit


def property_key(code: str, period: str) -> str:
    """Return what sensing calls a factor of a period: hourly means and instant values are judged apart."""
    return code if period == "hour" else f"{code}.{period}"


def open_stream(point: MonitoringPoint, code: str, period: str) -> Datastream:
    """Open the stream of a factor of a point, once."""
    plain, _dash, kind = code.partition("-")
    factor = tables.dialects().factor(plain)
    words = {"Zs": ("（折算）", " (converted)"), "Cou": ("累计", ", amount")}.get(kind, ("", ""))
    name = (factor.name if factor else plain) + words[0]
    english = (factor.english if factor else plain) + words[1]
    measured = sensing.define_property(actor=SYSTEM, key=property_key(code, period), name=name, english=english)
    return sensing.open_stream(
        actor=SYSTEM,
        key=point.stream_key(code, period),
        thing=Thing.objects.get(pk=point.thing_id),
        observed_property=measured,
        unit_symbol="" if factor is None or kind == "Cou" else _unit(point, factor),
    )


def _unit(point: MonitoringPoint, factor: Factor) -> str:
    """Return in which unit a point sends a factor: air stations as the air quality index takes it."""
    if point.kind == PointKind.AIR:
        for pollutant in tables.aqi_edition().pollutants.values():
            if pollutant.code == factor.code:
                return pollutant.unit
    return factor.unit


def _watch(limit: EmissionLimit) -> None:
    """Let sensing judge the values that the limit is about: early warning below it, levels above it."""
    point, terms = limit.point, tables.data_terms()
    begin = timezone.make_aware(datetime.combine(limit.valid_from, time()))
    code = f"{limit.factor}-Zs" if limit.converted else limit.factor
    open_stream(point, code, limit.period)
    ladder = [
        {
            "level": level,
            "when": {
                "kind": "threshold",
                "property": property_key(code, limit.period),
                "op": ">",
                "limit": float(limit.most * share),
                "clear": float(limit.most * share * terms.alert_clear),
            },
        }
        for level, share in terms.alert_ladder.items()
    ]
    factor = tables.dialects().factor(limit.factor)
    sensing.publish_rule(
        actor=SYSTEM,
        key=rule_key(point, limit.factor, limit.period),
        name=f"{point.name} {factor.name if factor else limit.factor}超标",
        english=f"{point.name}: {factor.english if factor else limit.factor} above its limit",
        department=point.department,
        definition={"scope": {"things": [f"hj212-{point.mn}"]}, "ladder": ladder},
        source=f"{limit.source}；{terms.source}"[:300],
        valid_from=begin if begin > clock.now() else None,
    )


def rule_key(point: MonitoringPoint, factor: str, period: str) -> str:
    return f"environment-{point.mn}-{factor}-{period}"
