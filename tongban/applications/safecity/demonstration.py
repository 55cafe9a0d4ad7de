"""Public safety of the demonstration's city: cameras, devices, patrols, an outside alarm, an order of positions."""

import tomllib
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import PatrolRoute, PositionOrder, SipDevice
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.demonstration import Demonstration, Story
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Role
from tongban.platform.parties.models import Party

DATA = Path(__file__).parent / "data" / "demonstration.toml"
OFFICE, BRIGADE, JUSTICE = "public-security", "patrol-brigade", "justice"
WATCH = [
    "safecity.read",
    "safecity.respond",
    "safecity.ask_video",
    "workorders.dispatch",
]
LEAD = [
    "safecity.read",
    "safecity.manage",
    "safecity.respond",
    "safecity.approve_video",
    "safecity.supervise",
    "safecity.outside",
    "requests.receive",
]
PATROL = ["safecity.patrol", "workorders.handle"]
PLAN = {
    "department": [
        {"key": JUSTICE, "name": "云泽市司法局", "english": "Justice Bureau"},
        {"key": BRIGADE, "name": "云泽市公安局巡逻支队", "english": "Patrol Brigade"},
    ],
    "role": [
        {"key": "safety-watch", "name": "安防值班员", "portal": "desk", "duties": WATCH},
        {"key": "safety-lead", "name": "安防负责人", "portal": "desk", "duties": LEAD},
        {"key": "patrol-officer", "name": "巡逻队员", "portal": "crew", "duties": PATROL},
        {"key": "alarm-sender", "name": "外部告警系统", "duties": ["safecity.send_alarm"]},
        {
            "key": "corrections-officer",
            "name": "社区矫正工作人员",
            "portal": "desk",
            "duties": ["safecity.correct", "safecity.respond", "parties.find"],
        },
        {
            "key": "corrections-lead",
            "name": "社区矫正负责人",
            "portal": "desk",
            "duties": ["safecity.approve_correction"],
        },
    ],
    "official": [
        {
            "login": "an.ning",
            "name": "安宁",
            "says": "公安局安防值班员：告警、申请调看视频",
            "positions": [{"department": OFFICE, "role": "safety-watch"}],
        },
        {
            "login": "shou.zheng",
            "name": "守正",
            "says": "公安局安防负责人：摄像机登记、审批、监督",
            "positions": [{"department": OFFICE, "role": "safety-lead"}],
        },
        {
            "login": "xun.ye",
            "name": "荀野",
            "says": "巡逻队员（手机）",
            "positions": [
                {"department": OFFICE, "role": "patrol-officer"},
                {"department": BRIGADE, "role": "patrol-officer"},
            ],
        },
        {
            "login": "jiao.yang",
            "name": "焦阳",
            "says": "司法局社区矫正工作人员",
            "positions": [{"department": JUSTICE, "role": "corrections-officer"}],
        },
        {
            "login": "shen.pi",
            "name": "沈丕",
            "says": "司法局社区矫正负责人：审批",
            "positions": [{"department": JUSTICE, "role": "corrections-lead"}],
        },
    ],
}
SENDER = "city-comparison"
PERSON = "du.mingyuan"
RING = ((30.28, 118.30), (30.28, 118.42), (30.18, 118.42), (30.18, 118.30))


def stories(city: Demonstration, number: int) -> Iterator[Story]:
    """Tell how cameras were registered, and what happened on some days."""
    if number:
        yield _watched(city)


def _watched(city: Demonstration) -> Story:
    """Register cameras and devices, plan patrols, let alarms come, and one order of positions."""
    content = tomllib.loads(DATA.read_text(encoding="utf-8"))
    last = clock.now()
    yield last - timedelta(hours=30)
    office = Department.objects.get(key=OFFICE)
    _register(content, office)
    _plan(content, office)
    _source(office)
    _order(Department.objects.get(key=JUSTICE))
    yield last - timedelta(minutes=5)
    _happened(office)


def _register(content: Any, office: Department) -> None:
    for row in content["devices"]:
        if SipDevice.objects.numbered(row["number"]) is None:
            latitude, longitude = row["at"]
            entry = safecity.DeviceEntry(
                row["number"], row["name"], office, office.area, latitude, longitude, content["password"]
            )
            safecity.register_device(actor=SYSTEM, entry=entry)
    today = clock.today()
    for row in content["cameras"]:
        over = row.get("over", False)
        safecity.system_registers(
            safecity.CameraEntry(
                number=row["number"],
                name=row["name"],
                department=office,
                area=office.area,
                address=row["address"],
                latitude=row["at"][0],
                longitude=row["at"][1],
                operator=office.name,
                purpose=row["purpose"],
                legal_basis="《公共安全视频图像信息系统管理条例》；云泽市公共安全视频建设规划（演示）",
                sign="公共区域　视频监控　云泽市公安局　电话0990-55520110（演示）",
                sign_seen_on=today - timedelta(days=20),
                retention_days=30,
                valid_from=today - timedelta(days=400),
                valid_until=today - timedelta(days=1) if over else today + timedelta(days=700),
                video=row.get("video", ""),
                device=row.get("device", ""),
                sip_channel=row.get("channel", ""),
            )
        )


def _plan(content: Any, office: Department) -> None:
    officer, lead = Account.objects.get(login="xun.ye"), _actor("shou.zheng")
    for row in content["routes"]:
        plans = [
            safecity.CheckpointPlan(name, latitude, longitude, time.fromisoformat(opens), time.fromisoformat(closes))
            for name, latitude, longitude, opens, closes in row["checkpoints"]
        ]
        route: PatrolRoute = safecity.plan_route(
            actor=lead, department=office, area=office.area, name=row["name"], checkpoints=plans
        )
        for days in range(1, 4):
            day = clock.today() + timedelta(days=days)
            safecity.plan_shift(
                actor=lead, route=route, officer=officer, day=day, begins=time.fromisoformat(row["begins"])
            )


def _source(office: Department) -> None:
    """Let one propose and another approve a system outside, which exists in this demonstration only."""
    client = identity.open_account(actor=SYSTEM, login=SENDER, name="人车核查系统（演示）", kind="client")
    role = Role.objects.get(key="alarm-sender")
    identity.appoint(actor=SYSTEM, account=client, department=office, role=role)
    entry = safecity.SourceEntry(
        name="人车核查系统（演示）",
        operator="云泽市公安局",
        department=office,
        area=office.area,
        purpose="涉案线索的现场核实",
        legal_basis="《人民警察法》第九条；市局审批单2026-017号（演示）",
        client=SENDER,
        keep_days=7,
        valid_from=clock.today(),
        valid_until=clock.today() + timedelta(days=180),
    )
    source = safecity.propose_source(actor=SYSTEM, entry=entry)
    safecity.approve_source(actor=_actor("shou.zheng"), source=source)


def _order(office: Department) -> None:
    officer = Account.objects.get(login="jiao.yang")
    party = Party.objects.get(account__login=PERSON)
    entry = safecity.OrderEntry(
        party=party,
        department=office,
        area=office.area,
        number="云司矫定〔2026〕3号（演示）",
        legal_basis="《社区矫正法》第二十九条",
        device="DW-0003",
        begins_on=clock.today(),
        ends_on=clock.today() + timedelta(days=80),
        officer=officer,
        boundary=RING,
    )
    order: PositionOrder = safecity.propose_order(actor=_actor("jiao.yang"), entry=entry)
    safecity.approve_order(actor=_actor("shen.pi"), order=order)


def _happened(office: Department) -> None:
    """Let the sender send an alarm that waits, a device one that is open, and the person's device be somewhere."""
    source = safecity.source_of(SENDER)
    said = safecity.OutsideAlarm(
        key="HC-20260001",
        title="车站路停车场：与报失车辆信息相符，请现场核实",
        at=clock.now() - timedelta(minutes=4),
        words="来源系统只发送文字。请两名值班人员分别核对后再派人。",
        latitude=30.2090,
        longitude=118.3930,
    )
    safecity.take_outside_alarm(actor=_actor(SENDER), source=str(source.uid), alarm=said)
    order = PositionOrder.objects.of_device("DW-0003").get()
    for minutes in (50, 40, 30, 20, 10):
        safecity.take_position(
            actor=SYSTEM,
            device=order.device,
            at=clock.now() - timedelta(minutes=minutes),
            latitude=30.21 + minutes / 2000,
            longitude=118.35,
        )
    safecity.read_positions(actor=_actor("jiao.yang"), order=order, purpose="每周例行核查")


def _actor(login: str) -> Actor:
    return identity.actor_of(Account.objects.get(login=login))
