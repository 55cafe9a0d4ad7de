"""The map of the city: `manage.py places import FILE`, `… layer FILE --key KEY`, `… draw`."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.module import load_for_work
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.places import osm, plan
from tongban.platform.places import services as places
from tongban.platform.places.models import Tile
from tongban.platform.places.rules.coordinates import CGCS2000, SYSTEMS, WGS84


class Command(BaseCommand):
    help = "import FILE | layer FILE --key KEY --title TITLE --source SOURCE | draw"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        take = verbs.add_parser("import", help="let the base map be an extract of OpenStreetMap: .osm.pbf, .osm")
        take.add_argument("file", type=Path)
        layer = verbs.add_parser("layer", help="take over a layer of one's own from GeoJSON")
        layer.add_argument("file", type=Path)
        for word in ("key", "title", "source"):
            layer.add_argument(f"--{word}", required=True)
        layer.add_argument("--credit", default="", help="words that its licence asks for on every map")
        layer.add_argument("--system", choices=SYSTEMS, default=CGCS2000, help="the system of its positions")
        layer.add_argument("--hidden", action="store_true", help="for the house alone, on no map for everybody")
        verbs.add_parser("draw", help="draw the tiles of the base map now, instead of in the worker")

    def handle(self, *_args: Any, verb: str, **said: Any) -> None:
        try:
            getattr(self, f"_{verb}")(**said)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(str(error)) from error

    def _import(self, *, file: Path, **_said: Any) -> None:
        found: dict[str, list[Mapping[str, Any]]] = {}
        try:
            for layer, feature in osm.features(file):
                found.setdefault(layer, []).append(feature)
        except RuntimeError as error:
            raise CommandError(f"{file}: {error}") from error
        for order, row in enumerate(plan.layers()):
            words = {name: row[name] for name in ("key", "title", "english")}
            source = f"OpenStreetMap, {file.name}"
            layer_plan = places.LayerPlan(
                **words, source=source, credit=osm.CREDIT, system=WGS84, is_base=True, order=order
            )
            drawn = places.take_over_layer(actor=SYSTEM, plan=layer_plan, features=found.get(row["key"], []))
            self.stdout.write(f"{row['key']}: {drawn.features}")
        self.stdout.write("the worker draws the map now")

    def _layer(self, *, file: Path, hidden: bool, **said: Any) -> None:
        try:
            rows = json.loads(file.read_text())["features"]
            features = [_feature(row, number) for number, row in enumerate(rows, 1)]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CommandError(f"{file}: this is no FeatureCollection of GeoJSON ({error})") from error
        words = {name: said[name] for name in ("key", "title", "source", "credit", "system")}
        layer_plan = places.LayerPlan(**words, is_public=not hidden)
        drawn = places.take_over_layer(actor=SYSTEM, plan=layer_plan, features=features)
        self.stdout.write(f"{said['key']}: {drawn.features}")

    def _draw(self, **_said: Any) -> None:
        load_for_work()
        places.draw()
        self.stdout.write(f"{Tile.objects.count()} tiles")


def _feature(row: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    said = dict(row.get("properties") or {})
    words = {name: str(said.pop(name, "") or "") for name in ("name", "kind")}
    return {"key": str(row.get("id", number)), "geometry": row["geometry"], "properties": said, **words}
