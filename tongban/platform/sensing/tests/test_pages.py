"""The desk: alerts, things, streams, frames, rules."""

import json
from datetime import timedelta

import pytest

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.sensing import ports
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert, AlertRule, Datastream, RawFrame, Thing
from tongban.platform.sensing.tests.conftest import NOW
from tongban.platform.sensing.tests.gauges import HIGH, gauge, level_of, measure, rule


def text(answer):
    return answer.content.decode()


@pytest.fixture
def alert(city):
    rule(("orange", HIGH))
    measure(level_of(gauge()), 2.0, 3.2, 3.4, begin=NOW - timedelta(minutes=10))
    return Alert.objects.get()


def test_an_alert_is_found_read_with_its_chart_acknowledged_and_closed(city, alert):
    desk = city.browser("duty")
    assert f"/desk/sensing/alerts/{alert.uid}/" in text(desk.get("/desk/sensing/"))

    page = text(desk.get(f"/desk/sensing/alerts/{alert.uid}/"))
    assert "水位超警戒" in page
    assert "<polyline" in page
    assert "限值 3" in " ".join(page.split())

    assert desk.post(f"/desk/sensing/alerts/{alert.uid}/acknowledge/").status_code == 302
    assert desk.post(f"/desk/sensing/alerts/{alert.uid}/close/", {"reason": "闸门已打开。"}).status_code == 302
    assert "没有未关闭的告警" in text(desk.get("/desk/sensing/"))
    assert str(alert.uid) in text(desk.get("/desk/sensing/?state=closed"))
    assert "闸门已打开。" in text(desk.get(f"/desk/sensing/alerts/{alert.uid}/"))


def test_closing_without_a_reason_is_said_on_the_page(city, alert):
    sent = city.browser("duty").post(f"/desk/sensing/alerts/{alert.uid}/close/", {"reason": ""})

    assert sent.status_code == 422
    assert Alert.objects.get().state == "open"


def test_alerts_are_narrowed_by_level(city, alert):
    desk = city.browser("duty")

    assert str(alert.uid) in text(desk.get("/desk/sensing/?level=orange"))
    assert "没有符合条件的告警" in text(desk.get("/desk/sensing/?level=red"))


def test_a_thing_shows_its_latest_values_and_alerts_and_leads_to_its_stream(city, alert):
    desk, thing, stream = city.browser("duty"), Thing.objects.get(), Datastream.objects.get()
    assert str(thing.uid) in text(desk.get("/desk/sensing/things/?q=水位站"))
    assert "没有名称或键相符的监测设备" in text(desk.get("/desk/sensing/things/?q=泵站"))

    page = text(desk.get(f"/desk/sensing/things/{thing.uid}/"))
    assert "3.4 m" in page
    assert str(alert.uid) in page
    for days in ("1", "30"):
        assert "水位" in text(desk.get(f"/desk/sensing/streams/{stream.uid}/?days={days}"))


def test_a_neighbour_finds_nothing_of_it(city, alert):
    desk, thing = city.browser("neighbour"), Thing.objects.get()

    assert "没有未关闭的告警" in text(desk.get("/desk/sensing/"))
    for address in (f"alerts/{alert.uid}/", f"things/{thing.uid}/", f"streams/{Datastream.objects.get().uid}/"):
        assert desk.get(f"/desk/sensing/{address}").status_code == 404


def test_a_frame_is_shown_and_read_again_once_its_decoder_is_there(city):
    stream = level_of(gauge())
    sensing.receive(actor=SYSTEM, frames=[sensing.Frame("late-protocol", "gauge-7", b"2.5", stream.department_id)])
    frame, desk = RawFrame.objects.get(), city.browser("duty")
    assert frame.outcome == "refused"
    assert str(frame.uid) in text(desk.get("/desk/sensing/frames/?outcome=refused"))
    assert "2.5" in text(desk.get(f"/desk/sensing/frames/{frame.uid}/"))

    def decode(body, source):
        return [ports.Decoded(f"{source}/level", NOW, float(body))]

    ports.DECODERS.register("late-protocol", decode)
    for expected in ("新增 1 条", "新增 0 条"):
        answer = desk.post(f"/desk/sensing/frames/{frame.uid}/", follow=True)
        assert expected in text(answer)
    assert stream.observations.get().value == 2.5


def test_a_rule_is_tried_on_the_past_and_published_from_the_desk(city):
    stream = level_of(gauge())
    measure(stream, 2.0, 3.2, 2.0, begin=NOW - timedelta(minutes=10))
    desk = city.browser("duty")
    written = {
        "key": "too-high",
        "department": "fire-rescue",
        "name": "水位过高",
        "definition": json.dumps({"scope": {"kind": "water-station"}, "ladder": [{"level": "red", "when": HIGH}]}),
        "source": "防汛预案",
    }

    tried = text(desk.post("/desk/sensing/rules/new/", {**written, "try": "1"}))
    assert "产生（一级（红色））" in tried
    assert not AlertRule.objects.exists()

    assert desk.post("/desk/sensing/rules/new/", written).status_code == 302
    rule_ = AlertRule.objects.get()
    assert "水位过高" in text(desk.get("/desk/sensing/rules/"))
    changed = {name: value for name, value in written.items() if name not in ("key", "department")}
    with clock.at(NOW + timedelta(minutes=1)):
        again = desk.post(f"/desk/sensing/rules/{rule_.uid}/change/", {**changed, "definition": "{}", "source": "通知"})
    assert again.status_code == 302
    assert "该规则已停用" in text(desk.get(f"/desk/sensing/rules/{rule_.uid}/"))


def test_what_is_wrong_with_a_rule_is_said_where_it_is(city):
    definition = json.dumps({"ladder": [{"level": "red", "when": {"kind": "guess"}}]})
    sent = city.browser("duty").post(
        "/desk/sensing/rules/new/",
        {"key": "x", "department": "fire-rescue", "name": "x", "source": "x", "definition": definition},
    )

    assert sent.status_code == 422
    assert "ladder.0.when.kind: 没有“guess”类型的条件。" in text(sent)
