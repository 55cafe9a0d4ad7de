"""The gateway to data loggers: packets that are durable and acknowledged, a second; and ten thousand that come at once.

Loggers are played by this process, on the same cores: each sends on as soon as some of its packets are acknowledged.
"""

import asyncio
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import count

from bench.figures import Report, say
from bench.house import ROOT, House, founded
from tongban.applications.environment.rules import packets
from tongban.applications.environment.rules.frames import Decoder, WireFrame

LOGGERS, SECONDS, RUNS = 300, 8, 3
IN_FLIGHT = 8  # packets that a logger sends before it waits for an answer
COMING = 10_000
FLAG = 5


def run(report: Report) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with founded("sqlite") as made:
        numbers = made.inside("loggers", LOGGERS)
        with socket.create_server(("127.0.0.1", 0), backlog=4096) as door:
            gateway = _gateway(made, door)
            try:
                port = door.getsockname()[1]
                rates = [asyncio.run(_talk(port, numbers)) for _run in range(RUNS)]
                say(f"{COMING} loggers connect at once")
                took, lost = asyncio.run(_come(port, numbers))
            finally:
                gateway.terminate()
                gateway.wait(30)
    report.add("gateway.packets", rates, "packets/s", ">= 1000")
    report.add("gateway.ten_thousand_connect", [took], "s", "< 60")
    report.add("gateway.ten_thousand_unanswered", [lost], "loggers", "= 0")


def _gateway(made: House, door: socket.socket) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "hj212", "--door", str(door.fileno())],
        cwd=ROOT, env=made.environment, pass_fds=[door.fileno()], stdout=subprocess.DEVNULL,
    )  # fmt: skip


FACTORS = ("w01018", "w21003")
_seconds = count(1_577_836_800)  # each packet has a second of its own, from 2020 on


def _packet(mn: str) -> bytes:
    """Return a packet with two factors that never came before."""
    at = time.strftime("%Y%m%d%H%M%S", time.gmtime(next(_seconds)))
    items = ((("DataTime", at),), *(((f"{code}-Rtd", "31.5"), (f"{code}-Flag", "N")) for code in FACTORS))
    packet = packets.Packet(f"{at}000", "32", "2011", mn, "123456", FLAG, groups=items)
    return b"".join(packets.sent(packet))


async def _talk(port: int, numbers: Sequence[str]) -> float:
    until, begun = time.perf_counter() + SECONDS, time.perf_counter()
    answered = await asyncio.gather(*(_logger(port, mn, until) for mn in numbers))
    return sum(answered) / (time.perf_counter() - begun)


async def _logger(port: int, mn: str, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    decoder, answered, waiting = Decoder(), 0, 0
    while time.perf_counter() < until or waiting:
        if time.perf_counter() < until:
            while waiting < IN_FLIGHT:
                writer.write(_packet(mn))
                waiting += 1
        data = await reader.read(65_536)
        here = sum(isinstance(one, WireFrame) and b"CN=9014" in one.data for one in decoder.feed(data))
        answered, waiting = answered + here, waiting - here
        if not data:
            break
    writer.close()
    return answered


async def _come(port: int, numbers: Sequence[str]) -> tuple[float, int]:
    begun = time.perf_counter()
    answers = await asyncio.gather(
        *(_once(port, numbers[number % len(numbers)]) for number in range(COMING)), return_exceptions=True
    )
    return time.perf_counter() - begun, sum(answer is not True for answer in answers)


async def _once(port: int, mn: str) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_packet(mn))
    heard = await asyncio.wait_for(reader.readuntil(b"\r\n"), 120)
    writer.close()
    return b"CN=9014" in heard
