"""What a client tells of an entity, as the columns of its row; what cannot be one is refused."""

from collections.abc import Mapping
from typing import Any

from tongban.platform.sensing.models import Observation
from tongban.platform.sensing.rules.odata import UnreadableQuery, moment, times
from tongban.platform.sensing.sensorthings.entities import KINDS, SETS

NEEDED = {
    "Things": ("name", "description"),
    "Locations": ("name", "description", "encodingType", "location"),
    "HistoricalLocations": ("time",),
    "Datastreams": ("name", "description", "unitOfMeasurement", "observationType"),
    "Sensors": ("name", "description", "encodingType", "metadata"),
    "ObservedProperties": ("name", "definition", "description"),
    "Observations": ("result",),
    "FeaturesOfInterest": ("name", "description", "encodingType", "feature"),
}
TEXTS = {"name", "description", "encodingType", "definition", "observationType"}
COLUMNS = {"encodingType": "encoding", "location": "geometry"}


def refuse_incomplete(name: str, data: Any) -> None:
    """Refuse what is no entity of this set, or lacks what one needs."""
    if not isinstance(data, Mapping):
        raise UnreadableQuery("an object is expected")
    for needed in NEEDED[name]:
        if data.get(needed) is None and not (needed == "result" and needed in data):
            raise UnreadableQuery(f"{name}: {needed} is missing")
    refuse_texts(data)


def refuse_inline(name: str, data: Mapping[str, Any]) -> None:
    for key in SETS[name].related:
        told = data.get(key)
        for one in told if isinstance(told, list) else [told]:
            if isinstance(one, Mapping) and set(one) != {"@iot.id"}:
                raise UnreadableQuery(f"{key}: only a link {{'@iot.id': …}} is possible here")


def refuse_texts(data: Mapping[str, Any]) -> None:
    for key in TEXTS & data.keys():
        if not isinstance(data[key], str) or (key == "name" and not 0 < len(data[key]) <= 200):
            raise UnreadableQuery(f"{key}: a text is expected")


def listed(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [told]


def plain_columns(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of what is told plainly; relations, units and moments are told elsewhere."""
    plain = ("name", "description", "encodingType", "location", "feature", "metadata", "definition", "properties")
    found = {COLUMNS.get(name, name): data[name] for name in plain if data.get(name) is not None}
    if not isinstance(found.get("properties", {}), Mapping):
        raise UnreadableQuery("properties: an object is expected")
    return found


def unit_columns(unit: Mapping[str, Any]) -> dict[str, str]:
    return {f"unit_{name}": str(unit.get(name) or "") for name in ("name", "symbol", "definition")}


def kind_of_result(address: Any) -> str:
    found = next((kind for kind, known in KINDS.items() if known == address), None)
    if found is None:
        raise UnreadableQuery(f"observationType: unknown: {address}")
    return found


def set_property(row: Any, key: str, value: Any) -> list[str]:
    """Set one property; return the columns that it is."""
    if key in ("name", "description", "encodingType", "location", "feature", "metadata", "definition", "properties"):
        column = COLUMNS.get(key, key)
        setattr(row, column, {} if key == "properties" and value is None else value)
        return [column]
    if key == "unitOfMeasurement" and isinstance(value, Mapping):
        for column, text in unit_columns(value).items():
            setattr(row, column, text)
        return list(unit_columns(value))
    if key == "observationType":
        row.kind = kind_of_result(value)
        return ["kind"]
    if key == "time":
        row.at = moment(value)
        return ["at"]
    return _set_reading(row, key, value)


def _set_reading(row: Any, key: str, value: Any) -> list[str]:
    if key == "result":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        row.value, row.data = (float(value), None) if is_number else (None, value)
        return ["value", "data"]
    if key == "phenomenonTime" and isinstance(row, Observation):
        row.at, row.until = times(value)
        return ["at", "until"]
    if key == "resultTime":
        row.result_at = None if value is None else moment(value)
        return ["result_at"]
    if isinstance(row, Observation):
        row.more = {**(row.more or {}), key: value}
        return ["more"]
    return []
