"""Units: register them, find the nearest, send them, follow their steps and their ways."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.emergency.events import (
    EmergencyUnitMoved,
    EmergencyUnitRegistered,
    EmergencyUnitsDispatched,
)
from tongban.applications.emergency.models import (
    EmergencyAssignment,
    EmergencyIncident,
    EmergencyTrackPoint,
    EmergencyUnit,
    UnitState,
)
from tongban.applications.emergency.rules import roads, units
from tongban.applications.emergency.services import logging, tables
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.identity.models import Department
from tongban.platform.places.models import Feature

FOLLOW = "emergency.follow"
# So far round an incident units are looked for, and roads between them.
SEARCHED_M = (3_000, 15_000)  # farther only where nearer ones are not enough to choose from
ROAD_REACH_M = 400
MAX_ROADS, MAX_CANDIDATES = 4000, 30
ROADS = "roads"
ON_FOOT, BRIDGED = "path", "motorway"
TIMES = {"set_out": "en_route_at", "arrive": "arrived_at", "leave": "left_at", "release": "released_at"}


class UnitTaken(Refusal):
    """A colleague was quicker."""

    message = _("%(unit)s has been sent to %(number)s meanwhile. Choose another one.")


class NobodySent(Refusal):
    status, field = 422, "units"
    message = _("Choose at least one unit.")


class UnitStepImpossible(Refusal):
    message = _("%(unit)s is %(state)s; this step does not follow from there.")


class Candidate(NamedTuple):
    """A unit that could be sent. metres: by road where by_road, else straight; None where the place is not known.

    fits: it is of a kind that such incidents need; in_drill: it takes part in a drill, which it would leave
    """

    unit: EmergencyUnit
    metres: float | None
    by_road: bool
    fits: bool
    in_drill: bool


@transaction.atomic
def register_unit(
    *,
    actor: Actor,
    key: str,
    name: str,
    kind: str,
    department: Department,
    latitude: float,
    longitude: float,
    crew: int = 0,
) -> EmergencyUnit:
    """Register a unit, or what changed of it; again changes nothing. Raises NotAllowed, Invalid."""
    actor.must_hold("emergency.maintain")
    if kind not in tables.table().units:
        raise Invalid({"kind": [_("There is no such kind of unit.")]})
    known = EmergencyUnit.objects.with_key(key)
    if known and (known.name, known.kind, known.department_id, known.crew) == (name, kind, department.pk, crew):
        return known
    said = {"name": name, "kind": kind, "department": department, "area": department.area, "crew": crew}
    if known is None:
        where = {"latitude": latitude, "longitude": longitude, "moved_at": clock.now()}
        known = EmergencyUnit.objects.create(key=key, **said, **where)
    else:
        EmergencyUnit.objects.filter(pk=known.pk).update(**said)
        known.refresh_from_db()
    journal.write(EmergencyUnitRegistered(key, kind), by=actor, subject=f"emergencyunit:{known.pk}")
    return known


def candidates(*, actor: Actor, incident: EmergencyIncident) -> list[Candidate]:
    """Return the units that could be sent now: what the incident needs first, then the nearest by road.

    Where the map has no road for one, its straight distance counts, and the candidate says so.
    """
    seen = EmergencyUnit.objects.visible_to(actor).with_names().not_off()
    if incident.latitude is None or incident.longitude is None:
        return _in_order(incident, [(unit, None, False) for unit in seen.order_by("name", "pk")[:MAX_CANDIDATES]])
    here = incident.latitude, incident.longitude
    near: list[tuple[float, EmergencyUnit]] = []
    for metres in SEARCHED_M:
        near = [
            (units.metres(*here, unit.latitude, unit.longitude), unit)
            for unit in seen.in_box(*units.box_around(*here, metres))
            if _is_free(unit, incident)
        ]
        if sum(unit.kind in _needs(incident) for _metres, unit in near) >= MAX_CANDIDATES:
            break
    near.sort(key=lambda pair: (pair[1].kind not in _needs(incident), pair[0], pair[1].pk))
    found = near[:MAX_CANDIDATES]
    ways = _by_road(incident, [unit for _metres, unit in found])
    return _in_order(incident, [(unit, ways.get(unit.pk, metres), unit.pk in ways) for metres, unit in found])


@transaction.atomic
def dispatch(
    *, actor: Actor, incident: EmergencyIncident, chosen: Sequence[EmergencyUnit], version: int | None
) -> EmergencyIncident:
    """Send units to an incident. Of two dispatchers with one picture the first wins, and the other is told.

    A unit in a drill leaves it for a real incident. Raises NotAllowed, IncidentOver, IncidentChanged, UnitTaken,
    NobodySent.
    """
    found = logging.held(actor, incident, version=version)
    if not chosen:
        raise NobodySent()
    keys = sorted(unit.pk for unit in chosen)
    locked = list(EmergencyUnit.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    now = clock.now()
    ways = _by_road(found, locked)
    for unit in locked:
        _send(actor, found, unit, ways, now)
    found.dispatched_at = found.dispatched_at or now
    if found.state == EmergencyIncident.State.RECEIVED:
        found.state = EmergencyIncident.State.RESPONDING
    logging.decided(found)
    logging.write(found, "unit", actor, _worded(locked, UnitState.DISPATCHED.label))
    told = EmergencyUnitsDispatched(found.pk, [unit.key for unit in locked], found.drill)
    journal.write(told, by=actor, subject=found.subject)
    return found


@transaction.atomic
def move_unit(*, actor: Actor, unit: EmergencyUnit, step: str) -> EmergencyUnit:
    """Let a unit take a step: set_out, arrive, leave, release, stand_down, report_ready. Raises UnitStepImpossible."""
    if not actor.holds(FOLLOW, department=unit.department_id, area=unit.area):
        actor.must_hold(logging.COMMAND, department=unit.department_id, area=unit.area)
    found: EmergencyUnit = EmergencyUnit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if step not in units.possible(found.state):
        raise UnitStepImpossible(unit=found.name, state=found.get_state_display())
    now, incident, drill = clock.now(), found.incident, False
    found.state = units.STEPS[step][1]
    assignment = EmergencyAssignment.objects.open_of(found.pk)
    if assignment is not None and incident is not None:
        drill = assignment.drill
        setattr(assignment, TIMES[step], now)
        assignment.save()
        if step == "release":
            found.incident = None
        _told(actor, incident, found, step, now)
    found.save()
    journal.write(
        EmergencyUnitMoved(found.key, step, found.state, incident.pk if incident else None, drill),
        by=actor,
        subject=f"emergencyunit:{found.pk}",
    )
    return found


@transaction.atomic
def record_position(
    *, actor: Actor, unit: EmergencyUnit, at: datetime, latitude: float, longitude: float
) -> EmergencyUnit:
    """Keep where a unit was. The way is kept while it is at work only; the same moment again changes nothing.

    Raises NotAllowed, Invalid.
    """
    actor.must_hold(FOLLOW, department=unit.department_id, area=unit.area)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Invalid({"latitude": [_("A position has latitude and longitude, in degrees.")]})
    found: EmergencyUnit = EmergencyUnit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if found.incident is not None:
        EmergencyTrackPoint.objects.get_or_create(
            unit=found,
            at=at,
            defaults={
                "incident": found.incident,
                "latitude": latitude,
                "longitude": longitude,
                "drill": found.incident.drill,
            },
        )
    if at >= found.moved_at:
        found.latitude, found.longitude, found.moved_at = latitude, longitude, min(at, clock.now())
        found.save()
    return found


def _send(
    actor: Actor, incident: EmergencyIncident, unit: EmergencyUnit, ways: dict[int, float], now: datetime
) -> None:
    actor.must_hold(logging.COMMAND, department=unit.department_id, area=unit.area)
    if not _is_free(unit, incident):
        raise UnitTaken(unit=unit.name, number=unit.incident.number if unit.incident else unit.get_state_display())
    left = EmergencyAssignment.objects.open_of(unit.pk)
    if left is not None:
        left.released_at = now
        left.save()
    metres = ways.get(unit.pk)
    straight = (
        None
        if incident.latitude is None or incident.longitude is None
        else units.metres(incident.latitude, incident.longitude, unit.latitude, unit.longitude)
    )
    far = metres if metres is not None else straight
    EmergencyAssignment.objects.create(
        incident=incident,
        unit=unit,
        metres=None if far is None else round(far),
        by_road=metres is not None,
        dispatched_at=now,
        dispatcher_name=actor.name or "—",
        drill=incident.drill,
    )
    unit.state, unit.incident = UnitState.DISPATCHED, incident
    unit.save()


def _told(actor: Actor, incident: EmergencyIncident, unit: EmergencyUnit, step: str, now: datetime) -> None:
    """Write a unit's step into the log of its incident; the first to arrive says that it is being fought."""
    held = EmergencyIncident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if step == "arrive" and held.arrived_at is None:
        held.arrived_at = now
        if held.state in {EmergencyIncident.State.RECEIVED, EmergencyIncident.State.RESPONDING}:
            held.state = EmergencyIncident.State.ON_SCENE
        held.save()
    logging.write(held, "unit", actor, _worded([unit], UnitState(unit.state).label))


def _worded(found: Sequence[EmergencyUnit], state: object) -> str:
    return f"{'、'.join(unit.name for unit in found)}：{state}"


def _is_free(unit: EmergencyUnit, incident: EmergencyIncident) -> bool:
    """Say whether a unit may be sent: it is free or on its way back, or in a drill while this is none."""
    if unit.state in {UnitState.AVAILABLE, UnitState.RETURNING}:
        return unit.incident_id != incident.pk
    in_drill = unit.incident is not None and unit.incident.drill
    return unit.state != UnitState.OFF and in_drill and not incident.drill


def _needs(incident: EmergencyIncident) -> tuple[str, ...]:
    found = tables.table().kinds.get(incident.kind)
    return found.needs if found else ()


def _in_order(
    incident: EmergencyIncident, found: Sequence[tuple[EmergencyUnit, float | None, bool]]
) -> list[Candidate]:
    needs = _needs(incident)
    rows = [
        Candidate(unit, metres, by_road, unit.kind in needs, unit.incident is not None and unit.incident.drill)
        for unit, metres, by_road in found
    ]
    return sorted(rows, key=lambda row: (not row.fits, row.metres or 0.0, row.unit.pk))


def _by_road(incident: EmergencyIncident, found: Sequence[EmergencyUnit]) -> dict[int, float]:
    """Return how far units have to go by road, by their numbers; those of whom the map does not say it are left out."""
    if incident.latitude is None or incident.longitude is None or not found:
        return {}
    latitudes = [incident.latitude, *(unit.latitude for unit in found)]
    longitudes = [incident.longitude, *(unit.longitude for unit in found)]
    rim = 0.01
    box = min(longitudes) - rim, min(latitudes) - rim, max(longitudes) + rim, max(latitudes) + rim
    rows = list(
        Feature.objects.of(ROADS).valid(on=clock.today()).in_box(box).values_list("kind", "geometry")[: MAX_ROADS + 1]
    )
    if len(rows) > MAX_ROADS:
        return {}
    lines = [
        roads.Road([(float(at[0]), float(at[1])) for at in geometry["coordinates"]], kind == BRIDGED)
        for kind, geometry in rows
        if kind != ON_FOOT and geometry["type"] == "LineString"
    ]
    middle = incident.longitude, incident.latitude
    places = {unit.pk: (unit.longitude, unit.latitude) for unit in found}
    return roads.RoadNet(lines, middle).metres_from(middle, places, reach_m=ROAD_REACH_M)
