"""Readings as pages show them, raw or as means by the hour; and what a rule would have done."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.sensing.models import Alert, Datastream, HourSummary, Observation, Thing
from tongban.platform.sensing.rules import trying
from tongban.platform.sensing.rules.conditions import Leaf, ReadingPoint
from tongban.platform.sensing.rules.definitions import AlertDefinition, parsed
from tongban.platform.sensing.rules.evaluating import AlertTransition
from tongban.platform.sensing.services import judging

RAW_HOURS = 48
MAX_READ = 20_000
MAX_THINGS = 50


class Series(NamedTuple):
    """What a stream measured between two moments. hourly: its means by the hour, not each reading."""

    begin: datetime
    end: datetime
    points: list[tuple[datetime, float]]
    hourly: bool


class Trial(NamedTuple):
    """What a rule would have told of a thing."""

    thing: Thing
    told: list[AlertTransition]


def series(stream: Datastream, begin: datetime, end: datetime) -> Series:
    """Return the valid numbers of a stream, by the hour where it is about more than two days."""
    if end - begin > timedelta(hours=RAW_HOURS):
        hours = HourSummary.objects.between(stream, begin, end).filter(valid__gt=0, lowest__isnull=False)
        points = [(hour.hour + timedelta(minutes=30), hour.total / hour.valid) for hour in hours]
        return Series(begin, end, points, hourly=True)
    rows = Observation.objects.between(stream, begin, end).filter(quality="valid", value__isnull=False)
    found = rows.values_list("at", "value")[:MAX_READ]
    return Series(begin, end, [(at, value) for at, value in found if value is not None], hourly=False)


def around(alert: Alert) -> tuple[Datastream | None, Series | None, list[float]]:
    """Return the stream that raised an alert, what it measured around that time, and the limits of the rule."""
    from_rule = leaves_of(alert)
    keys = {leaf.measures for leaf in from_rule}
    stream = alert.stream or Datastream.objects.measuring(alert.thing_id, keys).order_by("pk").first()
    if stream is None:
        return None, None, []
    until = alert.cleared_at or alert.closed_at or clock.now()
    begin = alert.raised_at - timedelta(hours=6)
    measures = stream.observed_property.key
    limits = {leaf.limit for leaf in from_rule if leaf.measures == measures and leaf.kind in ("threshold", "duration")}
    return stream, series(stream, begin, min(until + timedelta(hours=2), clock.now())), sorted(limits)


def leaves_of(alert: Alert) -> tuple[Leaf, ...]:
    """Return what the version of the rule measures that raised an alert."""
    return parsed(alert.version.definition, judging.zone()).leaves


def try_rule(*, actor: Actor, definition: AlertDefinition, days: int) -> list[Trial]:
    """Return what a rule would have told in the last days, of the things that the actor sees, at most fifty of them."""
    end = clock.now()
    begin = end - timedelta(days=days)
    things = (thing for thing in _things(actor, definition) if _concerns(definition, thing))
    trials = []
    for thing, _number in zip(things, range(MAX_THINGS), strict=False):
        readings = _measured(thing, definition, begin, end)
        told = trying.tried(definition, readings, begin=begin.timestamp(), end=end.timestamp())
        trials.append(Trial(thing, told))
    return trials


def _concerns(definition: AlertDefinition, thing: Thing) -> bool:
    return definition.concerns(key=thing.key, kind=thing.kind, area=thing.area)


def _things(actor: Actor, definition: AlertDefinition) -> Iterable[Thing]:
    seen = Thing.objects.visible_to(actor).of_kind(definition.kind)
    seen = seen.filter(key__in=definition.things) if definition.things else seen
    return seen.order_by("pk")[: MAX_THINGS * 4]


def _measured(thing: Thing, definition: AlertDefinition, begin: datetime, end: datetime) -> Iterable[trying.Measured]:
    for stream in Datastream.objects.measuring(thing.pk, definition.properties).select_related("observed_property"):
        rows = Observation.objects.between(stream, begin, end).filter(quality="valid")
        for at, value, data in rows.values_list("at", "value", "data")[:MAX_READ]:
            yield trying.Measured(stream.observed_property.key, ReadingPoint(at.timestamp(), value, data))
