"""Emergency command of the demonstration's city: its centre, units, and what happened in the last days."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.adapters import panel
from tongban.applications.emergency.models import EmergencyAction, EmergencyIncident, EmergencyUnit
from tongban.applications.emergency.rules import gb26875
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.demonstration import Demonstration, Story
from tongban.platform.actuation import services as actuation
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Datastream, Thing

DATA = Path(__file__).parent / "data" / "demonstration.toml"
OFFICE = "emergency-command"
PLAN = {
    "department": [{"key": OFFICE, "name": "云泽市应急指挥中心", "english": "Emergency Command Centre"}],
    "role": [
        {
            "key": "emergency-call-taker",
            "name": "接警员",
            "portal": "desk",
            "duties": ["emergency.read", "emergency.take_call"],
        },
        {
            "key": "emergency-commander",
            "name": "应急指挥长",
            "portal": "desk",
            "duties": [
                "emergency.read",
                "emergency.take_call",
                "emergency.command",
                "emergency.warn",
                "sensing.read",
                "sensing.respond",
                "actuation.request",
            ],
        },
        {
            "key": "emergency-power",
            "name": "联动控制审批人",
            "portal": "desk",
            "duties": ["emergency.read", "actuation.approve_critical", "actuation.approve", "sensing.read"],
        },
        {"key": "leader", "duties": ["emergency.read"]},
    ],
    "official": [
        {
            "login": "jie.ting",
            "name": "接听",
            "says": "应急指挥中心接警员",
            "positions": [{"department": OFFICE, "role": "emergency-call-taker"}],
        },
        {
            "login": "zhi.hui",
            "name": "支辉",
            "says": "应急指挥中心指挥长：调度、预案、预警",
            "positions": [{"department": OFFICE, "role": "emergency-commander"}],
        },
        {
            "login": "lian.kong",
            "name": "连控",
            "says": "应急指挥中心：审批切断电源等联动控制",
            "positions": [{"department": OFFICE, "role": "emergency-power"}],
        },
    ],
}
CALLER = "13900000000"
# The number of the building's power supply at the counterpart of devices, `tongban.city.actuating`.
DEVICE = 4


def found(city: Demonstration) -> None:
    """Register the units; again changes nothing."""
    office = Department.objects.get(key=OFFICE)
    for row in tomllib.loads(DATA.read_text())["unit"]:
        emergency.register_unit(
            actor=SYSTEM,
            key=row["key"],
            name=row["name"],
            kind=row["kind"],
            department=office,
            latitude=row["at"][0],
            longitude=row["at"][1],
            crew=row["crew"],
        )

    emergency.publish_alert_rules(actor=SYSTEM, department=office)
    content = tomllib.loads(DATA.read_text())
    for row in content["panel"]:
        emergency.register_panel(
            actor=SYSTEM,
            address=row["address"],
            building=row["building"],
            department=office,
            latitude=row["at"][0],
            longitude=row["at"][1],
            detectors=[
                *(emergency.Detector(1, 1, one["component"], one["name"]) for one in row["detector"]),
                *(emergency.Detector(panel.LIFTS, 1, one["component"], one["name"]) for one in row["lift"]),
            ],
        )
        _power(row, office)
    moved = sensing.define_property(
        actor=SYSTEM, key="slope-displacement", name="累计位移", english="Displacement of a slope"
    )
    for row in content["slope"]:
        thing = sensing.register_thing(
            actor=SYSTEM,
            key=row["key"],
            name=row["name"],
            department=office,
            kind="slope",
            latitude=row["at"][0],
            longitude=row["at"][1],
        )
        sensing.open_stream(
            actor=SYSTEM, key=row["key"], thing=thing, observed_property=moved, unit_name="millimetre", unit_symbol="mm"
        )


def _power(row: Mapping[str, Any], office: Department) -> None:
    """Let the power of a building be cut from afar: its detectors and an empty lift are what interlocks ask for."""
    address = row["address"]
    keys = [f"{emergency.PROTOCOL}-{address}-1-1-{one['component']}" for one in row["detector"]]
    thing = Thing.objects.get(key=keys[0])
    lifts = [f"{emergency.PROTOCOL}-{address}-{panel.LIFTS}-1-{one['component']}/occupied" for one in row["lift"]]
    actuation.register_device(
        actor=SYSTEM,
        key=f"{emergency.PROTOCOL}-{address}-power",
        name=f"{row['building']}总配电柜",
        thing=thing,
        department=office,
        kind="building-power",
        driver="tasking",
        address={"capability": DEVICE, "actuator": DEVICE},
        sources={
            "smoke": [Datastream.objects.get(key=f"{key}/true") for key in keys],
            "lift_occupied": [Datastream.objects.get(key=key) for key in lifts],
        },
        properties={"lifts": len(lifts), "circuits": ["商业照明及空调", "消防设备"], "life_support": ["消防设备"]},
    )


def stories(city: Demonstration, number: int) -> Iterator[Story]:
    """Tell how calls came in, and what was done about each."""
    if number:
        yield _happened(city)
        yield _measured()


def _happened(city: Demonstration) -> Story:
    last = clock.now()
    for row in tomllib.loads(DATA.read_text())["incident"]:
        begin = last - timedelta(days=row["days"], minutes=45)
        yield begin
        incident = _called(row)
        for minutes, step in zip(row["minutes"], (_send, _arrive, _control, _close), strict=False):
            yield begin + timedelta(minutes=minutes)
            step(row, incident)


def _measured() -> Story:
    """Let slopes have moved in the last week, one of them ever faster; and a detector have reported smoke."""
    last = clock.now()
    yield last - timedelta(minutes=20)
    content = tomllib.loads(DATA.read_text())
    for row in content["slope"]:
        stream = Datastream.objects.get(key=row["key"])
        at, moved_mm, rows = last - timedelta(days=len(row["rate"])), 12.0, []
        for rate in row["rate"]:
            for _hour in range(24):
                at, moved_mm = at + timedelta(hours=1), moved_mm + rate
                rows.append(sensing.Observed(stream.pk, at, round(moved_mm, 3)))
        sensing.observe_many(actor=SYSTEM, observations=rows)
    found = content["panel"][0]["detector"][1]["component"]
    sent = panel.packet(
        content["panel"][0]["address"],
        1,
        [gb26875.FireObject(1, 1, panel.SMOKE, found, panel.STATES["fire"], "三层餐饮区", None)],
        clock.now(),
    )
    emergency.take_in(list(gb26875.FirePacketDecoder().feed(sent)))


def _called(row: Mapping[str, Any]) -> EmergencyIncident:
    report = emergency.EmergencyReport(
        kind=row["kind"],
        words=row["words"],
        channel=row["channel"],
        address=row["address"],
        latitude=row["at"][0],
        longitude=row["at"][1],
        caller_phone=CALLER,
        drill=row.get("drill", False),
    )
    office = Department.objects.get(key=OFFICE)
    return emergency.take_call(actor=_official("jie.ting"), department=office, report=report).incident


def _send(row: Mapping[str, Any], incident: EmergencyIncident) -> None:
    commander = _official("zhi.hui")
    if "plan" in row:
        emergency.activate_plan(actor=commander, incident=incident, plan=row["plan"])
    chosen = [EmergencyUnit.objects.get(key=key) for key in row["units"]]
    emergency.dispatch(actor=commander, incident=incident, chosen=chosen, version=None)


def _arrive(row: Mapping[str, Any], incident: EmergencyIncident) -> None:
    for key in row["units"]:
        unit = EmergencyUnit.objects.get(key=key)
        emergency.move_unit(actor=SYSTEM, unit=unit, step="arrive")
    if row.get("false_alarm"):
        _close(row, incident)


def _control(_row: Mapping[str, Any], incident: EmergencyIncident) -> None:
    commander = _official("zhi.hui")
    while opened := EmergencyAction.objects.of(incident).filter(state="open").select_related("incident").first():
        emergency.settle_action(actor=commander, action=opened, done=True)
    emergency.bring_under_control(actor=commander, incident=incident, words="现场已得到控制。", version=None)


def _close(row: Mapping[str, Any], incident: EmergencyIncident) -> None:
    for key in row["units"]:
        emergency.move_unit(actor=SYSTEM, unit=EmergencyUnit.objects.get(key=key), step="release")
    emergency.close(
        actor=_official("zhi.hui"),
        incident=incident,
        report=row["report"],
        version=None,
        false_alarm=row.get("false_alarm", False),
        injured=row.get("injured", 0),
        evacuated=row.get("evacuated", 0),
    )


def _official(login: str) -> Actor:
    return identity.actor_of(Account.objects.get(login=login))
