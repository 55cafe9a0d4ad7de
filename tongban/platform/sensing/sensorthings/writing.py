"""Entities come in by SensorThings, alone or with what belongs to them; they are changed in part, and deleted."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, NotFound
from tongban.platform.identity.models import Department
from tongban.platform.sensing.events import StreamOpened, ThingChanged, ThingRegistered
from tongban.platform.sensing.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    LatestObservation,
    Location,
    Observation,
    ObservedProperty,
    Sensor,
    Thing,
)
from tongban.platform.sensing.rules.odata import UnreadableQuery, moment, times
from tongban.platform.sensing.sensorthings.columns import (
    kind_of_result,
    listed,
    plain_columns,
    refuse_incomplete,
    refuse_inline,
    refuse_texts,
    set_property,
    unit_columns,
)
from tongban.platform.sensing.sensorthings.entities import SETS
from tongban.platform.sensing.services import observing, removing

STEWARD, OBSERVE = "sensing.steward", "sensing.observe"


@transaction.atomic
def create(actor: Actor, name: str, data: Any, around: Mapping[str, Any] | None = None) -> Any:
    """Create an entity with what is told inside it, all or nothing; return its row.

    around   what the address says it belongs to: {"Thing": row}
    Raises NotAllowed, NotFound, UnreadableQuery.
    """
    refuse_incomplete(name, data)
    return _CREATE[name](actor, data, dict(around or {}))


@transaction.atomic
def change(actor: Actor, name: str, row: Any, data: Any) -> None:
    """Change some properties of an entity, and what it is related to. Raises NotAllowed, UnreadableQuery."""
    if not isinstance(data, Mapping):
        raise UnreadableQuery("an object is expected")
    refuse_inline(name, data)
    refuse_texts(data)
    _must_look_after(actor, row)
    entities, changed = SETS[name], []
    for key, value in data.items():
        if key in entities.related:
            _relate(actor, row, key, value)
        elif key in entities.said:
            changed += set_property(row, key, value)
    if changed:
        row.save(update_fields=changed)
    if isinstance(row, Observation) and changed:
        removing.sum_up_again([row.stream_id])
    if isinstance(row, Thing):
        journal.write(ThingChanged(row.pk, row.key, sorted(data)), by=actor, subject=f"thing:{row.pk}")


@transaction.atomic
def delete(actor: Actor, row: Any) -> None:
    """Delete an entity with what hangs on it. Raises NotAllowed, Conflict where an alert is on record."""
    _must_look_after(actor, row)
    if isinstance(row, Observation):
        stream = row.stream_id
        row.delete()
        removing.sum_up_again([stream])
        return
    try:
        row.delete()
    except ProtectedError as error:
        raise Conflict() from error


def observe_array(actor: Actor, root: str, groups: Any) -> list[str]:
    """Keep readings that come as rows (dataArray); return of each its address, or "error"."""
    if not isinstance(groups, list):
        raise UnreadableQuery("a list is expected")
    told: list[str] = []
    observations, places = [], []
    for group in groups:
        stream, names, rows = _group(actor, group)
        for values in rows:
            try:
                observations.append(observed(actor, stream.pk, dict(zip(names, values, strict=True))))
                places.append(len(told))
                told.append("")
            except (UnreadableQuery, NotFound, ValueError, TypeError):
                told.append("error")
    received = observing.observe_many(actor=actor, observations=observations)
    for number, place in enumerate(places):
        pk = received.ids.get(number)
        told[place] = f"{root}/Observations({pk})" if pk else "error"
    return told


def _group(actor: Actor, group: Any) -> tuple[Datastream, list[str], list[Any]]:
    if not isinstance(group, Mapping) or not isinstance(group.get("dataArray"), list):
        raise UnreadableQuery("a Datastream, components and a dataArray are expected")
    stream = _linked(actor, "Datastreams", group.get("Datastream"))
    names = [str(name) for name in group.get("components", [])]
    if "result" not in names:
        raise UnreadableQuery("components: result is missing")
    return stream, names, group["dataArray"]


def observed(actor: Actor, stream: int, data: Mapping[str, Any], *, key: str = "") -> observing.Observed:
    """Read an observation of a stream. key: names it where it does not name itself; "" makes it a reading of its own.

    Raises UnreadableQuery, NotFound, KeyError, ValueError, TypeError.
    """
    begin, until = times(data["phenomenonTime"]) if data.get("phenomenonTime") else (clock.now(), None)
    feature = data.get("FeatureOfInterest/id") or data.get("FeatureOfInterest")
    if isinstance(feature, Mapping):
        feature = _given(actor, "FeaturesOfInterest", feature, {}).pk
    elif feature is not None:
        feature = _linked(actor, "FeaturesOfInterest", {"@iot.id": feature}).pk
    more = {name: data[name] for name in ("parameters", "validTime", "resultQuality") if data.get(name) is not None}
    return observing.Observed(
        stream,
        begin,
        data["result"],
        # Two readings of one moment are two, unless their sender says that they are one.
        key=str(data.get("@iot.key") or key or uuid.uuid4().hex),
        until=until,
        feature=feature,
        result_at=moment(data["resultTime"]) if data.get("resultTime") else None,
        more=more or None,
    )


def _create_thing(actor: Actor, data: Mapping[str, Any], around: dict[str, Any]) -> Thing:
    owned = _owned(actor, data)
    key = str((data.get("properties") or {}).get("key") or uuid.uuid4())
    if Thing.objects.filter(key=key).exists():
        raise Conflict()
    kind = str((data.get("properties") or {}).get("kind") or "")[:60]
    thing = Thing.objects.create(key=key, kind=kind, registered_at=clock.now(), **plain_columns(data), **owned)
    journal.write(ThingRegistered(thing.pk, thing.key, kind), by=actor, subject=f"thing:{thing.pk}")
    if "Locations" in around:
        _move(thing, [around["Locations"]])
    if data.get("Locations"):
        _move(thing, [_given(actor, "Locations", one, {}) for one in listed(data["Locations"])])
    for one in listed(data.get("Datastreams", [])):
        _given(actor, "Datastreams", one, {"Thing": thing})
    return thing


def _create_location(actor: Actor, data: Mapping[str, Any], around: dict[str, Any]) -> Location:
    thing = around.get("Thing") or around.get("Things")
    location = Location.objects.create(**plain_columns(data), **_owned(actor, data, thing))
    things = [thing] if thing else [_given(actor, "Things", one, {}) for one in listed(data.get("Things", []))]
    for one in things:
        _move(one, [location])
    return location


def _create_history(actor: Actor, data: Mapping[str, Any], around: dict[str, Any]) -> HistoricalLocation:
    thing = around.get("Thing") or _given(actor, "Things", data.get("Thing"), {})
    _must_look_after(actor, thing)
    locations = [_given(actor, "Locations", one, {}) for one in listed(data.get("Locations", []))]
    history = HistoricalLocation.objects.create(thing=thing, at=moment(data["time"]))
    history.locations.set(locations)
    return history


def _create_stream(actor: Actor, data: Mapping[str, Any], around: dict[str, Any]) -> Datastream:
    thing = around.get("Thing") or _given(actor, "Things", data.get("Thing"), {})
    _must_look_after(actor, thing)
    sensor = around.get("Sensor") or _given(actor, "Sensors", data.get("Sensor"), {"Thing": thing})
    measured = around.get("ObservedProperty") or _given(actor, "ObservedProperties", data.get("ObservedProperty"), {})
    unit = data["unitOfMeasurement"]
    if not isinstance(unit, Mapping):
        raise UnreadableQuery("unitOfMeasurement: an object is expected")
    key = str((data.get("properties") or {}).get("key") or uuid.uuid4())
    stream = Datastream.objects.create(
        key=key,
        thing=thing,
        sensor=sensor,
        observed_property=measured,
        kind=kind_of_result(data["observationType"]),
        opened_at=clock.now(),
        **unit_columns(unit),
        **{name: value for name, value in plain_columns(data).items() if name != "kind"},
        department_id=thing.department_id,
        area=thing.area,
        public=thing.public,
    )
    told = StreamOpened(stream.pk, key, thing.pk, measured.key)
    journal.write(told, by=actor, subject=f"thing:{thing.pk}")
    for one in listed(data.get("Observations", [])):
        create(actor, "Observations", one, {"Datastream": stream})
    return stream


def _create_sensor(actor: Actor, data: Mapping[str, Any], around: dict[str, Any]) -> Sensor:
    sensor = Sensor.objects.create(
        key=str(uuid.uuid4()), **plain_columns(data), **_owned(actor, data, around.get("Thing"))
    )
    for one in listed(data.get("Datastreams", [])):
        _given(actor, "Datastreams", one, {"Sensor": sensor})
    return sensor


def _create_property(actor: Actor, data: Mapping[str, Any], around: dict[str, Any]) -> ObservedProperty:
    actor.must_hold(STEWARD)
    key = str((data.get("properties") or {}).get("key") or uuid.uuid4())
    if ObservedProperty.objects.filter(key=key).exists():
        raise Conflict()
    found = ObservedProperty.objects.create(key=key, **plain_columns(data))
    for one in listed(data.get("Datastreams", [])):
        _given(actor, "Datastreams", one, {"ObservedProperty": found})
    return found


def _create_feature(actor: Actor, data: Mapping[str, Any], around: dict[str, Any]) -> FeatureOfInterest:
    return FeatureOfInterest.objects.create(**plain_columns(data), **_owned(actor, data))


def _create_observation(actor: Actor, data: Mapping[str, Any], around: dict[str, Any]) -> Observation:
    stream = around.get("Datastream") or _given(actor, "Datastreams", data.get("Datastream"), {})
    if "FeatureOfInterest" in around:
        data = {**data, "FeatureOfInterest": {"@iot.id": around["FeatureOfInterest"].pk}}
    received = observing.observe_many(actor=actor, observations=[observed(actor, stream.pk, data)])
    if not received.ids:
        raise Conflict()
    return Observation.objects.get(pk=received.ids[0])


_CREATE = {
    "Things": _create_thing,
    "Locations": _create_location,
    "HistoricalLocations": _create_history,
    "Datastreams": _create_stream,
    "Sensors": _create_sensor,
    "ObservedProperties": _create_property,
    "Observations": _create_observation,
    "FeaturesOfInterest": _create_feature,
}


def _given(actor: Actor, name: str, told: Any, around: Mapping[str, Any]) -> Any:
    """Return what is told as {"@iot.id": 5}, or made of what is told. Raises UnreadableQuery where nothing is."""
    if not isinstance(told, Mapping):
        raise UnreadableQuery(f"{name}: an object is expected")
    return _linked(actor, name, told) if "@iot.id" in told else create(actor, name, told, around)


def _linked(actor: Actor, name: str, told: Any) -> Any:
    pk = told.get("@iot.id") if isinstance(told, Mapping) else None
    if not isinstance(pk, int) or isinstance(pk, bool):
        raise UnreadableQuery(f"{name}: a whole @iot.id is expected")
    row = SETS[name].visible_to(actor).filter(pk=pk).first()
    if row is None:
        raise UnreadableQuery(f"{name}: there is no {pk}")
    return row


def _owned(actor: Actor, data: Mapping[str, Any], thing: Thing | None = None) -> dict[str, Any]:
    """Return who answers for an entity: as its thing, as its properties say, else the department of the key."""
    if thing is not None:
        _must_look_after(actor, thing)
        return {"department_id": thing.department_id, "area": thing.area, "public": thing.public}
    said = data.get("properties") or {}
    if key := said.get("department"):
        department = Department.objects.with_keys([str(key)]).first()
        if department is None:
            raise UnreadableQuery(f"properties/department: there is no {key}")
        owned: dict[str, Any] = {"department_id": department.pk, "area": str(said.get("area", department.area))}
    else:
        reach = sorted((number, min(areas)) for number, areas in actor.reach(STEWARD).items() if number is not None)
        if not reach:
            if actor.holds(STEWARD):
                raise UnreadableQuery("properties/department: say which department answers for it")
            raise NotAllowed(duty=STEWARD)
        owned = {"department_id": reach[0][0], "area": reach[0][1]}
    actor.must_hold(STEWARD, department=owned["department_id"], area=owned["area"])
    return {**owned, "public": said.get("public") is True}


def _must_look_after(actor: Actor, row: Any) -> None:
    owner = row.stream if isinstance(row, Observation) else row.thing if isinstance(row, HistoricalLocation) else row
    if isinstance(row, ObservedProperty):
        actor.must_hold(STEWARD)
    else:
        actor.must_hold(STEWARD, department=owner.department_id, area=owner.area)


def _relate(actor: Actor, row: Any, key: str, value: Any) -> None:
    """Let an entity belong to another one."""
    if key == "Locations" and isinstance(row, Thing):
        _move(row, [_linked(actor, "Locations", one) for one in listed(value)])
        return
    related = SETS[next(name for name, one in SETS.items() if one.model is type(row))].related[key]
    if related.many:
        raise UnreadableQuery(f"{key}: change the other side")
    setattr(row, related.path, _linked(actor, related.target, value))
    row.save(update_fields=[related.path])


def _move(thing: Thing, locations: list[Location]) -> None:
    """Let a thing be at these locations from now on; where it was stays on record."""
    thing.locations.set(locations)
    HistoricalLocation.objects.create(thing=thing, at=clock.now()).locations.set(locations)
    for location in locations:
        owned = {"department_id": location.department_id, "area": location.area, "public": location.public}
        said = {"name": location.name, "encoding": location.encoding, "feature": location.geometry}
        FeatureOfInterest.objects.get_or_create(location=location, defaults={**said, **owned})
        point = location.geometry if isinstance(location.geometry, Mapping) else {}
        place = point.get("coordinates") if point.get("type") == "Point" else None
        if isinstance(place, list) and len(place) >= 2:
            thing.longitude, thing.latitude = float(place[0]), float(place[1])
            thing.save(update_fields=["longitude", "latitude"])
            latest = LatestObservation.objects.filter(stream__thing=thing)
            latest.update(latitude=thing.latitude, longitude=thing.longitude)
