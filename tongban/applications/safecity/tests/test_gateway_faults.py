"""What goes wrong on the wire: nonsense, damage, repetitions, hostile XML. It costs only whoever sent it."""

import asyncio
import socket

import pytest

from tongban.applications.safecity.models import SafetyAlarm, SipDevice
from tongban.applications.safecity.tests import building
from tongban.applications.safecity.tests.test_gateway import (  # noqa: F401 (the device is a fixture)
    XML,
    connected,
    device,
    gateway,
    registered,
    request,
)
from tongban.applications.safecity.tests.test_rules import HOSTILE

pytestmark = pytest.mark.django_db(transaction=True)
NONSENSE = [
    b"",
    b"\r\n\r\n",
    b"\x00" * 1000,
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"MESSAGE sip:a SIP/2.0\r\n\r\n",
    request("MESSAGE", 9, XML, "Content-Length: 60000", body=b"x"),
    request("MESSAGE", 9, XML, body=building.alarm())[:-20],
    "乱".encode("gb18030") * 9000,
]


@pytest.mark.usefixtures("device")
def test_nonsense_costs_only_whoever_sent_it():
    async def story():
        async with gateway() as (served, port):
            wire, _challenge, _answer = await registered(port)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
                for data in NONSENSE * 20:
                    flood.sendto(data[:60_000], ("127.0.0.1", port))
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"x" * 100_000)
            closed = await asyncio.wait_for(reader.read(), 20)
            answer = await wire.ask(request("MESSAGE", 3, XML, body=building.told("Notify", "Keepalive")))
            return closed, answer.status, served.counts

    closed, status, counts = asyncio.run(story())
    assert (closed, status, counts.failed) == (b"", 200, 0)
    assert counts.unreadable > 20


@pytest.mark.usefixtures("device")
def test_hostile_xml_is_refused_nothing_of_it_is_kept_and_the_device_goes_on():
    async def story():
        async with gateway() as (_served, port):
            wire, _challenge, _answer = await registered(port)
            answers = {}
            for number, (what, body) in enumerate(HOSTILE.items(), 10):
                answers[what] = (await wire.ask(request("MESSAGE", number, XML, body=body, call="h"))).status
            good = await wire.ask(request("MESSAGE", 99, XML, body=building.alarm(), call="h"))
            return answers, good.status

    answers, good = asyncio.run(story())
    assert set(answers.values()) == {400}
    assert (good, SafetyAlarm.objects.count()) == (200, 1)


@pytest.mark.usefixtures("device")
def test_what_is_sent_again_is_answered_again_and_kept_once():
    async def story():
        async with gateway() as (served, port):
            wire, _challenge, _answer = await registered(port)
            data = request("MESSAGE", 3, XML, body=building.alarm())
            wire.writer.write(data * 5)
            return [(await wire.answer()).status for _number in range(5)], served.counts.repeated

    answers, repeated = asyncio.run(story())
    assert (answers, repeated, SafetyAlarm.objects.count()) == ([200] * 5, 4, 1)


@pytest.mark.usefixtures("device")
def test_what_the_gateway_does_not_know_is_refused_by_its_code():
    async def story():
        async with gateway() as (_served, port):
            wire, _challenge, _answer = await registered(port)
            invite = await wire.ask(request("INVITE", 3))
            words = await wire.ask(request("MESSAGE", 4, "Content-Type: text/plain", body=b"hello"))
            stranger = await connected(port)
            unknown = request("MESSAGE", 5, XML, body=building.alarm()).replace(
                b"<sip:9901020000111", b"<sip:1901020000111"
            )
            return invite.status, words.status, (await stranger.ask(unknown)).status

    assert asyncio.run(story()) == (405, 415, 403)
    assert SipDevice.objects.count() == 1
