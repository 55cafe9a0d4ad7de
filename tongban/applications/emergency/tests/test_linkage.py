"""Devices: fire panels by GB/T 26875.3, slopes, and what follows from their alerts; messages to the public."""

import json
import threading
from datetime import datetime, timedelta

import pytest

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.adapters import panel
from tongban.applications.emergency.adapters.loudspeakers import Platform
from tongban.applications.emergency.models import (
    EmergencyAction,
    EmergencyIncident,
    EmergencyLogEntry,
    EmergencyMessage,
    EmergencyWarning,
)
from tongban.applications.emergency.rules import gb26875
from tongban.applications.emergency.tests.conftest import HERE, report
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import ControlCommand
from tongban.platform.actuation.tests.devices import DEVICE
from tongban.platform.notices.models import Notice
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert, Datastream, RawFrame, Thing

PANEL = "990102000001"
AT = datetime(2026, 6, 1, 12, 30, 5, tzinfo=gb26875.CHINA)


def state(component: int, word: str) -> gb26875.FireObject:
    return gb26875.FireObject(1, 1, panel.SMOKE, component, panel.STATES[word], "三层", None)


def sent(number: int, component: int, word: str, at=None) -> bytes:
    return panel.packet(PANEL, number, [state(component, word)], at or clock.now())


def taken(body: bytes) -> list[bool]:
    """Take in what a panel sends, and let what follows happen."""
    answers = emergency.take_in(list(gb26875.FirePacketDecoder().feed(body)))
    jobs.run_all()
    return answers


@pytest.fixture
def linked(city, centre):
    """The shipped rules, and a panel with two detectors."""
    emergency.publish_alert_rules(actor=SYSTEM, department=centre)
    emergency.register_panel(
        actor=SYSTEM,
        address=PANEL,
        building="云泽国际商厦",
        department=centre,
        latitude=HERE[0],
        longitude=HERE[1],
        detectors=[
            emergency.Detector(1, 1, 302, "三层感烟"),
            emergency.Detector(1, 1, 901, "九层感温"),
            emergency.Detector(10, 1, 1, "1号电梯"),
        ],
    )
    jobs.run_all()


def test_a_packet_is_read_however_it_is_cut_and_damage_costs_only_itself():
    whole = [panel.packet(PANEL, number, [state(302, "fire")], AT) for number in (1, 2, 3)]
    damaged = bytearray(whole[1])
    damaged[-3] ^= 0xFF
    stream = b"\x00noise@" + whole[0] + bytes(damaged) + whole[2]
    decoder, found = gb26875.FirePacketDecoder(), []
    for place in range(0, len(stream), 7):
        found += decoder.feed(stream[place : place + 7])

    assert [one.number for one in found] == [1, 3]
    assert decoder.damaged == 2  # the false head of the noise, and the second packet
    assert (found[0].source, found[0].command, found[0].at) == (PANEL, gb26875.SEND, AT)
    assert gb26875.objects(found[0]) == [state(302, "fire")._replace(at=AT)]


def test_the_bytes_of_a_packet_are_those_of_the_standard():
    body = gb26875.written(gb26875.FirePacket(7, PANEL, "000000000000", gb26875.CONFIRM, b"", None), AT)
    assert body.hex(" ") == (
        "40 40 07 00 01 01 05 1e 0c 01 06 1a 01 00 00 02 01 99 00 00 00 00 00 00 00 00 03 f9 23 23"
    )


@pytest.mark.parametrize(
    ("data", "how", "expected"),
    [
        ("051e0c01061a", "auto", AT),
        ("053012010626", "auto", AT),  # digits
        ("053012010626", "bcd", AT),
        ("051e0c01061a", "bcd", None),
        ("ffffffffffff", "auto", None),
    ],
)
def test_moments_are_read_as_devices_write_them(data, how, expected):
    assert gb26875.moment(bytes.fromhex(data), how) == expected


def test_objects_that_do_not_make_the_length_are_refused():
    packet = next(iter(gb26875.FirePacketDecoder().feed(panel.packet(PANEL, 1, [state(302, "fire")], AT))))
    broken = gb26875.FirePacket(1, PANEL, PANEL, 2, packet.data[:-1], AT)
    with pytest.raises(gb26875.BrokenPacket):
        gb26875.objects(broken)


@pytest.mark.requirement("APP-R-04")
@pytest.mark.requirement("APP-X-18")
def test_a_fire_alarm_opens_an_incident_with_its_plan_and_tells_who_leads(linked):
    assert taken(sent(1, 302, "fire")) == [True]

    incident = EmergencyIncident.objects.get()
    assert (incident.kind, incident.source, incident.plan) == ("fire", "alert", "fire")
    assert (incident.latitude, incident.longitude) == HERE
    assert EmergencyAction.objects.of(incident).filter(state="open").exists()
    assert Alert.objects.linked_to(incident.subject).count() == 1
    assert Notice.objects.filter(account__login="first").count() == 1
    assert RawFrame.objects.get().outcome == "taken"


def test_ten_detectors_of_one_house_are_one_fire_and_its_end_is_written_down(linked):
    taken(sent(1, 302, "fire"))
    taken(sent(2, 901, "fire", clock.now() + timedelta(seconds=1)))
    taken(sent(3, 302, "normal", clock.now() + timedelta(seconds=2)))

    incident = EmergencyIncident.objects.get()
    kinds = list(EmergencyLogEntry.objects.of(incident).values_list("kind", flat=True))
    assert kinds.count("alert") == 1
    assert kinds.count("cleared") == 1
    assert incident.ended_at is None


def test_a_detector_that_is_tested_alarms_nobody_and_an_unknown_one_is_denied(linked):
    assert taken(sent(1, 302, "test")) == [True]
    assert taken(sent(2, 999, "fire")) == [False]
    assert not EmergencyIncident.objects.exists()


def test_an_alarm_joins_the_fire_that_was_called_in(linked, city, centre):
    called = emergency.take_call(actor=city.actor("taker"), department=centre, report=report()).incident
    taken(sent(1, 302, "fire"))

    assert EmergencyIncident.objects.get() == called
    assert Alert.objects.linked_to(called.subject).exists()


def test_an_alarm_is_confirmed_once(linked, city):
    taken(sent(1, 302, "fire"))
    incident = EmergencyIncident.objects.get()
    emergency.confirm(actor=city.actor("first"), incident=incident, words="视频可见明火。")
    emergency.confirm(actor=city.actor("second"), incident=incident, words="再次确认。")

    assert EmergencyLogEntry.objects.of(incident).filter(kind="confirmed").count() == 1


def powered(centre):
    """The power supply of the panel's building: its two detectors, one lift, and a circuit that is never cut."""
    keys = [f"gb26875-{PANEL}-1-1-{component}" for component in (302, 901)]
    thing = Thing.objects.get(key=keys[0])
    lift = Datastream.objects.get(key=f"gb26875-{PANEL}-10-1-1/occupied")
    actuation.register_device(
        actor=SYSTEM,
        key=f"gb26875-{PANEL}-power",
        name="总配电柜",
        thing=thing,
        kind="building-power",
        driver="remembered",
        address={},
        sources={"smoke": [Datastream.objects.get(key=f"{key}/true") for key in keys], "lift_occupied": [lift]},
        properties={"lifts": 1, "circuits": ["消防设备", "照明"], "life_support": ["消防设备"]},
    )


@pytest.mark.requirement("APP-R-06")
@pytest.mark.parametrize(
    ("detectors", "occupied", "state"),
    [((302, 901), False, "asked"), ((302,), False, "blocked"), ((302, 901), True, "blocked")],
)
def test_power_is_cut_once_the_alarm_is_confirmed_interlocks_hold_and_another_human_approves(
    linked, city, centre, detectors, occupied, state
):
    DEVICE.forget()
    powered(centre)
    for number, component in enumerate(detectors):
        taken(sent(number, component, "fire"))
    lift = panel.lift(1)._replace(state=0b1 if occupied else panel.ON_THE_GROUND)
    taken(panel.packet(PANEL, 9, [lift], clock.now()))
    incident = EmergencyIncident.objects.get()
    assert not ControlCommand.objects.about(incident.subject).exists()
    emergency.confirm(actor=city.actor("first"), incident=incident, words="视频可见明火。")
    jobs.run_all()
    emergency.ask_for_power_cut(incident=incident)

    command = ControlCommand.objects.about(incident.subject).get()
    assert (command.state, command.parameters) == (state, {"circuit": "照明"})
    assert DEVICE.commands() == []
    if state == "blocked":
        return
    actuation.approve(actor=city.actor("second"), command=command)
    for seconds in (0, 1, 3):
        with clock.at(clock.now() + timedelta(seconds=seconds)):
            actuation.look_at_due()
            jobs.run_all()
    assert DEVICE.commands() == ["cut"]
    words = list(EmergencyLogEntry.objects.of(incident).filter(kind="control").values_list("words", flat=True))
    assert len(words) == 3
    assert "已执行，设备已反馈" in words[-1]


@pytest.mark.requirement("APP-R-05")
def test_a_slope_that_moves_faster_and_faster_is_an_incident_and_a_proposed_warning(client, linked, city, centre):
    moved = sensing.define_property(actor=SYSTEM, key="slope-displacement", name="累计位移")
    slope = sensing.register_thing(
        actor=SYSTEM,
        key="slope",
        name="青岩山坡体",
        department=centre,
        kind="slope",
        latitude=30.6,
        longitude=104.14,
    )
    stream = sensing.open_stream(actor=SYSTEM, key="slope", thing=slope, observed_property=moved)
    jobs.run_all()
    begin, value = clock.now() - timedelta(hours=8), 10.0
    for hour, rate in enumerate((0.1, 0.1, 0.1, 1.5, 1.5, 4.0, 4.0, 4.0)):
        value += rate
        sensing.observe(actor=SYSTEM, stream=stream, at=begin + timedelta(hours=hour), value=value)
        jobs.run_all()

    incident = EmergencyIncident.objects.get()
    warning = EmergencyWarning.objects.get()
    assert (incident.kind, incident.level, incident.plan) == ("landslide", "larger", "landslide")
    assert (warning.colour, warning.published_at, warning.incident) == ("yellow", None, incident)
    assert "青岩山坡体" in warning.headline
    assert warning.headline not in client.get("/emergency/").content.decode()
    emergency.publish_warning(actor=city.actor("first"), warning=warning)
    assert warning.headline in client.get("/emergency/").content.decode()


@pytest.fixture
def platform(tmp_path, settings):
    """A broadcasting platform that really listens."""
    server = Platform("secret")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    account = tmp_path / "account.json"
    account.write_text(json.dumps({"url": server.url, "key": "secret"}))
    settings.EMERGENCY_BROADCAST = str(account)
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.requirement("APP-X-20")
def test_screens_and_loudspeakers_are_told_from_one_place_once(city, fire, platform):
    for _again in range(2):
        emergency.tell(actor=city.actor("first"), incident=fire, medium="screen", words="柳岸街火灾，请绕行。", key="a")
    emergency.tell(actor=city.actor("first"), incident=fire, medium="broadcast", words="请撤离。", target="柳岸社区")
    jobs.run_all()

    shown = {one["device"]: (one["words"], one["target"]) for one in platform.shown.values()}
    assert shown == {"screen": ("柳岸街火灾，请绕行。", ""), "loudspeaker": ("请撤离。", "柳岸社区")}
    assert {one.state for one in EmergencyMessage.objects.of(fire)} == {"sent"}


def test_nothing_of_a_drill_leaves_the_house(city, centre, platform):
    first = city.actor("first")
    drill = emergency.take_call(actor=first, department=centre, report=report(drill=True)).incident
    emergency.tell(actor=first, incident=drill, medium="screen", words="演练。")
    jobs.run_all()

    assert not platform.shown
    assert EmergencyMessage.objects.get().state == "held"


def test_a_message_that_no_platform_takes_says_so(city, fire, platform):
    platform.key = "another"
    emergency.tell(actor=city.actor("first"), incident=fire, medium="screen", words="请绕行。")
    jobs.run_all()

    message = EmergencyMessage.objects.get()
    assert (message.state, message.problem) == ("rejected", "the platform answered 401")
    with pytest.raises(Invalid):
        emergency.tell(actor=city.actor("first"), incident=fire, medium="pigeon", words="")


def test_figures_count_minutes_and_keep_drills_apart(city, centre, fire):
    first, today = city.actor("first"), clock.today()
    emergency.take_call(actor=first, department=centre, report=report(drill=True))
    EmergencyIncident.objects.filter(pk=fire.pk).update(
        dispatched_at=fire.opened_at + timedelta(minutes=2), arrived_at=fire.opened_at + timedelta(minutes=9)
    )
    everything, fires = emergency.figures(actor=first, first=today, last=today)
    drills = emergency.figures(actor=first, first=today, last=today, drill=True)

    assert (fires.kind, fires.opened, fires.dispatch, fires.arrive, fires.in_time) == ("fire", 1, 2.0, 9.0, (1, 1))
    assert (everything.opened, drills[0].opened, drills[0].arrive) == (1, 1, None)
