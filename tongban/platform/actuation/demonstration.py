"""What the demonstration's city can command: the power of a tower, a pump, lamps; what was asked for in past days."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.demonstration import Demonstration, Story
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import ControlledDevice
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Datastream, Thing

PLAN = {
    "role": [
        {"key": "control-operator", "name": "远程控制值班员", "portal": "desk", "duties": ["actuation.request"]},
        {
            "key": "control-approver",
            "name": "远程控制审批人",
            "portal": "desk",
            "duties": ["actuation.approve", "actuation.approve_critical", "sensing.read"],
        },
        {"key": "operator", "duties": ["actuation.steward"]},
    ],
    "official": [
        {
            "login": "qiu.tong",
            "name": "邱桐",
            "says": "消防救援远程控制值班员",
            "positions": [
                {"department": "fire-rescue", "role": "control-operator"},
                {"department": "urban-management", "role": "control-operator"},
            ],
        },
        {
            "login": "shi.lan",
            "name": "石岚",
            "says": "远程控制审批人",
            "positions": [
                {"department": "fire-rescue", "role": "control-approver"},
                {"department": "urban-management", "role": "control-approver"},
            ],
        },
    ],
}
# Key of the thing → (name, kind, latitude, longitude, department)
THINGS = {
    "city-tower": ("云泽大厦", "building", 30.521, 104.127, "fire-rescue"),
    "city-pump-1": ("柳岸街下穿通道泵站", "pump-station", 30.512, 104.118, "urban-management"),
    "city-lamps-1": ("临湖公园路灯", "street-lights", 30.535, 104.1, "urban-management"),
}
CIRCUITS, LIFE_SUPPORT = ("三层照明", "四层照明", "空调"), "急诊手术室"
PROPERTIES = {"city-smoke": ("火警探测", "Smoke detected"), "city-lift": ("电梯内有人", "Lift occupied")}


def found(city: Demonstration) -> None:
    """Register what can be commanded; again changes nothing."""
    for key, (name, kind, latitude, longitude, department) in THINGS.items():
        sensing.register_thing(
            actor=SYSTEM,
            key=key,
            name=name,
            kind=kind,
            latitude=latitude,
            longitude=longitude,
            department=Department.objects.get(key=department),
        )
    detectors = [_watched("city-smoke", number) for number in (1, 2, 3)]
    lifts = [_watched("city-lift", number) for number in (1, 2)]
    level = Datastream.objects.with_key("city-underpass-1/city-water-level")
    _register(
        "city-tower-power",
        "云泽大厦总配电柜",
        "city-tower",
        "building-power",
        1,
        sources={"smoke": detectors, "lift_occupied": lifts},
        properties={
            "lifts": 2,
            "circuits": [*CIRCUITS, LIFE_SUPPORT],
            "life_support": [LIFE_SUPPORT],
        },
    )
    pumped = {"level": [level]} if level else {}
    _register("city-pump-1", "柳岸街下穿通道排涝泵", "city-pump-1", "drain-pump", 2, sources=pumped)
    _register("city-lamps-1", "临湖公园路灯回路", "city-lamps-1", "street-light", 3)


def stories(city: Demonstration, number: int) -> Iterator[Story]:
    """Tell what was asked for in the last days: a drill, a refusal, one that interlocks stopped, one that waits."""
    if number:
        yield _told(clock.now())


def _told(last: datetime) -> Iterator[datetime]:
    asker, approver = _actor("qiu.tong"), _actor("shi.lan")
    power, pump = (ControlledDevice.objects.get(key=key) for key in ("city-tower-power", "city-pump-1"))
    yield last - timedelta(days=6)
    _sense(smoke=(True, True, False), lifts=(False, False))
    drill = _asked(
        asker, power, "cut", {"circuit": "三层照明"}, "年度消防演练：验证非消防电源联动切断流程。", drill=True
    )
    yield last - timedelta(days=6) + timedelta(minutes=2)
    _sense(smoke=(True, True, False), lifts=(False, False))
    actuation.approve(actor=approver, command=drill, words="按演练方案执行。")
    for seconds in (1, 2, 3, 3605, 3606):
        yield last - timedelta(days=6) + timedelta(minutes=2, seconds=seconds)
        actuation.look_at_due()
    yield last - timedelta(days=2)
    _sense(smoke=(True, False, False), lifts=(True, False))
    _asked(asker, power, "cut", {"circuit": "四层照明"}, "四层报警，现场尚未回复。")
    yield last - timedelta(days=1)
    _sense(smoke=(True, True, False), lifts=(False, False))
    refused = _asked(asker, power, "cut", {"circuit": "空调"}, "四层两个探测器报警，申请切断空调电源。")
    yield last - timedelta(days=1) + timedelta(minutes=4)
    actuation.refuse(actor=approver, command=refused, words="现场核实为水汽误报，不切断电源。")
    yield last - timedelta(minutes=9)
    actuation.grant_standing(
        actor=approver,
        device=power,
        command="cut",
        rule="fire-confirmed",
        reason="夜间值守力量不足，两个以上探测器确认火警时由规则切断非消防电源。",
        expires_at=last + timedelta(days=90),
    )
    yield last - timedelta(minutes=1)
    _sense(smoke=(False, False, False), lifts=(False, False))
    _asked(asker, pump, "run", {"speed": 60.0}, "下穿通道积水持续上涨，申请远程启泵。")


def _asked(actor: Actor, device: ControlledDevice, command: str, said: dict[str, Any], why: str, **more: Any) -> Any:
    key = f"demonstration:{device.key}:{clock.now():%d%H%M}"
    return actuation.request(actor=actor, device=device, command=command, parameters=said, reason=why, key=key, **more)


def _sense(*, smoke: tuple[bool, ...], lifts: tuple[bool, ...]) -> None:
    for measures, values in (("city-smoke", smoke), ("city-lift", lifts)):
        for number, value in enumerate(values, 1):
            stream = Datastream.objects.get(key=f"city-tower/{measures}-{number}")
            sensing.observe(actor=SYSTEM, stream=stream, at=clock.now(), value=value)


def _watched(measures: str, number: int) -> Datastream:
    name, english = PROPERTIES[measures]
    thing = Thing.objects.get(key="city-tower")
    return sensing.open_stream(
        actor=SYSTEM,
        key=f"city-tower/{measures}-{number}",
        thing=thing,
        name=f"{thing.name}{number}号{name}",
        observed_property=sensing.define_property(actor=SYSTEM, key=measures, name=name, english=english),
        kind="truth",
    )


def _register(key: str, name: str, thing: str, kind: str, number: int, **more: Any) -> None:
    actuation.register_device(
        actor=SYSTEM,
        key=key,
        name=name,
        thing=Thing.objects.get(key=thing),
        kind=kind,
        driver="tasking",
        address={"capability": number, "actuator": number},
        **more,
    )


def _actor(login: str) -> Actor:
    return identity.actor_of(Account.objects.get(login=login))
