"""How the base map looks: ink on paper by day, light on ink where a wall is read from five metres."""

from collections.abc import Mapping, Sequence
from typing import Any

# The colours of `ui/tokens.css`; a style of a map cannot read them there.
LIGHT = {
    "ground": "#f9f6ef",
    "green": "#e5eddc",
    "farmland": "#f1efdf",
    "water": "#c9dcea",
    "building": "#ebe5d8",
    "road": "#ffffff",
    "casing": "#d8d0be",
    "path": "#d8d0be",
    "rail": "#a49d8e",
    "border": "#857e6f",
    "text": "#4b4f55",
    "halo": "#fffefb",
}
DARK = {
    "ground": "#14181c",
    "green": "#18231f",
    "farmland": "#171c1e",
    "water": "#16283a",
    "building": "#1d2328",
    "road": "#39424b",
    "casing": "#20272d",
    "path": "#2a3138",
    "rail": "#4d555d",
    "border": "#6d757d",
    "text": "#b9bbb8",
    "halo": "#14181c",
}
SOURCE = "base"
FONT = ["sans-serif"]
# Where nothing is marked: the streets of a town.
FIRST_ZOOM = 11.5
# Width of a road by zoom: (zoom, pixels), (zoom, pixels).
WIDTHS = {
    "motorway": ((8, 1.2), (16, 14)),
    "main": ((10, 1.0), (16, 11)),
    "street": ((12, 0.6), (16, 7)),
}


def style(*, tiles: str, credit: str, middle: Sequence[float], zooms: tuple[int, int], dark: bool) -> dict[str, Any]:
    """Return the style of MapLibre.

    tiles     address of a tile with {z}, {x}, {y}
    credit    whose data it is, as their licences ask
    middle    longitude and latitude of where a map begins; () unknown
    zooms     from which to which there are tiles
    """
    colours = DARK if dark else LIGHT
    base = {"type": "vector", "tiles": [tiles], "minzoom": zooms[0], "maxzoom": zooms[1], "attribution": credit}
    said = {"version": 8, "name": "tongban", "sources": {SOURCE: base}, "layers": _layers(colours)}
    return said | ({"center": list(middle), "zoom": FIRST_ZOOM} if middle else {})


def _layers(colours: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"id": "ground", "type": "background", "paint": {"background-color": colours["ground"]}},
        _area("farmland", "green", colours["farmland"], kinds=["farmland"]),
        _area("green", "green", colours["green"], kinds=["park", "wood"]),
        _area("water", "water", colours["water"]),
        _line("streams", "water", colours["water"], width=((9, 1), (15, 6)), shapes="LineString"),
        _area("buildings", "buildings", colours["building"]),
        _line("paths", "roads", colours["path"], kinds=["path"], width=((14, 0.8), (17, 2)), dashes=[2, 2]),
        *(
            _line(f"{kind}-edge", "roads", colours["casing"], kinds=[kind], width=_wider(WIDTHS[kind]))
            for kind in WIDTHS
        ),
        *(_line(kind, "roads", colours["road"], kinds=[kind], width=WIDTHS[kind]) for kind in reversed(WIDTHS)),
        _line("rails", "rails", colours["rail"], width=((9, 0.8), (15, 2)), dashes=[4, 2]),
        _line("boundaries", "boundaries", colours["border"], width=((8, 0.8), (14, 1.6)), dashes=[3, 2, 1, 2]),
        _text("road-names", "roads", colours, along=True, size=((12, 10), (16, 13)), first=13),
        _text("water-names", "water", colours, along=False, size=((10, 11), (15, 14)), first=10),
        _text("names", "names", colours, along=False, size=((8, 13), (14, 16)), first=8),
    ]


def _area(name: str, layer: str, colour: str, *, kinds: list[str] | None = None) -> dict[str, Any]:
    said: dict[str, Any] = {"id": name, "type": "fill", "source": SOURCE, "source-layer": layer}
    return said | _only(kinds, "Polygon") | {"paint": {"fill-color": colour, "fill-antialias": True}}


def _line(
    name: str,
    layer: str,
    colour: str,
    *,
    width: tuple[tuple[float, float], tuple[float, float]],
    kinds: list[str] | None = None,
    dashes: list[float] | None = None,
    shapes: str = "",
) -> dict[str, Any]:
    paint: dict[str, Any] = {"line-color": colour, "line-width": _growing(width)}
    if dashes:
        paint["line-dasharray"] = dashes
    said: dict[str, Any] = {"id": name, "type": "line", "source": SOURCE, "source-layer": layer, "paint": paint}
    return said | _only(kinds, shapes) | {"layout": {"line-join": "round", "line-cap": "butt" if dashes else "round"}}


def _text(
    name: str,
    layer: str,
    colours: Mapping[str, str],
    *,
    along: bool,
    size: tuple[tuple[float, float], tuple[float, float]],
    first: int,
) -> dict[str, Any]:
    layout: dict[str, Any] = {"text-field": ["get", "name"], "text-size": _growing(size), "text-font": FONT}
    layout |= {"symbol-placement": "line"} if along else {"text-max-width": 8}
    paint = {"text-color": colours["text"], "text-halo-color": colours["halo"], "text-halo-width": 1.4}
    where = {"id": name, "type": "symbol", "source": SOURCE, "source-layer": layer, "minzoom": first}
    return where | {"filter": ["has", "name"], "layout": layout, "paint": paint}


def _only(kinds: list[str] | None, shape: str) -> dict[str, Any]:
    asked: list[Any] = []
    if kinds:
        asked.append(["in", ["get", "kind"], ["literal", kinds]])
    if shape:
        asked.append(["==", ["geometry-type"], shape])
    return {"filter": ["all", *asked]} if asked else {}


def _growing(stops: tuple[tuple[float, float], tuple[float, float]]) -> list[Any]:
    (low, less), (high, more) = stops
    return ["interpolate", ["exponential", 1.4], ["zoom"], low, less, high, more]


def _wider(stops: tuple[tuple[float, float], tuple[float, float]]) -> tuple[tuple[float, float], tuple[float, float]]:
    (low, less), (high, more) = stops
    return (low, less + 1), (high, more + 2)
