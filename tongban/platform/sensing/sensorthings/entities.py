"""The eight sets of SensorThings: which table each is, what its properties are called there, how they are related."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.sensing.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    Observation,
    ObservedProperty,
    Sensor,
    Thing,
)

KINDS = {
    "measurement": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
    "count": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CountObservation",
    "category": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CategoryObservation",
    "truth": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_TruthObservation",
    "any": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation",
}

Row = Any


class Related(NamedTuple):
    """Where a way leads.

    target   the set; many: whether to several
    path     of the table, as a filter names it
    rows     entity → what it leads to, before anybody asks who may see it
    """

    target: str
    many: bool
    path: str
    rows: Callable[[Row], QuerySet[Any]]


@dataclass(frozen=True)
class EntitySet:
    """One of the eight sets. said: property → how an entity says it; columns: property → the table's column."""

    name: str
    model: type[Model]
    said: Mapping[str, Callable[[Row], Any]]
    columns: Mapping[str, str]
    related: Mapping[str, Related] = field(default_factory=dict)

    def visible_to(self, actor: Actor) -> QuerySet[Any]:
        """Return what the actor sees of the set, with what its properties need."""
        rows: Any = self.model._default_manager
        found: QuerySet[Any] = rows.visible_to(actor)
        return _prepared(found)


def _prepared(rows: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = rows
    if rows.model is Datastream:
        first = Observation.objects.filter(stream=OuterRef("pk")).order_by("at").values("at")[:1]
        found = rows.select_related("latest").annotate(first_at=Subquery(first))
    return found


def written(moment: datetime | None, until: datetime | None = None) -> str | None:
    """Write a moment, or an interval, in UTC."""
    if moment is None:
        return None
    text = moment.astimezone(timezone.get_fixed_timezone(0)).isoformat().replace("+00:00", "Z")
    return f"{text}/{written(until)}" if until else text


def _unit(row: Datastream) -> dict[str, Any]:
    names = {"name": row.unit_name, "symbol": row.unit_symbol, "definition": row.unit_definition}
    return {name: value or None for name, value in names.items()}


def _span(row: Datastream) -> str | None:
    first, latest = getattr(row, "first_at", None), getattr(row, "latest", None)
    return f"{written(first)}/{written(max(latest.at, first))}" if first and latest else None


def _result(row: Observation) -> Any:
    if row.value is None:
        return row.data
    return int(row.value) if row.value.is_integer() and abs(row.value) < 2**53 else row.value


def _features(row: Observation) -> QuerySet[Any]:
    """Return what an observation is about: what it says, else the place of its thing."""
    if row.feature_id:
        return FeatureOfInterest.objects.filter(pk=row.feature_id)
    return FeatureOfInterest.objects.filter(location__things__datastreams=row.stream_id)


def _about(row: FeatureOfInterest) -> QuerySet[Any]:
    placed = Q(feature=None, stream__thing__locations__feature=row.pk)
    return Observation.objects.filter(Q(feature=row.pk) | placed)


def _more(name: str) -> Callable[[Row], Any]:
    return lambda row: (row.more or {}).get(name)


def _plain(*names: str) -> dict[str, Callable[[Row], Any]]:
    return {name: attrgetter(name) for name in names}


SETS: dict[str, EntitySet] = {
    one.name: one
    for one in (
        EntitySet(
            "Things",
            Thing,
            _plain("name", "description", "properties"),
            {"name": "name", "description": "description", "properties": "properties"},
            {
                "Locations": Related("Locations", True, "locations", lambda row: row.locations.all()),
                "HistoricalLocations": Related(
                    "HistoricalLocations", True, "historical_locations", lambda row: row.historical_locations.all()
                ),
                "Datastreams": Related("Datastreams", True, "datastreams", lambda row: row.datastreams.all()),
            },
        ),
        EntitySet(
            "Locations",
            Location,
            {
                **_plain("name", "description"),
                "encodingType": lambda row: row.encoding,
                "location": lambda row: row.geometry,
                **_plain("properties"),
            },
            {
                "name": "name",
                "description": "description",
                "encodingType": "encoding",
                "location": "geometry",
                "properties": "properties",
            },
            {
                "Things": Related("Things", True, "things", lambda row: row.things.all()),
                "HistoricalLocations": Related(
                    "HistoricalLocations", True, "historical_locations", lambda row: row.historical_locations.all()
                ),
            },
        ),
        EntitySet(
            "HistoricalLocations",
            HistoricalLocation,
            {"time": lambda row: written(row.at)},
            {"time": "at"},
            {
                "Thing": Related("Things", False, "thing", lambda row: Thing.objects.filter(pk=row.thing_id)),
                "Locations": Related("Locations", True, "locations", lambda row: row.locations.all()),
            },
        ),
        EntitySet(
            "Datastreams",
            Datastream,
            {
                **_plain("name", "description"),
                "unitOfMeasurement": _unit,
                "observationType": lambda row: KINDS[row.kind],
                "phenomenonTime": _span,
                **_plain("properties"),
            },
            {
                "name": "name",
                "description": "description",
                "observationType": "kind",
                "properties": "properties",
                "unitOfMeasurement/name": "unit_name",
                "unitOfMeasurement/symbol": "unit_symbol",
                "unitOfMeasurement/definition": "unit_definition",
                "phenomenonTime": "latest__at",
            },
            {
                "Thing": Related("Things", False, "thing", lambda row: Thing.objects.filter(pk=row.thing_id)),
                "Sensor": Related("Sensors", False, "sensor", lambda row: Sensor.objects.filter(pk=row.sensor_id)),
                "ObservedProperty": Related(
                    "ObservedProperties",
                    False,
                    "observed_property",
                    lambda row: ObservedProperty.objects.filter(pk=row.observed_property_id),
                ),
                "Observations": Related("Observations", True, "observations", lambda row: row.observations.all()),
            },
        ),
        EntitySet(
            "Sensors",
            Sensor,
            {
                **_plain("name", "description"),
                "encodingType": lambda row: row.encoding,
                **_plain("metadata", "properties"),
            },
            {
                "name": "name",
                "description": "description",
                "encodingType": "encoding",
                "metadata": "metadata",
                "properties": "properties",
            },
            {"Datastreams": Related("Datastreams", True, "datastreams", lambda row: row.datastreams.all())},
        ),
        EntitySet(
            "ObservedProperties",
            ObservedProperty,
            _plain("name", "definition", "description", "properties"),
            {name: name for name in ("name", "definition", "description", "properties")},
            {"Datastreams": Related("Datastreams", True, "datastreams", lambda row: row.datastreams.all())},
        ),
        EntitySet(
            "Observations",
            Observation,
            {
                "phenomenonTime": lambda row: written(row.at, row.until),
                "resultTime": lambda row: written(row.result_at),
                "result": _result,
                "resultQuality": lambda row: _more("resultQuality")(row) or row.quality,
                "validTime": _more("validTime"),
                "parameters": _more("parameters"),
            },
            {
                "phenomenonTime": "at",
                "resultTime": "result_at",
                "result": "value",
                "resultQuality": "quality",
                "validTime": "more__validTime",
                "parameters": "more__parameters",
            },
            {
                "Datastream": Related(
                    "Datastreams", False, "stream", lambda row: Datastream.objects.filter(pk=row.stream_id)
                ),
                "FeatureOfInterest": Related("FeaturesOfInterest", False, "feature", _features),
            },
        ),
        EntitySet(
            "FeaturesOfInterest",
            FeatureOfInterest,
            {
                **_plain("name", "description"),
                "encodingType": lambda row: row.encoding,
                **_plain("feature", "properties"),
            },
            {
                "name": "name",
                "description": "description",
                "encodingType": "encoding",
                "feature": "feature",
                "properties": "properties",
            },
            {"Observations": Related("Observations", True, "observations", _about)},
        ),
    )
}
JSON_COLUMNS = {"properties", "geometry", "feature", "metadata", "more__parameters", "more__validTime"}


def visible(related: Related, row: Row, actor: Actor) -> QuerySet[Any]:
    """Return what an entity leads to, as far as the actor sees it."""
    target = SETS[related.target]
    return target.visible_to(actor).filter(pk__in=related.rows(row).values("pk"))


def observations_of(row: Datastream) -> QuerySet[Any]:
    """Return the readings of a stream that is seen, without asking once more who may see them."""
    return _prepared(Observation.objects.filter(stream=row.pk))
