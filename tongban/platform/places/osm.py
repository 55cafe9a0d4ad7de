"""Read an extract of OpenStreetMap (PBF or XML, compressed or not) into layers of the base map, by osmium.

Of its own process only: `manage.py places`. The data is © OpenStreetMap contributors, ODbL 1.0: every map says so.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import osmium
from osmium import geom

from tongban.platform.places import plan

CREDIT = "© OpenStreetMap contributors"
Found = tuple[str, Mapping[str, Any]]


def features(file: Path) -> Iterator[Found]:
    """Yield (layer, feature) for everything in a file that the base map shows. Raises RuntimeError, OSError."""
    factory = geom.GeoJSONFactory()
    areas = {row["key"] for row in plan.layers() if row["area"]}
    for thing in osmium.FileProcessor(str(file)).with_areas().with_filter(osmium.filter.EmptyTagFilter()):
        found = _kind(thing.tags)
        if found is None:
            continue
        layer, kind = found
        try:
            shape = _shape(factory, thing, wants_area=layer in areas)
        except (RuntimeError, osmium.InvalidLocationError):  # cut off at the edge of the extract
            continue
        if shape:
            yield layer, _feature(thing, kind, json.loads(shape))


def _kind(tags: Any) -> tuple[str, str] | None:
    known = plan.kinds_of_tags()
    for tag in tags:
        found = known.get(f"{tag.k}={tag.v}") or known.get(f"{tag.k}=*")
        if found:
            return found
    return None


def _shape(factory: Any, thing: Any, *, wants_area: bool) -> str:
    if thing.is_node():
        return "" if wants_area else str(factory.create_point(thing))
    if thing.is_area():
        return str(factory.create_multipolygon(thing)) if wants_area else ""
    if thing.is_way() and not (wants_area and thing.is_closed()):
        return str(factory.create_linestring(thing))
    return ""


def _feature(thing: Any, kind: str, geometry: Mapping[str, Any]) -> Mapping[str, Any]:
    if thing.is_area():
        key = f"{'way' if thing.from_way() else 'relation'}/{thing.orig_id()}"
    else:
        key = f"{'node' if thing.is_node() else 'way'}/{thing.id}"
    name = (thing.tags.get("name:zh") or thing.tags.get("name") or "")[:120]
    return {"key": key, "kind": kind, "name": name, "geometry": geometry}
