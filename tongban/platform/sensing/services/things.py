"""Registering what measures, what is measured, and the streams between them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.identity.models import Department
from tongban.platform.sensing.events import StreamOpened, ThingChanged, ThingRegistered
from tongban.platform.sensing.models import (
    Datastream,
    HistoricalLocation,
    LatestObservation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)

STEWARD = "sensing.steward"


@transaction.atomic
def register_thing(
    *,
    actor: Actor,
    key: str,
    name: str,
    department: Department,
    kind: str = "",
    description: str = "",
    area: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    crs: str = "CGCS2000",
    owner: str = "",
    public: bool = False,
    properties: dict[str, Any] | None = None,
) -> Thing:
    """Register a thing, or change what is known of it; the same again changes nothing. Raises NotAllowed, Invalid.

    area   in which it lies; None: that of the department
    """
    area = department.area if area is None else area
    actor.must_hold(STEWARD, department=department.pk, area=area)
    _refuse_unnamed(key=key, name=name)
    if not _is_place(latitude, longitude):
        raise Invalid({"latitude": [_("Say where it is in degrees: latitude up to 90, longitude up to 180.")]})
    wanted: dict[str, Any] = {
        "name": name,
        "department": department,
        "kind": kind,
        "description": description,
        "area": area,
        "latitude": latitude,
        "longitude": longitude,
        "crs": crs,
        "owner": owner,
        "public": public,
        "properties": properties or {},
    }
    thing = Thing.objects.select_for_update(of=("self",)).filter(key=key).first()
    if thing is None:
        thing = Thing.objects.create(key=key, registered_at=clock.now(), **wanted)
        _place(thing)
        journal.write(ThingRegistered(thing.pk, key, kind), by=actor, subject=f"thing:{thing.pk}")
        return thing
    actor.must_hold(STEWARD, department=thing.department_id, area=thing.area)
    changed = [field for field, value in wanted.items() if getattr(thing, field) != value]
    if changed:
        for field in changed:
            setattr(thing, field, wanted[field])
        thing.save(update_fields=changed)
        if {"latitude", "longitude"} & set(changed):
            _place(thing)
        if owned := {field: wanted[field] for field in ("department", "area", "public") if field in changed}:
            Datastream.objects.filter(thing=thing).update(**owned)
        journal.write(ThingChanged(thing.pk, key, changed), by=actor, subject=f"thing:{thing.pk}")
    return thing


@transaction.atomic
def define_property(
    *, actor: Actor, key: str, name: str, english: str = "", definition: str = "", description: str = ""
) -> ObservedProperty:
    """Define what can be measured, or change its words. Raises NotAllowed, Invalid."""
    actor.must_hold(STEWARD)
    _refuse_unnamed(key=key, name=name)
    words = {"name": name, "english": english, "definition": definition, "description": description}
    return ObservedProperty.objects.update_or_create(key=key, defaults=words)[0]


@transaction.atomic
def register_sensor(
    *, actor: Actor, key: str, name: str, department: Department, description: str = "", public: bool = False
) -> Sensor:
    """Register an instrument or a procedure, or change its words. Raises NotAllowed, Invalid."""
    actor.must_hold(STEWARD, department=department.pk, area=department.area)
    _refuse_unnamed(key=key, name=name)
    words = {"name": name, "description": description, "public": public}
    words |= {"department": department, "area": department.area}
    return Sensor.objects.update_or_create(key=key, defaults=words)[0]


@transaction.atomic
def open_stream(
    *,
    actor: Actor,
    key: str,
    thing: Thing,
    observed_property: ObservedProperty,
    sensor: Sensor | None = None,
    name: str = "",
    description: str = "",
    kind: str = "measurement",
    unit_name: str = "",
    unit_symbol: str = "",
    unit_definition: str = "",
    public: bool | None = None,
    keep_days: int | None = None,
    properties: dict[str, Any] | None = None,
) -> Datastream:
    """Open a stream of readings, or change what is known of it. Raises NotAllowed, Invalid.

    sensor   None: one of its own, named after the thing
    public   None: as the thing is
    """
    actor.must_hold(STEWARD, department=thing.department_id, area=thing.area)
    _refuse_unnamed(key=key, name="-")
    public = thing.public if public is None else public
    sensor = sensor or _own_sensor(thing)
    wanted: dict[str, Any] = {
        "thing": thing,
        "observed_property": observed_property,
        "sensor": sensor,
        "name": name or f"{thing.name} {observed_property.name}"[:200],
        "description": description,
        "kind": kind,
        "unit_name": unit_name,
        "unit_symbol": unit_symbol,
        "unit_definition": unit_definition,
        "department_id": thing.department_id,
        "area": thing.area,
        "public": public,
        "keep_days": keep_days,
        "properties": properties or {},
    }
    stream = Datastream.objects.filter(key=key).first()
    if stream is None:
        stream = Datastream.objects.create(key=key, opened_at=clock.now(), **wanted)
        told = StreamOpened(stream.pk, key, thing.pk, observed_property.key)
        journal.write(told, by=actor, subject=f"thing:{thing.pk}")
        return stream
    changed = [field for field, value in wanted.items() if getattr(stream, field) != value]
    if changed:
        for field in changed:
            setattr(stream, field, wanted[field])
        stream.save()
        fields = [f"{key}: {field}" for field in changed]
        journal.write(ThingChanged(thing.pk, thing.key, fields), by=actor, subject=f"thing:{thing.pk}")
    return stream


def _own_sensor(thing: Thing) -> Sensor:
    owned = {"department_id": thing.department_id, "area": thing.area, "public": thing.public}
    return Sensor.objects.get_or_create(key=thing.key, defaults={"name": thing.name, **owned})[0]


def _place(thing: Thing) -> None:
    """Keep where the thing is from now on, and where it was."""
    if thing.latitude is None:
        return
    point = {"type": "Point", "coordinates": [thing.longitude, thing.latitude]}
    owned = {"department_id": thing.department_id, "area": thing.area, "public": thing.public}
    location = Location.objects.create(name=thing.name, geometry=point, properties={"crs": thing.crs}, **owned)
    thing.locations.set([location])
    HistoricalLocation.objects.create(thing=thing, at=clock.now()).locations.add(location)
    LatestObservation.objects.filter(stream__thing=thing).update(latitude=thing.latitude, longitude=thing.longitude)


def _refuse_unnamed(*, key: str, name: str) -> None:
    if not key.strip() or not name.strip():
        raise Invalid({"key" if not key.strip() else "name": [_("Give it a key and a name.")]})


def _is_place(latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None:
        return latitude is longitude
    return -90 <= latitude <= 90 and -180 <= longitude <= 180
