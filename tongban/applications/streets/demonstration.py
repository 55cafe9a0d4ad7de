"""What is seen in the streets of the demonstration, and what the two centres, the owners and crews do about it."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from tongban.applications.streets import services as streets
from tongban.applications.streets.models import StreetCase
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM, Actor
from tongban.infrastructure.kernel.demonstration import Demonstration, Story, dice
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.requests import services as requests
from tongban.platform.workorders import services as workorders

DATA = Path(__file__).parent / "data" / "demonstration.toml"
CITY = "990100"
REPORTS = 60
DAYS = 20
PLAN = {
    "department": [
        {"key": "street-supervision", "name": "云泽市城市管理监督中心", "english": "Street Supervision Centre"},
        {"key": "street-command", "name": "云泽市城市管理指挥中心", "english": "Street Command Centre"},
    ],
    "role": [
        {"key": "street-collector", "name": "信息采集员", "portal": "crew", "duties": ["streets.collect"]},
        {
            "key": "street-supervisor",
            "name": "监督中心坐席",
            "portal": "desk",
            "duties": ["streets.supervise", "requests.receive", "workorders.verify"],
        },
        {
            "key": "street-commander",
            "name": "指挥中心坐席",
            "portal": "desk",
            "duties": ["streets.command", "workorders.dispatch"],
        },
        {"key": "street-crew", "name": "处置人员", "portal": "crew", "duties": ["workorders.handle"]},
    ],
    "official": [
        {
            "login": "cai.xun",
            "name": "蔡巡",
            "says": "城管信息采集员（手机）",
            "positions": [{"department": "street-supervision", "role": "street-collector"}],
        },
        {
            "login": "jian.du",
            "name": "简笃",
            "says": "城管监督中心：立案、核查、结案",
            "positions": [{"department": "street-supervision", "role": "street-supervisor"}],
        },
        {
            "login": "diao.heng",
            "name": "刁衡",
            "says": "城管指挥中心：派遣",
            "positions": [{"department": "street-command", "role": "street-commander"}],
        },
        {
            "login": "chu.zhi",
            "name": "储志",
            "says": "城市管理局处置人员（手机）",
            "positions": [{"department": "urban-management", "role": "street-crew"}],
        },
    ],
}


def found(city: Demonstration) -> None:
    """Lay the grid, name the centres, load the components."""
    data = tomllib.loads(DATA.read_text())
    streets.load_matters(actor=SYSTEM)
    centres = {name: Department.objects.get(key=f"street-{name}") for name in ("supervision", "command")}
    streets.set_centres(actor=SYSTEM, area=CITY, **centres)
    since = city.founded.date()
    streets.load_cells(actor=SYSTEM, source=data["source"], valid_from=since, cells=list(cells(data["grid"])))
    streets.load_components(actor=SYSTEM, source=data["source"], components=data["component"])


def cells(grid: Mapping[str, Any]) -> Iterator[streets.CellRow]:
    """Yield square cells, numbered from west to east and from north to south."""
    step, number = grid["step"], 0
    for row in range(grid["rows"]):
        for column in range(grid["columns"]):
            number += 1
            west, north = round(grid["west"] + column * step, 6), round(grid["north"] - row * step, 6)
            east, south = round(west + step, 6), round(north - step, 6)
            ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
            community = f"{row + 1:03}"
            code = f"{grid['division']}{grid['street']}{community}{column + 1:03}"
            yield streets.CellRow(code, ring, f"第{number}网格")


def stories(city: Demonstration, number: int) -> Iterator[Story]:
    """Tell how people and collectors report, and how far each report has come by today."""
    yield _days(city)


def _days(city: Demonstration) -> Story:
    data, fall = tomllib.loads(DATA.read_text()), dice("streets")
    last = clock.now()
    morning = max(city.founded + timedelta(days=3), last - timedelta(days=DAYS))
    told = 0
    while told < REPORTS:
        morning += timedelta(hours=8)
        yield morning
        if clock.today().weekday() >= 5:
            continue
        for _time in range(2):
            _report(data["report"][told % len(data["report"])], told, fall)
            told += 1
        if told < REPORTS:  # the last ones wait to be judged
            _work(data["report"], fall)


def _report(row: Mapping[str, Any], number: int, fall: Random) -> None:
    latitude = round(30.5720 + fall.uniform(-0.012, 0.012), 6)
    longitude = round(104.0690 + fall.uniform(-0.012, 0.012), 6)
    collector = number % 3 != 0
    report = streets.StreetReport(
        matter=row["matter"],
        words=row["words"],
        place=requests.RequestPlace("", latitude, longitude, "WGS84", row["place"]),
        component=row.get("component", ""),
        channel="collector" if collector else "phone",
        anonymous=not collector,
    )
    photos = [rehearsal.photo(number % 10)] if collector else []
    streets.report(actor=_official("cai.xun") if collector else ANONYMOUS, found=report, photos=photos)


def _work(rows: list[Mapping[str, Any]], fall: Random) -> None:
    """Let each office do some of what lies before it."""
    done = {row["matter"]: row["done"] for row in rows}
    for case in StreetCase.objects.open().with_names().order_by("pk"):
        if fall.random() < 0.6:
            _go_on(case, done.get(case.matter, "已处置。"), fall)


def _go_on(case: StreetCase, words: str, fall: Random) -> None:
    if case.state == "reported":
        if fall.random() < 0.08:
            streets.decline(actor=_official("jian.du"), case=case, words="经现场核实，问题已消除。")
        else:
            streets.file_case(actor=_official("jian.du"), case=case)
        return
    order = case.order
    if order is None:
        return
    if order.state in {"new", "returned"}:
        bureau = Department.objects.get(key="urban-management")
        workorders.dispatch(actor=_official("diao.heng"), order=order, department=bureau)
    elif order.department.key != "urban-management":
        return
    elif order.state == "dispatched":
        workorders.accept(actor=_official("chu.zhi"), order=order)
    elif order.state in {"accepted", "arrived", "rework"}:
        crew = _official("chu.zhi")
        workorders.add_photo(
            actor=crew, order=order, file=rehearsal.photo(order.pk % 10), side="after", name="after.png"
        )
        stamp = workorders.PhoneStamp(latitude=order.latitude, longitude=order.longitude, accuracy_m=6.0)
        workorders.finish(actor=crew, order=order, words=words, stamp=stamp)
    elif order.state == "finished":
        if fall.random() < 0.15 and not order.reworks:
            streets.send_back(actor=_official("jian.du"), case=case, words="现场仍有残留，请再次处置。")
        else:
            streets.verify(actor=_official("jian.du"), case=case, words="经核查，已处置到位。")


def _official(login: str) -> Actor:
    return identity.actor_of(Account.objects.get(login=login))
