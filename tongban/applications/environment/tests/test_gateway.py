"""The gateway with real sockets: a logger in another language, thousands that come again, one that floods."""

import asyncio
import json
import shutil
import socket
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tongban.applications.environment import services as environment
from tongban.applications.environment.adapters import logger
from tongban.applications.environment.adapters.gateway import Gateway
from tongban.applications.environment.models import DeviceCommand, MonitoringPoint
from tongban.applications.environment.rules import packets
from tongban.applications.environment.rules.frames import Decoder, WireFrame
from tongban.applications.environment.tests.conftest import MN, watched
from tongban.applications.environment.tests.test_frames import FRAMES
from tongban.applications.environment.tests.test_intake import sent
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.sensing.models import Datastream, Observation, RawFrame

pytestmark = pytest.mark.django_db(transaction=True)
CLIENT = Path(__file__).parent / "clients" / "logger.js"


@pytest.fixture
def outfall():
    watched()
    return MonitoringPoint.objects.get(mn=MN)


@asynccontextmanager
async def gateway():
    door = socket.create_server(("127.0.0.1", 0), backlog=4096)
    stopping, served = asyncio.Event(), Gateway()
    serving = asyncio.create_task(served.serve(door, stopping))
    try:
        yield served, door.getsockname()[1]
    finally:
        stopping.set()
        await serving


async def heard(reader, number):
    """Return so many packets that a logger hears."""
    decoder, found = Decoder(), []
    async with asyncio.timeout(20):
        while len(found) < number:
            came = decoder.feed(await reader.read(65536))
            found += [packets.read(one.data) for one in came if isinstance(one, WireFrame)]
    return found


def readings(key):
    stream = Datastream.objects.with_key(f"{MN}/{key}")
    return [row.value for row in Observation.objects.of_stream(stream).order_by("at")] if stream else []


@pytest.mark.requirement("APP-X-75")
@pytest.mark.skipif(not shutil.which("node"), reason="no node here")
def test_a_logger_in_another_language_is_understood_and_carries_out_a_command(outfall):
    command = environment.ask(actor=SYSTEM, point=outfall, cn="1062", parameters={"RtdInterval": "60"}, reason="核查")

    async def story():
        async with gateway() as (served, port):
            process = await asyncio.create_subprocess_exec(
                "node", str(CLIENT), str(port), MN, "123456", "command", stdout=asyncio.subprocess.PIPE
            )
            out, _err = await asyncio.wait_for(process.communicate(), 40)
            return served.counts, [json.loads(line) for line in out.decode().splitlines()]

    counts, said = asyncio.run(story())
    acknowledged = [one["QN"] for one in said if one["CN"] == "9014"]
    assert all(one["whole"] for one in said)
    assert acknowledged == ["20260803113000001", "20260803123000001", "20260803123000002", "20260803113000001"]
    assert [one["CP"] for one in said if one["CN"] == "1062"] == ["RtdInterval=60"]
    assert (counts.damaged, counts.doubled, counts.lost) == (1, 1, 0)
    assert (readings("w01018/hour"), readings("w01001/realtime")) == ([31.5, 32.5], [7.1])
    command.refresh_from_db()
    assert command.state == DeviceCommand.State.DONE


def test_what_is_acknowledged_is_durable(outfall):
    async def story():
        async with gateway() as (_served, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(FRAMES[5])
            [answer] = await heard(reader, 1)
            kept = await asyncio.to_thread(RawFrame.objects.count)
            writer.close()
            return answer, kept

    answer, kept = asyncio.run(story())
    assert (answer.cn, kept) == ("9014", 1)


def test_a_packet_in_parts_is_kept_whole_and_acknowledged_once(outfall):
    groups = tuple(((f"{code}-Avg", "1"), (f"{code}-Flag", "N")) for code in ("w01018", "w21003", "w21011"))
    time = (("DataTime", "20260803110000"),)
    packet = packets.Packet("20260803123000001", "32", "2061", MN, "123456", 5, groups=(time, *groups))
    parts = packets.sent(packet, longest=40)
    assert len(parts) > 2

    async def story():
        async with gateway() as (served, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for part in reversed(parts):
                writer.write(part)
            answers = await heard(reader, 1)
            writer.close()
            return answers, served.counts.packets

    answers, taken = asyncio.run(story())
    assert ([one.cn for one in answers], taken) == (["9014"], 1)
    assert bytes(RawFrame.objects.get().body) == b"".join(parts)
    assert readings("w21011/hour") == [1.0]


def test_a_device_that_floods_with_nonsense_costs_the_others_nothing(outfall):
    async def story():
        async with gateway() as (served, port):
            _reader, flood = await asyncio.open_connection("127.0.0.1", port)
            flood.write(b"##9999" * 50_000 + b"x" * 500_000)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(FRAMES[5])
            [answer] = await heard(reader, 1)
            flood.close()
            writer.close()
            return answer.cn, served.counts.lost

    assert asyncio.run(story()) == ("9014", 0)
    assert RawFrame.objects.count() == 1


def test_hundreds_that_come_again_at_once_are_all_answered(outfall):
    """Every logger opens a new connection and sends what it sent before; the ten thousand of the bench, made small."""

    async def one(port, number):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent(("w01018-Avg", "30"), qn=f"202608031230{number % 50:05d}").raw)
        [answer] = await heard(reader, 1)
        writer.close()
        return answer.cn

    async def story():
        async with gateway() as (served, port):
            answers = await asyncio.gather(*(one(port, number) for number in range(300)))
            return set(answers), served.counts.packets, served.counts.doubled

    assert asyncio.run(story()) == ({"9014"}, 300, 250)
    assert RawFrame.objects.count() == 50


def test_the_demonstrations_loggers_are_understood(outfall):
    profile = {"st": "32", "hour": {"w01018": [34.0, 8.0, 3.0]}, "devices": {"SB1": "泵"}}
    content = {"password": "123456", "profile": {"waste-water": profile}}

    async def story():
        async with gateway() as (served, port):
            talking = asyncio.create_task(
                logger.keep_talking(logger.Logger(content, {"mn": MN, "kind": "waste-water"}), port, 0.2)
            )
            async with asyncio.timeout(20):
                while served.counts.packets < 6:
                    await asyncio.sleep(0.05)
            talking.cancel()
            return served.counts

    counts = asyncio.run(story())
    assert (counts.refused, counts.damaged, counts.unreadable) == (0, 0, 0)
    assert readings("SB1-RS/realtime")[0] == 1.0
