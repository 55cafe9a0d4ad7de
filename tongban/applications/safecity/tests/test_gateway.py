"""The gateway with real sockets: the demonstration's device by UDP, hand-written messages by UDP and TCP."""

import asyncio
import shutil
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.adapters.device import SimulatedSipDevice
from tongban.applications.safecity.adapters.gateway import SipGateway, open_doors
from tongban.applications.safecity.models import SafetyAlarm, SipChannel, SipDevice
from tongban.applications.safecity.rules import sip
from tongban.applications.safecity.tests import building
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity

pytestmark = pytest.mark.django_db(transaction=True)
SCENARIO = Path(__file__).parent / "clients" / "device.xml"
ROW = {"number": building.NUMBER, "at": [30.26, 118.33], "channels": [[building.CHANNEL, "广场东"]]}
DOMAIN = "9901000000"


@pytest.fixture
def device():
    office = identity.put_department(actor=SYSTEM, key="public-security", name="云泽市公安局", area="990100")
    return safecity.register_device(actor=SYSTEM, entry=building.device_entry(office, office.area))


@asynccontextmanager
async def gateway():
    doors, stopping, served = open_doors("127.0.0.1", 0), asyncio.Event(), SipGateway()
    serving = asyncio.create_task(served.serve(doors, stopping))
    try:
        yield served, doors.stream.getsockname()[1]
    finally:
        stopping.set()
        await serving


@asynccontextmanager
async def simulated(port, password=building.PASSWORD):
    loop = asyncio.get_running_loop()
    transport, device = await loop.create_datagram_endpoint(
        lambda: SimulatedSipDevice(ROW, password), remote_addr=("127.0.0.1", port)
    )
    living = asyncio.create_task(device.live(0.2))
    try:
        yield device
    finally:
        living.cancel()
        with suppress(asyncio.CancelledError, TimeoutError):
            await living
        transport.close()


async def until(holds):
    """Wait until something holds in the database."""
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(0.05)


def request(method, number, *more, body=b"", call="c1"):
    lines = [
        f"{method} sip:platform@{DOMAIN} SIP/2.0",
        f"Via: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bK{call}{number}",
        f"From: <sip:{building.NUMBER}@{DOMAIN}>;tag=1",
        f"To: <sip:platform@{DOMAIN}>",
        f"Call-ID: {call}",
        f"CSeq: {number} {method}",
        *more,
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def proven(challenge, *, password=building.PASSWORD):
    asked = sip.parameters(challenge.header("www-authenticate"))
    given = {"username": building.NUMBER, "realm": asked["realm"], "nonce": asked["nonce"], "uri": "sip:x"}
    given["response"] = sip.digest(given, password=password, method="REGISTER")
    return "Authorization: Digest " + ",".join(f'{name}="{value}"' for name, value in given.items())


CONTACT, LASTS = f"Contact: <sip:{building.NUMBER}@127.0.0.1:5060>", "Expires: 3600"
XML = "Content-Type: Application/MANSCDP+xml"


class Wire:
    """A connection by TCP that hears message by message."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.stream, self.heard = reader, writer, sip.SipStream(), []

    async def ask(self, data):
        """Send a request and return its answer; what the platform asks meanwhile is left aside."""
        self.writer.write(data)
        return await self.answer()

    async def answer(self):
        async with asyncio.timeout(20):
            while True:
                while self.heard:
                    message = self.heard.pop(0)
                    if message.status:
                        return message
                data = await self.reader.read(65_536)
                assert data, "the connection was closed"
                self.heard += self.stream.feed(data)


async def connected(port):
    return Wire(*await asyncio.open_connection("127.0.0.1", port))


async def registered(port, call="r"):
    wire = await connected(port)
    challenge = await wire.ask(request("REGISTER", 1, CONTACT, LASTS, call=call))
    answer = await wire.ask(request("REGISTER", 2, CONTACT, LASTS, proven(challenge), call=call))
    return wire, challenge, answer


@pytest.mark.requirement("APP-X-02")
def test_a_device_registers_tells_its_channels_and_raises_an_alarm(device):
    async def story():
        async with gateway() as (served, port), simulated(port) as speaking:
            await until(lambda: SipChannel.objects.filter(working=True).exists())
            await until(lambda: SipDevice.objects.get().status.get("Online") == "ONLINE")
            speaking.tell(speaking.alarm("2", "2", "外壳被打开", level=1))
            await until(SafetyAlarm.objects.exists)
            return served.counts

    counts = asyncio.run(story())
    device.refresh_from_db()
    alarm = SafetyAlarm.objects.get()
    assert device.online
    assert SipChannel.objects.get().name == "广场东"
    assert (alarm.title, alarm.words, alarm.level) == ("设备防拆　广场录像机", "外壳被打开", 1)
    assert (counts.refused, counts.unreadable, counts.failed) == (0, 0, 0)


def test_a_device_with_a_wrong_password_is_refused_and_nothing_is_kept(device):
    async def story():
        async with gateway() as (_served, port), simulated(port, "wrong") as speaking:
            await asyncio.wait_for(speaking.gone.wait(), 20)

    asyncio.run(story())
    device.refresh_from_db()
    assert (device.online, device.heard_at) == (False, None)


def test_over_tcp_a_message_is_understood_however_it_is_cut(device):
    async def story():
        async with gateway() as (_served, port):
            wire, challenge, answer = await registered(port)
            data = request("MESSAGE", 3, XML, body=building.alarm()) + request("MESSAGE", 4, XML, body=building.alarm())
            for start in range(0, len(data), 7):
                wire.writer.write(data[start : start + 7])
                await asyncio.sleep(0)
            return challenge.status, answer, [(await wire.answer()).status for _number in range(2)]

    challenge, answer, told = asyncio.run(story())
    assert (challenge, answer.status, answer.header("expires"), told) == (401, 200, "3600", [200, 200])
    assert SafetyAlarm.objects.count() == 1  # the same alarm twice


def test_a_proof_is_good_for_one_request_only(device):
    async def story():
        async with gateway() as (_served, port):
            wire, challenge, _answer = await registered(port)
            proof = proven(challenge)
            again = await wire.ask(request("REGISTER", 2, CONTACT, LASTS, proof, call="r"))
            other = await wire.ask(request("REGISTER", 7, CONTACT, LASTS, proof, call="other"))
            return again.status, other

    again, other = asyncio.run(story())
    assert again == 200  # a repetition of the same request
    assert (other.status, "stale=true" in other.header("www-authenticate")) == (401, True)


def test_a_message_of_a_device_that_is_not_registered_is_refused(device):
    async def story():
        async with gateway() as (_served, port):
            wire = await connected(port)
            return (await wire.ask(request("MESSAGE", 1, XML, body=building.alarm()))).status

    assert asyncio.run(story()) == 403
    assert not SafetyAlarm.objects.exists()


def test_a_device_leaves_when_it_registers_for_no_time(device):
    async def story():
        async with gateway() as (_served, port):
            wire, _challenge, _answer = await registered(port)
            challenge = await wire.ask(request("REGISTER", 3, CONTACT, "Expires: 0", call="l"))
            leaving = request("REGISTER", 4, CONTACT, "Expires: 0", proven(challenge), call="l")
            return (await wire.ask(leaving)).status

    assert asyncio.run(story()) == 200
    device.refresh_from_db()
    assert not device.online
    assert not safecity.hear(number=device.number, contact=device.contact)


@pytest.mark.skipif(not shutil.which("sipp"), reason="no sipp here")
@pytest.mark.parametrize("transport", ["u1", "t1"])
def test_a_client_that_is_not_ours_registers_and_raises_an_alarm(device, tmp_path, transport):
    async def story():
        async with gateway() as (served, port):
            command = ["sipp", "-sf", str(SCENARIO), "-m", "1", "-t", transport, "-i", "127.0.0.1", "-nostdin"]
            process = await asyncio.create_subprocess_exec(
                *command, "-timeout", "60s", "-timeout_error", f"127.0.0.1:{port}", cwd=tmp_path,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
            out, _err = await process.communicate()
            return process.returncode, out.decode(), served.counts

    code, out, counts = asyncio.run(story())
    assert code == 0, out
    assert (counts.refused, counts.unreadable, counts.failed) == (0, 0, 0)
    assert SafetyAlarm.objects.get().title == "设备防拆　广场录像机"
