"""The verbs of the map: taking layers over, drawing the base map, asking what lies where."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.places import plan, ports
from tongban.platform.places.events import LayerTakenOver
from tongban.platform.places.models import Feature, Layer, Tile
from tongban.platform.places.rules import shapes, tiling
from tongban.platform.places.rules.coordinates import CGCS2000, converted

BATCH, TILES_AT_ONCE = 2000, 200


class BrokenFeature(Refusal):
    """A feature that cannot be shown; nothing of its layer was taken over."""

    status = 422
    message = _("Feature %(key)s: %(problem)s")


PROBLEMS = {
    "kind": _("it is no shape of GeoJSON"),
    "empty": _("it has no position"),
    "open": _("the ring of its area does not close"),
    "earth": _("its positions are no degrees: longitude first, then latitude"),
    "twice": _("this key stands there twice"),
}


@dataclass(frozen=True)
class LayerPlan:
    """What a layer is; see Layer."""

    key: str
    title: str
    source: str
    english: str = ""
    credit: str = ""
    system: str = CGCS2000
    is_public: bool = True
    is_base: bool = False
    order: int = 0


@dataclass(frozen=True)
class Drawn:
    """How many features a layer has now."""

    layer: Layer
    features: int


@transaction.atomic
def take_over_layer(
    *, actor: Actor, plan: LayerPlan, features: Iterable[Mapping[str, Any]], valid_from: date | None = None
) -> Drawn:
    """Let a layer be these features, in one piece: what is not among them is gone. Raises NotAllowed, BrokenFeature.

    features   {"key", "geometry"} and, where there are, "name", "kind", "properties", "valid_until"
    """
    actor.must_hold("places.manage")
    wanted = {name: value for name, value in vars(plan).items() if name != "key"}
    layer, _new = Layer.objects.update_or_create(key=plan.key, defaults=wanted)
    Feature.objects.filter(layer=layer).delete()
    known: set[str] = set()
    boxes: list[shapes.Box] = []
    rows: list[Feature] = []
    for said in features:
        row = _feature(layer, said, valid_from or clock.today())
        if row.key in known:
            raise BrokenFeature(key=row.key, problem=PROBLEMS["twice"])
        known.add(row.key)
        boxes.append((row.west, row.south, row.east, row.north))
        rows.append(row)
        if len(rows) == BATCH:
            Feature.objects.bulk_create(rows)
            rows = []
    Feature.objects.bulk_create(rows)
    layer.reach, layer.middle = shapes.reach_of(boxes), shapes.middle_of(boxes)
    layer.save()
    journal.write(LayerTakenOver(plan.key, plan.source, len(known)), by=actor, subject="places")
    if plan.is_base:
        jobs.enqueue(draw, lane="places:tiles")
    return Drawn(layer, len(known))


@jobs.task(atomic=False)
def draw() -> None:
    """Draw the tiles of the base map anew; again changes nothing."""
    keep_tiles(_all_tiles())


def keep_tiles(tiles: Iterable[tuple[int, int, int, bytes]]) -> int:
    """Let the base map be these tiles; return how many there are.

    They are drawn one by one and kept some hundred at a time: drawing a city takes minutes, in which others write too.
    """
    tiles, kept = iter(tiles), set[tuple[int, int, int]]()
    while some := list(islice(tiles, TILES_AT_ONCE)):
        rows = [
            Tile(zoom=zoom, column=column, row=row, data=data, etag=sha256(data).hexdigest()[:32])
            for zoom, column, row, data in some
        ]
        place = ["zoom", "column", "row"]
        Tile.objects.bulk_create(rows, update_conflicts=True, unique_fields=place, update_fields=["data", "etag"])
        kept.update((row.zoom, row.column, row.row) for row in rows)
    there = Tile.objects.values_list("pk", "zoom", "column", "row")
    gone = [pk for pk, *place in there.iterator() if tuple(place) not in kept]
    for begin in range(0, len(gone), BATCH):
        Tile.objects.filter(pk__in=gone[begin : begin + BATCH]).delete()
    return len(kept)


def areas_holding(layer: str, *, longitude: float, latitude: float) -> list[Feature]:
    """Return the areas of a layer that hold a position today, the smallest first."""
    return Feature.objects.of(layer).valid(on=clock.today()).holding(longitude, latitude)


def shown_at(longitude: float, latitude: float, *, system: str) -> tuple[float, float]:
    """Return where a position lies on our maps: longitude and latitude in CGCS2000."""
    return converted(longitude, latitude, was=system, wanted=CGCS2000)


def _all_tiles() -> Iterator[tuple[int, int, int, bytes]]:
    drawer = ports.DRAWERS[ports.VECTOR]
    base = Feature.objects.of(*Layer.objects.drawn().values_list("key", flat=True)).valid(on=clock.today())
    boxes = base.values_list("west", "south", "east", "north").iterator(BATCH)
    squares = {place for box in boxes for place in tiling.tiles_over(box, plan.SHALLOWEST)}
    for column, row in sorted(squares):
        there = base.select_related("layer").in_box(tiling.box_of_tile(plan.SHALLOWEST, column, row))
        yield from drawer(list(there.order_by("layer__order", "pk")), plan.SHALLOWEST, column, row)


def _feature(layer: Layer, said: Mapping[str, Any], valid_from: date) -> Feature:
    key, geometry = str(said["key"]), said["geometry"]
    if wrong := shapes.problem(geometry):
        raise BrokenFeature(key=key, problem=PROBLEMS[wrong])
    box = shapes.box_of(shapes.converted(geometry, was=layer.system, wanted=CGCS2000))
    west, south, east, north = box
    return Feature(
        layer=layer,
        key=key,
        name=said.get("name", ""),
        kind=said.get("kind", ""),
        geometry=dict(geometry),
        square=shapes.square_of(box),
        west=west,
        south=south,
        east=east,
        north=north,
        properties=dict(said.get("properties", {})),
        valid_from=valid_from,
        valid_until=said.get("valid_until"),
    )
