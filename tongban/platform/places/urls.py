"""The map at /map, and its layers at /ogc by OGC API – Features, Part 1 (17-069r4)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.problem_json import problem_response
from tongban.infrastructure.ui.views import Request, public
from tongban.platform.places import plan, style
from tongban.platform.places.models import Feature, Layer, Tile
from tongban.platform.places.rules.shapes import Box

MAX_ITEMS, USUAL_ITEMS = 1000, 10
MAX_ZOOM = 24
STREETS = "roads"
GEOJSON = "application/geo+json"
CONFORMS = [f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" for part in ("core", "oas30", "geojson")]
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
KEPT_SECONDS = 3600


class NoBox(Refusal):
    status = 400
    message = "bbox: four numbers, west, south, east, north"


class NoNumber(Refusal):
    status = 400
    message = "%(name)s: a whole number of at least %(least)s"


@public
@require_safe
def show_style(request: Request) -> HttpResponse:
    """Return how the base map looks; ?dark=1 for a wall."""
    tiles = request.build_absolute_uri(reverse("places:tile", args=[0, 0, 0])).replace("0/0/0", "{z}/{x}/{y}")
    drawn = list(Layer.objects.drawn())
    credit = sorted({layer.credit for layer in drawn} - {""})
    said = style.style(
        tiles=tiles,
        credit=" · ".join(credit),
        middle=next((layer.middle for layer in drawn if layer.key == STREETS), ()),
        zooms=(plan.SHALLOWEST, plan.DEEPEST),
        dark=request.GET.get("dark") == "1",
    )
    answer = JsonResponse(said)
    answer["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return answer


@public
@require_safe
def show_tile(request: Request, zoom: int, column: int, row: int) -> HttpResponse:
    """Return one tile; 204 where nothing lies there."""
    if zoom > MAX_ZOOM or max(column, row) >= 2**zoom:
        raise NotFound()
    tile = Tile.objects.at(zoom, column, row)
    if tile is None:
        return _kept(HttpResponse(status=204))
    etag = f'"{tile.etag}"'
    if request.headers.get("If-None-Match") == etag:
        return _kept(HttpResponseNotModified())
    answer = HttpResponse(bytes(tile.data), content_type="application/vnd.mapbox-vector-tile")
    answer["Content-Encoding"], answer["ETag"] = "gzip", etag
    return _kept(answer)


def _kept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return answer


def _door(answer: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view answer refusals by RFC 9457, as the standard recommends."""

    @public
    @require_safe
    def view(request: Request, **words: Any) -> HttpResponse:
        response = HttpResponse()
        with refusals(400, 404) as refused:
            response = answer(request, **words)
        if refused and refused.refusal:
            return problem_response(request, refused.refusal.status, detail=str(refused.refusal))
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return view


def _landing(request: Request) -> HttpResponse:
    links = [
        _link(request, "self", "places:ogc", "This document"),
        _link(request, "service-desc", "places:ogc-api", "API", "application/vnd.oai.openapi+json;version=3.0"),
        _link(request, "conformance", "places:ogc-conformance", "Conformance"),
        _link(request, "data", "places:ogc-collections", "Collections"),
    ]
    return JsonResponse({"title": "Tongban", "description": "Layers of the city's map", "links": links})


def _conformance(request: Request) -> HttpResponse:
    return JsonResponse({"conformsTo": CONFORMS})


def _collections(request: Request) -> HttpResponse:
    found = [_collection(request, layer) for layer in Layer.objects.public().in_order()]
    return JsonResponse({"links": [_link(request, "self", "places:ogc-collections", "")], "collections": found})


def _one_collection(request: Request, layer: str) -> HttpResponse:
    return JsonResponse(_collection(request, _layer(layer)))


def _items(request: Request, layer: str) -> HttpResponse:
    shown = _layer(layer)
    limit = min(_number(request, "limit", USUAL_ITEMS, least=1), MAX_ITEMS)
    found = Feature.objects.select_related("layer").of(shown.key)
    if "bbox" in request.GET:
        found = found.in_box(_box(request.GET["bbox"]))
    rows = list(found.after(request.GET.get("after", ""))[: limit + 1])
    here = request.build_absolute_uri(request.path)
    links = [{"rel": "self", "type": GEOJSON, "href": request.build_absolute_uri()}]
    if len(rows) > limit:
        asked = request.GET.copy()
        asked["after"] = rows[limit - 1].key
        links.append({"rel": "next", "type": GEOJSON, "href": f"{here}?{asked.urlencode()}"})
    features = [row.as_geojson for row in rows[:limit]]
    said = {"type": "FeatureCollection", "features": features, "numberReturned": len(features), "links": links}
    return JsonResponse(said, content_type=GEOJSON)


def _item(request: Request, layer: str, key: str) -> HttpResponse:
    shown = _layer(layer)
    feature = Feature.objects.select_related("layer").of(shown.key).filter(key=key).first()
    if feature is None:
        raise NotFound()
    links = [
        {"rel": "self", "type": GEOJSON, "href": request.build_absolute_uri()},
        _link(request, "collection", "places:ogc-collection", shown.title, layer=shown.key),
    ]
    return JsonResponse(feature.as_geojson | {"links": links}, content_type=GEOJSON)


def _api(request: Request) -> HttpResponse:
    """Return the description by OpenAPI 3.0, in which other software finds the parameters."""
    name = {"name": "layer", "in": "path", "required": True, "schema": {"type": "string"}}
    feature = {"name": "key", "in": "path", "required": True, "schema": {"type": "string"}}
    box = {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}}
    number = {"type": "integer", "minimum": 1, "maximum": MAX_ITEMS, "default": USUAL_ITEMS}
    asked = [
        {"name": "bbox", "in": "query", "style": "form", "explode": False, "schema": box},
        {"name": "limit", "in": "query", "style": "form", "explode": False, "schema": number},
    ]
    doors = {
        "": [],
        "conformance": [],
        "collections": [],
        "collections/{layer}": [name],
        "collections/{layer}/items": [name, *asked],
        "collections/{layer}/items/{key}": [name, feature],
    }
    fine = {"responses": {"200": {"description": "OK"}}}
    paths = {f"/{door}": {"get": fine | {"parameters": words}} for door, words in doors.items()}
    server = {"url": request.build_absolute_uri(reverse("places:ogc")).rstrip("/")}
    info = {"title": "Layers of the city's map", "version": "1.0.0"}
    said = {"openapi": "3.0.3", "info": info, "servers": [server], "paths": paths}
    return JsonResponse(said, content_type="application/vnd.oai.openapi+json;version=3.0")


def _layer(key: str) -> Layer:
    layer = Layer.objects.public().filter(key=key).first()
    if layer is None:
        raise NotFound()
    return layer


def _collection(request: Request, layer: Layer) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": layer.key,
        "title": layer.title,
        "description": layer.source,
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            _link(request, "self", "places:ogc-collection", layer.title, layer=layer.key),
            _link(request, "items", "places:ogc-items", layer.title, GEOJSON, layer=layer.key),
        ],
    }
    if layer.reach:
        said["extent"] = {"spatial": {"bbox": [layer.reach]}}
    return said


def _link(
    request: Request, rel: str, view: str, title: str, kind: str = "application/json", **words: str
) -> dict[str, str]:
    found = {"rel": rel, "type": kind, "href": request.build_absolute_uri(reverse(view, kwargs=words or None))}
    return found | ({"title": title} if title else {})


def _number(request: Request, name: str, usual: int, *, least: int) -> int:
    said = request.GET.get(name, str(usual))
    if not said.isascii() or not said.isdigit() or int(said[:9]) < least:
        raise NoNumber(name=name, least=least)
    return int(said[:9])


def _box(said: str) -> Box:
    try:
        west, south, east, north = (float(number) for number in said.split(","))
    except ValueError as error:
        raise NoBox() from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise NoBox()
    return west, south, east, north


app_name = "places"
urlpatterns = [
    path("map/style.json", show_style, name="style"),
    path("map/tiles/<int:zoom>/<int:column>/<int:row>", show_tile, name="tile"),
    path("ogc/", _door(_landing), name="ogc"),
    path("ogc/api", _door(_api), name="ogc-api"),
    path("ogc/conformance", _door(_conformance), name="ogc-conformance"),
    path("ogc/collections", _door(_collections), name="ogc-collections"),
    path("ogc/collections/<slug:layer>", _door(_one_collection), name="ogc-collection"),
    path("ogc/collections/<slug:layer>/items", _door(_items), name="ogc-items"),
    path("ogc/collections/<slug:layer>/items/<path:key>", _door(_item), name="ogc-item"),
]
