"""Data loggers of the demonstration: they speak HJ 212 to the gateway as devices in the field do.

`python -m tongban.applications.environment.adapters.logger PORT [SECONDS]` connects one logger for each point of
`data/demonstration.toml`, sends values every so many seconds, and carries out what the gateway asks. It knows
nothing of the house but the standard.
"""

import asyncio
import contextlib
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import pi, sin
from pathlib import Path
from random import Random
from typing import Any

from tongban.applications.environment.rules import packets
from tongban.applications.environment.rules.frames import Decoder, WireFrame
from tongban.applications.environment.rules.packets import CHINA, Packet

DATA = Path(__file__).parent.parent / "data" / "demonstration.toml"
SEED = 212
RECONNECT_SECONDS = 3
FLAG = 5
MISSED_HOURS = 25
UNSHIFTED = ("a01", "w010")
EXCEEDED_HOURS = frozenset(hour for hour in range(24) if hour % 6 < 4)
EXCEEDED_TIMES = 1.8


def points(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield all points of a demonstration's file, those of its sources first."""
    for source in content["sources"]:
        yield from source["points"]
    yield from content["points"]


def measured(content: Mapping[str, Any], point: Mapping[str, Any], at: datetime) -> dict[str, float]:
    """Return what a point measures in an hour: the same whenever it is asked."""
    hour = at.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
    dice = Random(f"{SEED}:{point['mn']}:{hour:%Y%m%d%H}")  # noqa: S311 (a play)
    spell = Random(f"{SEED}:{hour:%Y%m%d}").gauss(0, 0.25) + 0.5 * sin(hour.toordinal() / 1.7)  # noqa: S311
    found = {}
    for code, (usual, swing, noise) in content["profile"][point["kind"]]["hour"].items():
        shift = 1.0 if code.startswith(UNSHIFTED) and code != "w01009" else point.get("shift", 1.0)
        middle = usual * (shift if code != "w01009" else 1 / max(shift, 0.8) ** 0.8)
        weather = 1 + (0.35 * spell if code.startswith(("a3", "a2", "a05")) else 0)
        value = middle * weather + swing * sin((hour.hour - 9) * pi / 12) + dice.gauss(0, noise)
        if point.get("exceeds") == code and hour.hour in EXCEEDED_HOURS:
            value *= EXCEEDED_TIMES
        found[code] = round(max(value, usual * 0.05), 3)
    return found


def groups(values: Mapping[str, float], kind: str, at: datetime) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the items of a packet: DataTime, and each value with the flag N."""
    items = [((f"{code}-{kind}", f"{value:g}"), (f"{code}-Flag", "N")) for code, value in values.items()]
    return ((("DataTime", f"{at:%Y%m%d%H%M%S}"),), *items)


class Logger:
    """One data logger: what it sends, and how it answers."""

    def __init__(self, content: Mapping[str, Any], point: Mapping[str, Any]) -> None:
        self.content, self.point = content, point
        self.password = content["password"]
        self.profile = content["profile"][point["kind"]]
        self.dice = Random(point["mn"])  # noqa: S311 (a play)

    def packet(self, cn: str, at: datetime, body: tuple[tuple[tuple[str, str], ...], ...]) -> Packet:
        return Packet(
            packets.request_number(at), self.profile["st"], cn, self.point["mn"], self.password, FLAG, groups=body
        )

    def upload(self, now: datetime) -> list[Packet]:
        """Return what is sent now: instant values, the last whole hour, how the plant runs."""
        now = now.astimezone(CHINA)
        hour = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
        instant = {code: value * self.dice.uniform(0.95, 1.05) for code, value in self._values(now).items()}
        sent = [
            self.packet("2011", now, groups(instant, "Rtd", now)),
            self.hour(hour),
        ]
        if devices := self.profile.get("devices"):
            states = tuple(((f"{device}-RS", "1"),) for device in devices)
            sent.append(self.packet("2021", now, ((("DataTime", f"{now:%Y%m%d%H%M%S}"),), *states)))
        return sent

    def hour(self, at: datetime) -> Packet:
        """Return the packet of an hour: the same, with the same number, whenever it is sent."""
        return self.packet("2061", at + timedelta(hours=1), groups(self._values(at), "Avg", at))

    def missed(self, now: datetime) -> list[Packet]:
        """Return the hours that the gateway may not have: a logger sends them again when it connects (补传)."""
        hour = now.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
        return [self.hour(hour - timedelta(hours=back)) for back in range(MISSED_HOURS, 1, -1)]

    def _values(self, at: datetime) -> dict[str, float]:
        return measured(self.content, self.point, at)

    def answers(self, asked: Packet, now: datetime) -> list[Packet]:
        """Return what is said to a command of the centre: accepted, perhaps data, carried out."""
        if asked.cn in {"9011", "9013", "9014"}:
            return []
        if asked.pw != self.password:
            return [packets.request_answered(asked, 3)]
        told = [packets.request_answered(asked)]
        at = now.astimezone(CHINA)
        own = replace(asked, flag=4, st=self.profile["st"])
        if asked.cn == "1011":
            told.append(replace(own, groups=((("SystemTime", f"{at:%Y%m%d%H%M%S}"),),)))
        elif asked.cn == "1061":
            told.append(replace(own, groups=((("RtdInterval", "30"),),)))
        elif asked.cn == "3015":
            bottle = str(self.dice.randrange(1, 25))
            told.append(replace(own, groups=((("DataTime", f"{at:%Y%m%d%H%M%S}"),), (("VaseNo", bottle),))))
        elif asked.cn == "2011":
            told.append(replace(own, groups=groups(self._values(at), "Rtd", at)))
        elif asked.cn == "1072":
            self.password = asked.parameters["NewPW"]
        return [*told, packets.carried_out(asked)]


async def keep_talking(logger: Logger, port: int, seconds: float) -> None:
    """Speak to the gateway, and come again after a while where it is not there."""
    while True:
        with contextlib.suppress(ConnectionError, TimeoutError, OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            listening = asyncio.create_task(_listen(logger, reader, writer))
            try:
                for packet in logger.missed(datetime.now(CHINA)):
                    for frame in packets.sent(packet):
                        writer.write(frame)
                while not listening.done():
                    for packet in logger.upload(datetime.now(CHINA)):
                        for frame in packets.sent(packet):
                            writer.write(frame)
                    await writer.drain()
                    await asyncio.wait([listening], timeout=seconds)
            finally:
                listening.cancel()
                writer.close()
        await asyncio.sleep(RECONNECT_SECONDS)


async def _listen(logger: Logger, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    decoder = Decoder()
    while data := await reader.read(4096):
        for found in decoder.feed(data):
            if isinstance(found, WireFrame):
                for packet in logger.answers(packets.read(found.data), datetime.now(CHINA)):
                    for frame in packets.sent(packet):
                        writer.write(frame)


async def main(port: int, seconds: float) -> None:
    content = tomllib.loads(DATA.read_text())
    await asyncio.gather(*(keep_talking(Logger(content, point), port, seconds) for point in points(content)))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 30.0))
