"""What a map shows: taken over, drawn, asked for by other software."""

import gzip
import json

import mapbox_vector_tile
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.places import services as places
from tongban.platform.places.models import Feature, Layer, Tile
from tongban.platform.places.rules import tiling
from tongban.platform.places.services import mapping

pytestmark = pytest.mark.django_db

STREET = {"type": "LineString", "coordinates": [[104.10, 30.50], [104.12, 30.51]]}
PARK = {
    "type": "Polygon",
    "coordinates": [[[104.1, 30.5], [104.11, 30.5], [104.11, 30.51], [104.1, 30.51], [104.1, 30.5]]],
}


def _plan(key="roads", **words):
    return places.LayerPlan(**{"key": key, "title": key, "source": "测绘院", "is_base": True, **words})


def _take(key="roads", *shapes, **words):
    rows = [{"key": str(n), "name": f"{key} {n}", "kind": "main", "geometry": s} for n, s in enumerate(shapes, 1)]
    return places.take_over_layer(actor=SYSTEM, plan=_plan(key, **words), features=rows)


def test_a_layer_is_taken_over_in_one_piece():
    _take("roads", STREET, PARK)
    assert _take("roads", STREET).features == 1
    assert [feature.key for feature in Feature.objects.of("roads")] == ["1"]


def test_a_layer_with_one_broken_feature_leaves_the_old_one():
    _take("roads", STREET)
    with pytest.raises(places.BrokenFeature, match="2"):
        _take("roads", STREET, {"type": "Point", "coordinates": [30, 104]})
    assert Feature.objects.of("roads").count() == 1


def test_a_key_that_stands_there_twice_is_named():
    rows = [{"key": "7", "geometry": STREET}] * 2
    with pytest.raises(places.BrokenFeature, match="7"):
        places.take_over_layer(actor=SYSTEM, plan=_plan(), features=rows)


def test_maps_are_the_work_of_who_looks_after_them():
    with pytest.raises(NotAllowed):
        places.take_over_layer(actor=ANONYMOUS, plan=_plan(), features=[])


def test_what_lies_in_a_box_is_found():
    _take("roads", STREET)
    assert Feature.objects.of("roads").in_box((104.11, 30.4, 104.2, 30.6)).count() == 1
    assert Feature.objects.of("roads").in_box((104.13, 30.4, 104.2, 30.6)).count() == 0


def test_the_smallest_area_round_a_place_comes_first():
    district = [[[103, 30], [105, 30], [105, 31], [103, 31], [103, 30]]]
    _take("areas", {"type": "Polygon", "coordinates": district}, PARK)
    found = places.areas_holding("areas", longitude=104.105, latitude=30.505)
    assert [feature.key for feature in found] == ["2", "1"]


def test_the_nearest_comes_first_and_says_how_far():
    _take("roads", STREET, {"type": "LineString", "coordinates": [[104.10, 30.501], [104.12, 30.511]]})
    found = Feature.objects.of("roads").nearest(104.10, 30.50, within_metres=500)
    assert [feature.key for _metres, feature in found] == ["1", "2"]
    assert found[0][0] == 0
    assert 80 < found[1][0] < 120


def test_a_layer_in_the_shifted_system_is_found_and_shown_where_it_lies():
    _take("pipes", {"type": "Point", "coordinates": [116.403714, 39.910227]}, system="GCJ02")
    (found,) = Feature.objects.select_related("layer").of("pipes").in_box((116.397, 39.908, 116.398, 39.909))
    longitude, latitude = found.as_geojson["geometry"]["coordinates"]
    assert (round(longitude, 3), round(latitude, 3)) == (116.397, 39.909)
    assert found.geometry["coordinates"] == [116.403714, 39.910227]
    assert found.metres_to(116.39747, 39.908823) < 15


def test_the_worker_draws_the_base_map(client):
    _take("roads", STREET)
    _take("hidden", PARK, is_base=False)
    jobs.run_all()
    column, row = tiling.tile_at(104.105, 30.5025, 14)
    answer = client.get(f"/map/tiles/14/{column}/{row}")
    drawn = mapbox_vector_tile.decode(gzip.decompress(answer.content))
    assert list(drawn) == ["roads"]
    assert drawn["roads"]["features"][0]["properties"] == {"kind": "main", "name": "roads 1"}
    again = client.get(f"/map/tiles/14/{column}/{row}", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert client.get("/map/tiles/14/0/0").status_code == 204
    assert client.get("/map/tiles/3/8/0").status_code == 404


def test_drawing_twice_gives_the_same_tiles():
    _take("roads", STREET)
    jobs.run_all()
    before = sorted(Tile.objects.values_list("zoom", "column", "row", "etag"))
    places.draw()
    assert sorted(Tile.objects.values_list("zoom", "column", "row", "etag")) == before


@pytest.mark.django_db(transaction=True)
def test_others_write_while_a_city_is_drawn_and_what_is_drawn_no_more_goes(monkeypatch):
    monkeypatch.setattr(mapping, "TILES_AT_ONCE", 1)
    places.keep_tiles([(14, 1, 1, b"old"), (14, 1, 2, b"gone")])

    def drawn():
        yield 14, 1, 1, b"new"
        assert not connection.in_atomic_block
        yield 14, 1, 3, b"more"
        assert bytes(Tile.objects.at(14, 1, 1).data) == b"new"

    assert places.keep_tiles(drawn()) == 2
    assert sorted(Tile.objects.values_list("row", flat=True)) == [1, 3]


def test_the_style_begins_where_the_streets_are_and_names_whose_data_it_is(client):
    _take("roads", STREET, credit="© OpenStreetMap contributors")
    style = client.get("/map/style.json").json()
    assert style["center"] == [104.1, 30.5]
    assert style["sources"]["base"]["attribution"] == "© OpenStreetMap contributors"
    dark = client.get("/map/style.json?dark=1").json()
    assert dark["layers"][0]["paint"] != style["layers"][0]["paint"]


def _followed(client, address, *rels):
    said = client.get(address).json()
    for rel in rels:
        href = next(link["href"] for link in said["links"] if link["rel"] == rel)
        said = client.get(href).json()
    return said


def test_other_software_finds_layers_by_following_links(client):
    _take("roads", *[STREET] * 3)
    assert _followed(client, "/ogc/", "conformance")["conformsTo"][0].endswith("/conf/core")
    (collection,) = _followed(client, "/ogc/", "data")["collections"]
    assert collection["extent"]["spatial"]["bbox"] == [[104.10, 30.50, 104.12, 30.51]]
    items = next(link["href"] for link in collection["links"] if link["rel"] == "items")
    first = client.get(items, {"limit": 2}).json()
    assert [feature["id"] for feature in first["features"]] == ["1", "2"]
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    last = client.get(following).json()
    assert [feature["id"] for feature in last["features"]] == ["3"]
    assert "next" not in {link["rel"] for link in last["links"]}
    assert client.get(f"{items}/3").json()["geometry"] == STREET
    assert "/collections/{layer}/items" in _followed(client, "/ogc/", "service-desc")["paths"]


@pytest.mark.parametrize(
    "asked", [{"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "5,0,1,1"}, {"limit": "0"}, {"limit": "x"}]
)
def test_a_question_that_makes_no_sense_is_refused_with_a_reason(client, asked):
    _take("roads", STREET)
    answer = client.get("/ogc/collections/roads/items", asked)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert next(iter(asked)) in answer.json()["detail"]


def test_a_hidden_layer_is_for_the_house_alone(client):
    _take("pipes", STREET, is_public=False)
    assert client.get("/ogc/collections").json()["collections"] == []
    assert client.get("/ogc/collections/pipes/items").status_code == 404
    assert Feature.objects.of("pipes").count() == 1


EXTRACT = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6" generator="test">
  <node id="1" lat="30.50" lon="104.10" version="1"/><node id="2" lat="30.50" lon="104.11" version="1"/>
  <node id="3" lat="30.51" lon="104.11" version="1"/><node id="4" lat="30.51" lon="104.10" version="1"/>
  <node id="5" lat="30.52" lon="104.12" version="1">
    <tag k="place" v="village"/><tag k="name" v="Qingtang"/><tag k="name:zh" v="青塘"/>
  </node>
  <way id="10" version="1"><nd ref="1"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="name" v="柳岸街"/></way>
  <way id="11" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
    <tag k="building" v="yes"/></way>
  <way id="12" version="1"><nd ref="1"/><nd ref="99"/><tag k="highway" v="residential"/></way>
  <way id="13" version="1"><nd ref="1"/><nd ref="2"/><tag k="power" v="line"/></way>
</osm>
"""


def test_an_extract_of_openstreetmap_becomes_the_base_map(tmp_path, capsys):
    file = tmp_path / "town.osm"
    file.write_text(EXTRACT)
    call_command("places", "import", str(file))
    found = {(f.layer.key, f.kind, f.key, f.name) for f in Feature.objects.select_related("layer")}
    assert found == {
        ("roads", "main", "way/10", "柳岸街"),
        ("buildings", "building", "way/11", ""),
        ("names", "village", "node/5", "青塘"),
    }
    assert {layer.credit for layer in Layer.objects.all()} == {"© OpenStreetMap contributors"}


def test_a_file_that_is_no_extract_is_named(tmp_path):
    file = tmp_path / "town.osm"
    file.write_text("not a map")
    with pytest.raises(CommandError, match=r"town\.osm"):
        call_command("places", "import", str(file))


def test_a_layer_of_one_s_own_comes_from_geojson(tmp_path):
    file = tmp_path / "lamps.json"
    lamp = {"type": "Feature", "id": "L1", "geometry": {"type": "Point", "coordinates": [104.1, 30.5]}}
    lamp["properties"] = {"name": "路灯", "kind": "lamp", "height": 8}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [lamp]}))
    words = ("--key", "lamps", "--title", "路灯", "--source", "城管局")
    call_command("places", "layer", str(file), *words)
    (found,) = Feature.objects.of("lamps").valid(on=clock.today())
    assert (found.name, found.properties) == ("路灯", {"height": 8})


@pytest.mark.parametrize("text", ["{}", "[1]", '{"features": [{"id": 1}]}', "no json"])
def test_a_file_that_is_no_geojson_is_named(tmp_path, text):
    file = tmp_path / "lamps.json"
    file.write_text(text)
    with pytest.raises(CommandError, match="lamps"):
        call_command("places", "layer", str(file), "--key", "a", "--title", "b", "--source", "c")
