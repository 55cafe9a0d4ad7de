"""What the demonstration's city senses: gauges and air stations with some weeks behind them, and what is alarming."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.demonstration import Demonstration, dice
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Datastream, Thing

PLAN = {
    "role": [
        {"key": "approver", "duties": ["sensing.read", "sensing.respond", "sensing.rule"]},
        {"key": "leader", "duties": ["sensing.read"]},
        {"key": "operator", "duties": ["sensing.read", "sensing.steward"]},
    ]
}
DEPARTMENTS = ("fire-rescue", "market-regulation")
DAYS, EVERY_MINUTES = 21, 15
PROPERTIES = {
    "city-water-level": ("积水深度", "Depth of standing water", "centimetre", "cm"),
    "city-manhole-tilt": ("井盖倾角", "Tilt of a manhole cover", "degree", "°"),
    "city-temperature": ("气温", "Air temperature", "degree Celsius", "℃"),
}


class Station(NamedTuple):
    """A station: its key and name, what it measures, where it is, and how much it usually measures."""

    key: str
    name: str
    kind: str
    measures: str
    latitude: float
    longitude: float
    usual: float
    swing: float


STATIONS = (
    *(
        Station(f"city-underpass-{number}", f"{name}下穿通道积水点", "underpass", "city-water-level", y, x, 3.0, 1.5)
        for number, (name, y, x) in enumerate(
            [
                ("柳岸街", 30.512, 104.118),
                ("市民路", 30.523, 104.131),
                ("临湖大道", 30.531, 104.102),
                ("青石桥", 30.497, 104.144),
                ("竹里路", 30.488, 104.109),
            ],
            1,
        )
    ),
    *(
        Station(f"city-manhole-{number}", f"{name}井盖", "manhole", "city-manhole-tilt", y, x, 1.0, 0.4)
        for number, (name, y, x) in enumerate(
            [("柳岸街15号", 30.513, 104.12), ("市民路1号", 30.524, 104.13), ("青石桥东", 30.498, 104.146)], 1
        )
    ),
    *(
        Station(f"city-weather-{number}", f"{name}微型气象站", "weather", "city-temperature", y, x, 24.0, 6.0)
        for number, (name, y, x) in enumerate(
            [
                ("市民广场", 30.522, 104.128),
                ("临湖公园", 30.535, 104.1),
                ("青石桥", 30.499, 104.143),
                ("竹里", 30.487, 104.111),
            ],
            1,
        )
    ),
)


def found(city: Demonstration) -> None:
    """Register the stations and publish the rules; again changes nothing."""
    departments = [Department.objects.get(key=key) for key in DEPARTMENTS]
    for key, (name, english, *_unit) in PROPERTIES.items():
        sensing.define_property(actor=SYSTEM, key=key, name=name, english=english)
    for number, station in enumerate(STATIONS):
        _registered(station, departments[number % len(departments)], public=station.kind == "weather")
    _rules(departments[0])


def stories(city: Demonstration, number: int) -> Iterator[Iterator[datetime]]:
    """Tell what the stations measured in the last weeks, the latest of it alarming in two places."""
    yield _measured(clock.now())


def _measured(last: datetime) -> Iterator[datetime]:
    yield last - timedelta(minutes=1)
    fall = dice("sensing")
    begin = last - timedelta(days=DAYS)
    moments = [begin + timedelta(minutes=EVERY_MINUTES * step) for step in range(DAYS * 24 * 60 // EVERY_MINUTES)]
    for station in STATIONS:
        stream = Datastream.objects.get(key=f"{station.key}/{station.measures}")
        # A gap of a night, as there always is one somewhere.
        gap = fall.randrange(len(moments) - 40)
        observations = [
            sensing.Observed(stream.pk, at, _value(station, at, fall.uniform(-1, 1), last))
            for step, at in enumerate(moments)
            if not gap <= step < gap + 30
        ]
        for start in range(0, len(observations), 1000):
            sensing.observe_many(actor=SYSTEM, observations=observations[start : start + 1000])


def _value(station: Station, at: datetime, noise: float, last: datetime) -> float:
    """Return what a station measures: a day's swing and noise; two places are in trouble in the last hours."""
    swing = math.sin((at.hour + 8) % 24 / 24 * 2 * math.pi - 2) * station.swing
    value = station.usual + swing + noise * station.swing * 0.2
    hours = (last - at).total_seconds() / 3600
    if station.key == "city-underpass-1" and hours < 5:
        value += 26 * (5 - hours) / 5
    if station.key == "city-manhole-2" and hours < 2:
        value += 24
    if station.key == "city-underpass-3" and 60 < hours < 70:
        value += 20
    return round(max(value, 0), 2)


def _registered(station: Station, department: Department, *, public: bool) -> Thing:
    thing = sensing.register_thing(
        actor=SYSTEM,
        key=station.key,
        name=station.name,
        department=department,
        kind=station.kind,
        latitude=station.latitude,
        longitude=station.longitude,
        public=public,
    )
    name, english, unit, symbol = PROPERTIES[station.measures]
    sensing.open_stream(
        actor=SYSTEM,
        key=f"{station.key}/{station.measures}",
        thing=thing,
        observed_property=sensing.define_property(actor=SYSTEM, key=station.measures, name=name, english=english),
        unit_name=unit,
        unit_symbol=symbol,
    )
    return thing


def _rules(department: Department) -> None:
    deep: dict[str, Any] = {"kind": "threshold", "property": "city-water-level", "op": ">"}
    wanted: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        (
            "underpass-flooded",
            "下穿通道积水",
            "Underpass under water",
            {
                "scope": {"kind": "underpass"},
                "ladder": [
                    {"level": "yellow", "when": {**deep, "limit": 15, "clear": 10}},
                    {"level": "orange", "when": {**deep, "limit": 25, "clear": 20}},
                    {"level": "red", "when": {**deep, "limit": 50, "clear": 40}},
                ],
                "clear_seconds": 1800,
            },
        ),
        (
            "manhole-open",
            "井盖移位",
            "Manhole cover moved",
            {
                "scope": {"kind": "manhole"},
                "ladder": [
                    {
                        "level": "orange",
                        "when": {
                            "kind": "duration",
                            "property": "city-manhole-tilt",
                            "op": ">",
                            "limit": 15,
                            "clear": 10,
                            "seconds": 900,
                        },
                    }
                ],
            },
        ),
    )
    for key, name, english, definition in wanted:
        sensing.publish_rule(
            actor=SYSTEM,
            key=key,
            name=name,
            english=english,
            department=department,
            definition=definition,
            source="云泽市城市内涝应急预案（演示）" if key == "underpass-flooded" else "云泽市市政井盖管理办法（演示）",
        )
