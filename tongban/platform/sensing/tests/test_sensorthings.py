"""SensorThings 1.1: reading and writing as clients of the standard do."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department, Role
from tongban.platform.sensing.models import Datastream, LatestObservation, Observation, Thing
from tongban.platform.sensing.tests.conftest import NOW
from tongban.platform.sensing.tests.gauges import DUTIES, gauge, level_of, measure

ROOT = "http://testserver/sta/v1.1"
SETS = (
    *("Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors", "Observations", "ObservedProperties"),
    "FeaturesOfInterest",
)
STATION = {
    "name": "云湖站",
    "description": "湖心浮标",
    "properties": {"owner": "水务"},
    "Locations": [
        {
            "name": "云湖",
            "description": "湖心",
            "encodingType": "application/geo+json",
            "location": {"type": "Point", "coordinates": [104.2, 30.6]},
        }
    ],
    "Datastreams": [
        {
            "name": "水温",
            "description": "表层水温",
            "unitOfMeasurement": {"name": "degree Celsius", "symbol": "℃", "definition": "ucum:Cel"},
            "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
            "ObservedProperty": {"name": "水温", "definition": "http://example.org/temperature", "description": "-"},
            "Sensor": {"name": "热敏", "description": "-", "encodingType": "text/plain", "metadata": "A1"},
            "Observations": [{"phenomenonTime": "2026-07-01T03:00:00Z", "result": 21.5}],
        }
    ],
}


class Caller:
    """A client with or without a key."""

    def __init__(self, key=""):
        self.client = Client(headers={"authorization": f"Bearer {key}"} if key else {})

    def get(self, path, status=200):
        answer = self.client.get(path if path.startswith("http") else f"/sta/v1.1{path}")
        assert answer.status_code == status, answer.content.decode()
        return answer.json() if answer["Content-Type"].startswith("application/json") else answer.content.decode()

    def send(self, method, path, body=None, status=201):
        call = getattr(self.client, method)
        answer = call(f"/sta/v1.1{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code == status, answer.content.decode()
        return answer.json() if answer.content else answer


@pytest.fixture
def keyed(city):
    system = identity.open_account(actor=SYSTEM, login="sta", name="水务平台", kind="client")
    place, role = Department.objects.get(key="fire-rescue"), Role.objects.get(key="sensing")
    identity.appoint(actor=SYSTEM, account=system, department=place, role=role)
    _token, key = identity.make_token(actor=SYSTEM, account=system, title="STA", duties=DUTIES)
    return Caller(key)


@pytest.fixture
def stream(city):
    found = level_of(gauge(public=True))
    measure(found, 1.0, 2.0, 3.0, 4.0, begin=NOW - timedelta(minutes=30))
    return found


def test_the_root_names_the_eight_sets_exactly(city):
    root = Caller().get("")

    assert {one["name"]: one["url"] for one in root["value"]} == {name: f"{ROOT}/{name}" for name in SETS}


@pytest.mark.parametrize("name", SETS)
def test_each_set_is_a_list_of_entities_with_links(stream, name):
    for entity in Caller().get(f"/{name}?$top=1")["value"]:
        assert isinstance(entity["@iot.id"], int)
        assert entity["@iot.selfLink"] == f"{ROOT}/{name}({entity['@iot.id']})"
        assert any(key.endswith("@iot.navigationLink") for key in entity)


def test_an_entity_its_relations_its_properties_and_their_values(stream):
    reader, thing = Caller(), stream.thing_id
    entity = reader.get(f"/Things({thing})")
    assert entity["name"] == "水位站 gauge-7"
    assert reader.get(entity["Datastreams@iot.navigationLink"])["value"][0]["name"] == stream.name
    assert reader.get(f"/Datastreams({stream.pk})/Thing")["@iot.id"] == thing
    assert reader.get(f"/Datastreams({stream.pk})/unitOfMeasurement/symbol") == {"symbol": "m"}
    assert reader.get(f"/Things({thing})/name") == {"name": "水位站 gauge-7"}
    assert reader.get(f"/Things({thing})/name/$value") == "水位站 gauge-7"
    assert reader.get(f"/Things({thing})/Datastreams/$ref") == {
        "value": [{"@iot.selfLink": f"{ROOT}/Datastreams({stream.pk})"}]
    }


def test_what_is_absent_is_a_404_and_what_is_wrong_a_400(stream):
    reader = Caller()
    for path in ("/Things(999999)", "/Nothing", f"/Things({stream.thing_id})/colour"):
        reader.get(path, status=404)
    for query in ("$top=-1", "$filter=name eq", "$orderby=colour", "$expand=Colour", "$select=colour", "$size=1"):
        reader.get(f"/Things?{query}", status=400)


def values(page):
    return [one["result"] for one in page["value"]]


def test_lists_are_filtered_ordered_counted_and_turned_by_key(stream):
    reader = Caller()
    path = f"/Datastreams({stream.pk})/Observations"
    page = reader.get(f"{path}?$filter=result gt 1 and result le 4&$orderby=result desc&$top=2&$count=true")
    assert (values(page), page["@iot.count"]) == ([4, 3], 3)
    assert "$skiptoken=" in page["@iot.nextLink"]
    assert values(reader.get(page["@iot.nextLink"])) == [2]

    assert reader.get(f"{path}?$count=true&$top=0")["@iot.count"] == 4
    assert values(reader.get(f"{path}?$orderby=phenomenonTime asc&$skip=1&$top=2")) == [2, 3]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("Datastream/Thing/name eq '水位站 gauge-7'", 4),
        ("Datastream/ObservedProperty/name ne '水位'", 0),
        ("phenomenonTime ge 2026-07-01T03:31:00Z", 3),
        ("not (result lt 3)", 2),
        ("result add 1 eq 3 or result mul 2 gt 7", 2),
        ("startswith(Datastream/name,'水位站') and substringof('水位',Datastream/name)", 4),
        ("year(phenomenonTime) eq 2026", 4),
        ("result mod 2 eq 0", 2),
        ("length(Datastream/unitOfMeasurement/symbol) eq 1", 4),
        ("resultTime eq null", 4),
    ],
)
def test_filters_compare_compute_and_follow_relations(stream, query, number):
    assert len(Caller().get(f"/Observations?$filter={query}")["value"]) == number


def test_a_filter_over_several_gives_each_entity_once(stream):
    page = Caller().get("/Things?$filter=Datastreams/Observations/result gt 1")

    assert [one["@iot.id"] for one in page["value"]] == [stream.thing_id]


def test_related_entities_stand_inside_with_options_of_their_own(stream):
    expand = "Datastreams($select=name;$expand=Observations($orderby=phenomenonTime desc;$top=1),ObservedProperty)"
    entity = Caller().get(f"/Things({stream.thing_id})?$select=name,Datastreams&$expand={expand}")

    assert set(entity) == {"name", "Datastreams"}
    inside = entity["Datastreams"][0]
    assert set(inside) == {"name", "Observations", "Observations@iot.nextLink", "ObservedProperty"}
    assert [one["result"] for one in inside["Observations"]] == [4]
    assert inside["ObservedProperty"]["name"] == "水位"


def test_what_is_not_public_is_seen_by_who_has_the_duty_alone(keyed):
    stream = level_of(gauge("closed"))
    measure(stream, 1.0)
    for path in (f"/Things({stream.thing_id})", f"/Datastreams({stream.pk})"):
        Caller().get(path, status=404)
        keyed.get(path)
    assert Caller().get("/Observations")["value"] == []
    assert len(keyed.get("/Observations")["value"]) == 1


def test_a_thing_comes_in_with_all_that_belongs_to_it(keyed):
    made = keyed.send("post", "/Things", STATION)

    thing = Thing.objects.get(pk=made["@iot.id"])
    assert (thing.latitude, thing.longitude, thing.department.key) == (30.6, 104.2, "fire-rescue")
    stream = thing.datastreams.get()
    assert stream.observations.get().value == 21.5
    shown = keyed.get(f"/Observations({stream.observations.get().pk})?$expand=FeatureOfInterest,Datastream/Sensor")
    assert shown["FeatureOfInterest"]["feature"] == {"type": "Point", "coordinates": [104.2, 30.6]}
    assert shown["Datastream"]["Sensor"]["metadata"] == "A1"
    assert keyed.get(f"/Things({thing.pk})/HistoricalLocations")["value"]


def test_of_an_entity_that_is_not_whole_nothing_is_kept(keyed):
    broken = {**STATION, "Datastreams": [{**STATION["Datastreams"][0], "unitOfMeasurement": None}]}

    keyed.send("post", "/Things", broken, status=400)

    assert not Thing.objects.exists()


def test_an_observation_is_about_now_where_it_says_nothing(keyed):
    stream = level_of(gauge())

    made = keyed.send("post", f"/Datastreams({stream.pk})/Observations", {"result": 2.5})

    assert made["phenomenonTime"] == "2026-07-01T04:00:00Z"
    assert LatestObservation.objects.get(stream=stream).value == 2.5


def test_an_entity_is_changed_in_part_and_deleted_with_what_hangs_on_it(keyed):
    stream = level_of(gauge())
    measure(stream, 1.0, 2.0)
    changed = keyed.send("patch", f"/Things({stream.thing_id})", {"description": "换了位置"}, status=200)
    assert (changed["description"], changed["name"]) == ("换了位置", "水位站 gauge-7")
    keyed.send("patch", f"/Things({stream.thing_id})", {"Datastreams": [{"name": "x"}]}, status=400)

    last = Observation.objects.order_by("-at")[0]
    keyed.send("delete", f"/Observations({last.pk})", status=200)
    assert LatestObservation.objects.get().value == 1.0

    keyed.send("delete", f"/Things({stream.thing_id})", status=200)
    assert not Datastream.objects.exists()
    assert not Observation.objects.exists()
    keyed.send("delete", f"/Things({stream.thing_id})", status=404)


def test_readings_come_in_as_rows_and_go_out_as_rows(keyed):
    stream = level_of(gauge())
    rows = [["2026-07-01T03:00:00Z", 1.5], ["2026-07-01T03:01:00Z", 1.6], ["yesterday", 1.7]]
    group = {"Datastream": {"@iot.id": stream.pk}, "components": ["phenomenonTime", "result"], "dataArray": rows}

    told = keyed.send("post", "/CreateObservations", [group])

    assert told[0].startswith(f"{ROOT}/Observations(")
    assert told[2] == "error"
    shown = keyed.get("/Observations?$resultFormat=dataArray&$select=result")
    assert shown["value"][0]["dataArray"] == [[1.5], [1.6]]


def test_calls_come_together_and_a_group_is_kept_whole_or_not_at_all(keyed):
    stream = level_of(gauge())
    first = {"id": "1", "method": "post", "url": f"Datastreams({stream.pk})/Observations", "body": {"result": 1}}
    broken = {"id": "2", "method": "post", "url": "Things", "body": {"name": "x"}}

    told = keyed.send("post", "/$batch", {"requests": [first, broken]}, status=200)
    assert [one["status"] for one in told["responses"]] == [201, 400]
    assert Observation.objects.count() == 1

    group = [{**one, "atomicityGroup": "g"} for one in (first, broken)]
    told = keyed.send("post", "/$batch", {"requests": group}, status=200)
    assert [one["status"] for one in told["responses"]] == [424, 400]
    assert Observation.objects.count() == 1


def test_nobody_writes_without_a_key_or_the_duty_there(keyed, stream):
    Caller().send("post", "/Things", STATION, status=401)
    other = level_of(gauge("elsewhere", department="health", public=True))
    keyed.send("post", f"/Datastreams({other.pk})/Observations", {"result": 1}, status=403)
    keyed.send("patch", f"/Things({other.thing_id})", {"name": "x"}, status=403)
    keyed.send("delete", f"/Things({other.thing_id})", status=403)
    assert Client(headers={"authorization": "Bearer nonsense"}).get("/sta/v1.1/Things").status_code == 401
