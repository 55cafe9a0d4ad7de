"""What the base map is drawn of, and how it looks: `data/map.toml` and the two styles."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "map.toml"
# Tiles are drawn from here to there; a map that goes nearer enlarges the deepest.
SHALLOWEST, DEEPEST = 8, 14


@cache
def layers() -> list[Mapping[str, Any]]:
    """Return the layers of the base map in the order in which they lie."""
    return list(tomllib.loads(DATA.read_text())["layer"])


def zoom_of(layer: str, kind: str) -> int:
    """Return from which zoom a kind is shown; what is not of the plan, only at the deepest."""
    return _zooms().get((layer, kind), DEEPEST)


@cache
def _zooms() -> Mapping[tuple[str, str], int]:
    return {(row["key"], kind): zoom for row in layers() for kind, zoom in row["zoom"].items()}


@cache
def kinds_of_tags() -> Mapping[str, tuple[str, str]]:
    """Return which tag of OpenStreetMap is which (layer, kind): "highway=primary" → ("roads", "main")."""
    return {tag: (row["key"], kind) for row in layers() for kind, tags in row["tags"].items() for tag in tags}
