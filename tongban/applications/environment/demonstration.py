"""The environment of the demonstration's city: its office, sources, stations, rivers, and weeks of values."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tongban.applications.environment import services as environment
from tongban.applications.environment.adapters import logger
from tongban.applications.environment.models import MonitoringPoint, PollutionSource
from tongban.applications.environment.services import sources
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.demonstration import Demonstration, Story
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing

OFFICE = "ecology-environment"
DUTIES = ["environment.read", "environment.manage", "environment.control", "environment.respond"]
PLAN = {
    "department": [
        {
            "key": OFFICE,
            "name": "云泽市生态环境局",
            "english": "Ecology and Environment Bureau",
            "uscc": "11990100MB99018172",
        },
        {
            "key": "environment-enforcement",
            "name": "云泽市生态环境综合行政执法支队",
            "english": "Environmental Enforcement Corps",
            "uscc": "11990100MB9901825W",
        },
    ],
    "role": [
        {
            "key": "environment-officer",
            "name": "生态环境监管人员",
            "duties": [*DUTIES, "sensing.read", "sensing.respond", "workorders.dispatch", "workorders.verify"],
        },
        {"key": "environment-enforcer", "name": "生态环境执法人员", "duties": ["workorders.handle"]},
    ],
    "official": [
        {
            "login": "shui.qing",
            "name": "水清",
            "says": "生态环境局监管人员",
            "positions": [{"department": OFFICE, "role": "environment-officer"}],
        },
        {
            "login": "xun.lan",
            "name": "巡蓝",
            "says": "生态环境执法支队执法人员",
            "positions": [{"department": "environment-enforcement", "role": "environment-enforcer"}],
        },
    ],
}
# So many days lie behind the air stations, and behind everything else.
AIR_DAYS, OTHER_DAYS = 45, 4
BATCH = 5000


def stories(city: Demonstration, number: int) -> Iterator[Story]:
    """Tell how sources and stations were registered, and what they measured until today."""
    if number:
        yield _watched(city)


def found(city: Demonstration) -> None:
    """Register what is watched; again changes nothing."""
    content = tomllib.loads(logger.DATA.read_text())
    office = Department.objects.get(key=OFFICE)
    for row in content["sources"]:
        source = environment.register_source(
            actor=SYSTEM,
            number=row["number"],
            name=row["name"],
            kind=row["kind"],
            department=office,
            organisation=row["organisation"],
            address=row["address"],
        )
        for point in row["points"]:
            _register(content, point, office, source)
    for point in content["points"]:
        _register(content, point, office, None)


def _register(content: Any, row: Any, office: Department, source: PollutionSource | None) -> None:
    point = environment.register_point(
        actor=SYSTEM,
        mn=row["mn"],
        name=row["name"],
        kind=row["kind"],
        st=content["profile"][row["kind"]]["st"],
        password=content["password"],
        department=office,
        source=source,
        latitude=row["at"][0],
        longitude=row["at"][1],
        river=row.get("river", ""),
        river_km=Decimal(row["river_km"]) if "river_km" in row else None,
        wanted_class=row.get("wanted", ""),
        oxygen=Decimal(row["oxygen"]) if "oxygen" in row else None,
        video=row.get("video", ""),
    )
    for factor, most, standard in row.get("limits", ()):
        if not point.limits.filter(factor=factor).exists():
            environment.set_limit(
                actor=SYSTEM, point=point, factor=factor, period="hour", most=Decimal(most), source=standard
            )


def _watched(city: Demonstration) -> Story:
    """Let the loggers have sent what they measured, and publish the air of the days that are over."""
    content = tomllib.loads(logger.DATA.read_text())
    last = timezone.make_aware(datetime.combine(clock.today(), time()))
    yield last - timedelta(hours=1)
    hour = environment.current_hour()
    for row in logger.points(content):
        days = AIR_DAYS if row["kind"] == "air" else OTHER_DAYS
        point = MonitoringPoint.objects.get(mn=row["mn"])
        streams = {
            code: sources.open_stream(point, code, "hour").pk for code in content["profile"][row["kind"]]["hour"]
        }
        rows = [
            sensing.Observed(streams[code], at, value, flag="N")
            for back in range(days * 24, 0, -1)
            for at in [hour - timedelta(hours=back)]
            for code, value in logger.measured(content, row, at).items()
        ]
        for begin in range(0, len(rows), BATCH):
            sensing.observe_many(actor=SYSTEM, observations=rows[begin : begin + BATCH])
    for back in range(14, 0, -1):
        environment.publish_day(day=clock.today() - timedelta(days=back))
    for back in range(24, 0, -1):
        environment.publish_hour(at=hour - timedelta(hours=back))
