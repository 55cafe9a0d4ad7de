"""Draw the base map: features in, Mapbox Vector Tiles 2.1 out. Loaded by the worker alone."""

import gzip
from collections.abc import Iterator, Sequence
from typing import Any

import mapbox_vector_tile
from shapely import make_valid
from shapely.geometry import box as rectangle
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tongban.platform.places import plan
from tongban.platform.places.models import Feature
from tongban.platform.places.rules import tiling

# A shape is cut a little outside its tile, so that no seam shows; as a share of the tile.
MARGIN = 0.05
# Of a tile's 4096 units: what is finer than this is not seen.
FINEST = 2
SMALLEST = 12


def tiles_in(features: Sequence[Feature], zoom: int, column: int, row: int) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield what is not empty of a tile and of all tiles in it down to the deepest: zoom, column, row, gzip."""
    shown = [(feature, _shape(feature), plan.zoom_of(feature.layer.key, feature.kind)) for feature in features]
    for depth in range(zoom, plan.DEEPEST + 1):
        drawn: dict[tuple[int, int], list[tuple[Feature, BaseGeometry]]] = {}
        for feature, geometry, first in shown:
            if depth < first:
                continue
            for place in tiling.tiles_over(geometry.bounds, depth):
                if _lies_in(place, depth, (zoom, column, row)):
                    drawn.setdefault(place, []).append((feature, geometry))
        for (across, down), found in sorted(drawn.items()):
            if data := _tile(found, depth, across, down):
                yield depth, across, down, data


def _lies_in(place: tuple[int, int], depth: int, square: tuple[int, int, int]) -> bool:
    zoom, column, row = square
    return (place[0] >> (depth - zoom), place[1] >> (depth - zoom)) == (column, row)


def _shape(feature: Feature) -> BaseGeometry:
    found: BaseGeometry = shape(feature.as_geojson["geometry"])
    return found if found.is_valid else make_valid(found)


def _tile(found: Sequence[tuple[Feature, BaseGeometry]], zoom: int, column: int, row: int) -> bytes:
    west, south, east, north = tiling.box_of_tile(zoom, column, row)
    unit = (east - west) / 4096
    over, up = (east - west) * MARGIN, (north - south) * MARGIN
    frame = rectangle(west - over, south - up, east + over, north + up)
    layers: dict[str, list[dict[str, Any]]] = {}
    for feature, geometry in found:
        if geometry.area and geometry.area < (SMALLEST * unit) ** 2:
            continue
        cut = geometry.simplify(FINEST * unit).intersection(frame)
        if not cut.is_empty:
            said = {"kind": feature.kind} | ({"name": feature.name} if feature.name else {})
            layers.setdefault(feature.layer.key, []).append({"geometry": cut, "properties": said})
    if not layers:
        return b""
    drawn = [{"name": name, "features": features} for name, features in layers.items()]
    options = {"quantize_bounds": (west, south, east, north), "extents": 4096}
    return gzip.compress(mapbox_vector_tile.encode(drawn, default_options=options), mtime=0)
