"""Devices of the demonstration: they speak GB/T 28181 to the gateway as cameras and recorders in the street do.

`python -m tongban.applications.safecity.adapters.device PORT [SECONDS]` registers one device for each of
`data/demonstration.toml` by UDP, says that it is there every so many seconds, answers what it is asked, and now and
then raises an alarm. It knows nothing of the house but the standard.
"""

import asyncio
import contextlib
import os
import sys
import tomllib
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from tongban.applications.safecity.rules import manscdp, sip

DATA = Path(__file__).parent.parent / "data" / "demonstration.toml"
PLATFORM = "99010000002000000001"
REGISTER_SECONDS = 3600
RECONNECT_SECONDS = 3
ALARM_EVERY = 40
SEED = 28181


class SimulatedSipDevice(asyncio.DatagramProtocol):
    """One device: what it sends, and how it answers."""

    def __init__(self, row: Mapping[str, Any], password: str) -> None:
        self.row, self.password = row, password
        self.number = row["number"]
        self.dice = Random(f"{SEED}:{self.number}")  # noqa: S311 (a play)
        self.registered = asyncio.Event()
        self.gone = asyncio.Event()
        self._sequence = count(1)
        self._sn = count(1)
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def error_received(self, exc: Exception) -> None:
        self.gone.set()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            message = sip.read(data)
        except sip.UnreadableSip:
            return
        if message.method == "MESSAGE":
            self._transport.sendto(sip.answer(message, 200, tag=self.number))
            self._answer(manscdp.read(message.body))
        elif message.status == 401:
            self._register(sip.parameters(message.header("www-authenticate")))
        elif message.status == 200 and "REGISTER" in message.header("cseq"):
            self.registered.set()
        elif message.status == 403:
            self.gone.set()

    def _register(self, asked: Mapping[str, str] | None = None) -> None:
        uri = f"sip:{PLATFORM}@{PLATFORM[:10]}"
        more = [
            f"Contact: <sip:{self.number}@{self._here}>",
            f"Expires: {REGISTER_SECONDS}",
        ]
        if asked:
            given = {"username": self.number, "realm": asked["realm"], "nonce": asked["nonce"], "uri": uri}
            given["response"] = sip.digest(given, password=self.password, method="REGISTER")
            said = ",".join(f'{name}="{value}"' for name, value in given.items())
            more.append(f"Authorization: Digest {said},algorithm=MD5")
        self._send("REGISTER", uri, more, b"")

    def _send(self, method: str, uri: str, more: list[str], body: bytes) -> None:
        number = next(self._sequence)
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._here};rport;branch=z9hG4bK{self.number[-6:]}{number}",
            f"From: <sip:{self.number}@{PLATFORM[:10]}>;tag={self.number[-6:]}",
            f"To: <sip:{PLATFORM}@{PLATFORM[:10]}>",
            f"Call-ID: {self.number}-{number if method != 'REGISTER' else 'r'}-{os.getpid()}",
            f"CSeq: {number} {method}",
            "Max-Forwards: 70",
            *more,
            f"Content-Length: {len(body)}",
        ]
        self._transport.sendto("\r\n".join([*lines, "", ""]).encode() + body)

    def tell(self, body: bytes) -> None:
        """Send a body to the platform."""
        self._send("MESSAGE", f"sip:{PLATFORM}@{PLATFORM[:10]}", ["Content-Type: Application/MANSCDP+xml"], body)

    def keepalive(self) -> bytes:
        said = [("CmdType", "Keepalive"), ("SN", str(next(self._sn))), ("DeviceID", self.number), ("Status", "OK")]
        return manscdp.written("Notify", said)

    def alarm(self, method: str, kind: str, words: str, level: int = 3) -> bytes:
        said = [
            ("CmdType", "Alarm"),
            ("SN", str(next(self._sn))),
            ("DeviceID", self.number),
            ("AlarmPriority", str(level)),
            ("AlarmMethod", method),
            ("AlarmTime", f"{datetime.now(manscdp.CHINA):%Y-%m-%dT%H:%M:%S}"),
            ("AlarmDescription", words),
            ("Longitude", str(self.row["at"][1])),
            ("Latitude", str(self.row["at"][0])),
        ]
        info = Element("Info")
        SubElement(info, "AlarmType").text = kind
        return manscdp.written("Notify", said, info)

    def _answer(self, asked: manscdp.Told) -> None:
        if (asked.root, asked.command) == ("Query", "Catalog"):
            rows = self.row["channels"]
            for number, name in rows:  # one part for each channel, as small devices do
                items = Element("DeviceList", Num="1")
                item = SubElement(items, "Item")
                place = (("Longitude", str(self.row["at"][1])), ("Latitude", str(self.row["at"][0])))
                for key, value in (("DeviceID", number), ("Name", name), ("Status", "ON"), *place):
                    SubElement(item, key).text = value
                said = [("CmdType", "Catalog"), ("SN", asked.sn), ("DeviceID", self.number), ("SumNum", str(len(rows)))]
                self.tell(manscdp.written("Response", said, items))
        elif (asked.root, asked.command) == ("Query", "DeviceStatus"):
            said = [("CmdType", "DeviceStatus"), ("SN", asked.sn), ("DeviceID", self.number), ("Result", "OK")]
            said += [("Online", "ONLINE"), ("Status", "OK"), ("Encode", "ON"), ("Record", "ON")]
            self.tell(manscdp.written("Response", said))

    @property
    def _here(self) -> str:
        host, port = self._transport.get_extra_info("sockname")[:2]
        return f"{host}:{port}"

    async def live(self, seconds: float) -> None:
        """Register, then say every so often that it is there, until the platform is not."""
        self._register()
        await asyncio.wait_for(self.registered.wait(), 10)
        for turn in count(1):
            if self.gone.is_set():
                return
            self.tell(self.keepalive())
            if self.row.get("alarm") and turn % ALARM_EVERY == self.dice.randrange(ALARM_EVERY):
                method, kind, words = self.row["alarm"]
                self.tell(self.alarm(method, kind, words))
            await asyncio.sleep(seconds)


async def keep_living(row: Mapping[str, Any], password: str, port: int, seconds: float) -> None:
    """Live as a device, and come again after a while where the gateway is not there."""
    loop = asyncio.get_running_loop()
    while True:
        transport, device = await loop.create_datagram_endpoint(
            lambda: SimulatedSipDevice(row, password), remote_addr=("127.0.0.1", port)
        )
        with contextlib.suppress(ConnectionError, TimeoutError, OSError):
            await device.live(seconds)
        transport.close()
        await asyncio.sleep(RECONNECT_SECONDS)


async def main(port: int, seconds: float) -> None:
    content = tomllib.loads(DATA.read_text())
    rows = [row for row in content["devices"] if row.get("speaks", True)]
    await asyncio.gather(*(keep_living(row, content["password"], port, seconds) for row in rows))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 30.0))
