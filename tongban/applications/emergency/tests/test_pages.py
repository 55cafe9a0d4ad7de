"""The doors: the desk of calls and command, units by machines, CAP by machines."""

import pytest

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import EmergencyAction, EmergencyCall, EmergencyIncident, EmergencyUnit
from tongban.applications.emergency.tests.conftest import CENTRE, HERE, report
from tongban.applications.emergency.tests.test_cap import xml
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.places import services as places
from tongban.platform.places.models import Feature

SAID = {"channel": "119", "kind": "fire", "words": "三楼冒烟。", "latitude": HERE[0], "longitude": HERE[1]}


def text(answer) -> str:
    return str(answer.content.decode())


def test_a_second_call_about_the_same_is_offered_the_first_and_joins_it(city):
    taker = city.browser("taker")
    assert taker.post("/desk/emergency/call/", SAID).status_code == 302
    offered = taker.post("/desk/emergency/call/", SAID)
    assert offered.status_code == 422
    incident = EmergencyIncident.objects.get()
    assert incident.number in text(offered)
    assert "三楼冒烟。" in text(offered)

    assert taker.post("/desk/emergency/call/", SAID | {"join": str(incident.uid)}).status_code == 302
    assert taker.post("/desk/emergency/call/", SAID | {"join": "new"}).status_code == 302

    assert (EmergencyIncident.objects.count(), EmergencyCall.objects.filter(joined=True).count()) == (2, 1)


def test_an_unclear_call_loses_nothing(city):
    answer = city.browser("taker").post("/desk/emergency/call/", SAID | {"kind": ""})

    assert answer.status_code == 422
    assert "三楼冒烟。" in text(answer)
    assert not EmergencyIncident.objects.exists()


@pytest.mark.requirement("APP-X-14")
@pytest.mark.requirement("APP-X-16")
@pytest.mark.requirement("APP-X-17")
def test_an_incident_is_led_from_its_page_to_its_report(city, fire):
    lead, page = city.browser("first"), f"/desk/emergency/{fire.uid}/"
    assert "云泽市火灾事故应急预案" in text(lead.get(page))
    assert f"{page}dispatch/" not in text(city.browser("taker").get(page))
    lead.post(f"{page}plan/", {"plan": "fire"})
    verify = EmergencyAction.objects.get(key="verify")
    lead.post(f"{page}actions/{verify.uid}/")
    fire.refresh_from_db()
    chosen = EmergencyUnit.objects.get(key="engine-1")
    lead.post(f"{page}dispatch/", {"units": [chosen.uid], "version": fire.version})
    shown = text(lead.get(page))
    assert "已完成" in shown
    assert "engine-1" in shown
    for step in ("arrive", "release"):
        lead.post(f"/desk/emergency/units/{chosen.uid}/", {"step": step})
    for step, said in (
        ("controlled", {"words": "明火已灭。"}),
        ("close", {"report": "充电引发，已扑灭。", "dead": 0, "injured": 1, "evacuated": 30}),
    ):
        assert lead.post(f"{page}steps/{step}/", said).status_code == 302

    assert "充电引发，已扑灭。" in text(lead.get(f"{page}report/"))
    assert fire.number not in text(lead.get("/desk/emergency/"))
    assert fire.number in text(lead.get("/desk/emergency/?show=ended"))


def test_the_second_dispatcher_is_told_on_the_page_and_sees_how_things_stand(city, fire):
    page, version = f"/desk/emergency/{fire.uid}/dispatch/", fire.version
    units = {unit.key: unit.uid for unit in EmergencyUnit.objects.all()}
    city.browser("first").post(page, {"units": [units["engine-1"]], "version": version})

    told = city.browser("second").post(page, {"units": [units["engine-2"]], "version": version})

    assert told.status_code == 422
    assert "first刚对本事件作出处置（力量）" in text(told)
    assert EmergencyUnit.objects.get(key="engine-2").state == "available"


@pytest.mark.requirement("APP-X-19")
def test_the_nearest_by_road_comes_before_the_nearest_through_the_air(city, fire):
    """engine-1 is nearer, but its road leads round the block."""
    line = [(104.0665, 30.5731), (104.0680, 30.5731), (104.0680, 30.5790)]
    detour = [(104.0670, 30.5750), (104.0600, 30.5750), (104.0600, 30.5650), (104.0665, 30.5650), (104.0665, 30.5731)]
    places.take_over_layer(
        actor=SYSTEM,
        plan=places.LayerPlan("roads", "道路", "样例"),
        features=[
            {"key": str(n), "kind": "street", "geometry": {"type": "LineString", "coordinates": way}}
            for n, way in enumerate((line, detour))
        ],
    )
    EmergencyUnit.objects.filter(key="engine-2").update(latitude=30.5790, longitude=104.0680)
    assert Feature.objects.count() == 2

    found = emergency.candidates(actor=city.actor("first"), incident=fire)

    engines = [(one.unit.key, one.by_road) for one in found if one.unit.kind == "fire-engine"]
    assert engines == [("engine-2", True), ("engine-1", True)]
    assert [one.by_road for one in found if one.unit.key == "patrol-1"] == [True]
    assert "沿路" in text(city.browser("first").get(f"/desk/emergency/{fire.uid}/dispatch/"))


def test_drills_have_a_list_of_their_own(city, centre):
    drill = emergency.take_call(actor=SYSTEM, department=centre, report=report(drill=True)).incident
    lead = city.browser("first")

    assert drill.number not in text(lead.get("/desk/emergency/"))
    assert drill.number in text(lead.get("/desk/emergency/?show=drills"))
    assert "演练" in text(lead.get(f"/desk/emergency/{drill.uid}/"))


def test_a_warning_is_written_published_and_lifted_at_the_desk(client, city, fire):
    lead = city.browser("first")
    said = {
        "kind": "fire",
        "colour": "red",
        "headline": "柳岸街火灾",
        "description": "浓烟扩散。",
        "instruction": "请关闭门窗。",
        "radius_km": "1",
        "hours": "2",
    }
    made = lead.post(f"/desk/emergency/warnings/new/?incident={fire.uid}", said)
    assert made.status_code == 302
    assert "柳岸街火灾" not in text(client.get("/emergency/"))
    lead.post(f"{made['Location']}publish/")
    assert "柳岸街火灾" in text(client.get("/emergency/"))
    assert lead.post(f"{made['Location']}lift/", {"reason": " "}).status_code == 422
    lead.post(f"{made['Location']}lift/", {"reason": "火已扑灭。"})

    assert "柳岸街火灾" not in text(client.get("/emergency/"))
    assert "柳岸街火灾" in text(lead.get(f"/desk/emergency/{fire.uid}/"))


@pytest.fixture
def system(city):
    """Another system, with every duty of the centre."""
    account = identity.open_account(actor=SYSTEM, login="terminal", name="终端", kind="client")
    duties = ["emergency.read", "emergency.take_call", "emergency.follow", "emergency.forward"]
    role = identity.define_role(actor=SYSTEM, key="terminal", name="终端", duties=duties)
    identity.appoint(actor=SYSTEM, account=account, department=Department.objects.get(key=CENTRE), role=role)
    _token, key = identity.make_token(actor=SYSTEM, account=account, title="终端", duties=duties)
    return {"authorization": f"Bearer {key}"}


def test_a_terminal_says_where_its_unit_is_and_what_it_does(client, city, fire, system):
    emergency.dispatch(
        actor=city.actor("first"), incident=fire, chosen=[EmergencyUnit.objects.get(key="engine-1")], version=None
    )
    where = {"latitude": 30.574, "longitude": 104.066}
    address = "/api/v1/emergency/units/engine-1"
    assert client.post(f"{address}/positions", where, "application/json", headers=system).status_code == 200
    said = client.post(f"{address}/steps", {"step": "arrive"}, "application/json", headers=system).json()

    assert (said["state"], said["incident"], said["latitude"]) == ("on_scene", fire.number, 30.574)
    wrong = client.post(f"{address}/steps", {"step": "set_out"}, "application/json", headers=system)
    assert wrong.status_code == 409


def test_another_call_centre_sends_a_call_once(client, city, system):
    sent = {"department": CENTRE, "kind": "gas-leak", "words": "燃气味很重。", "address": "石桥路22号", "key": "110-1"}
    answers = [
        client.post("/api/v1/emergency/calls", sent, "application/json", headers=system).json() for _again in range(2)
    ]

    assert answers[0] == answers[1]
    assert EmergencyIncident.objects.get().number == answers[0]["number"]


def test_cap_comes_in_by_its_door_and_entities_are_refused(client, city, system):
    address = f"/api/v1/emergency/cap?department={CENTRE}"
    taken = client.post(address, xml(), "application/cap+xml", headers=system)
    assert taken.status_code == 201, text(taken)
    hostile = xml().replace(b"<alert", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert', 1)
    refused = client.post(address, hostile, "application/cap+xml", headers=system)

    assert refused.status_code == 422
    assert "实体" in text(refused)
