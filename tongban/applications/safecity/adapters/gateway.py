"""The door for devices: a SIP user agent server over UDP and TCP that speaks GB/T 28181.

A request is answered once what it says is durable. One thread takes requests in, in the order in which they came;
where too many wait, devices over TCP are read more slowly, and datagrams are dropped: devices send those again.
Repetitions of a request (RFC 3261) get the answer that the first one got.
"""

import asyncio
import hmac
import secrets
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import NamedTuple, TypeVar

import structlog
from django.conf import settings
from django.db import close_old_connections

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.rules import manscdp, sip
from tongban.applications.safecity.rules.sip import SipHeader, SipMessage
from tongban.infrastructure.kernel import clock

log = structlog.get_logger(__name__)

MAX_WAITING = 5_000
MAX_REMEMBERED = 20_000
MAX_CONNECTIONS = 5_000
MAX_UNSENT_BYTES = 1_000_000
IDLE_SECONDS = 3 * 3600
NONCE_SECONDS = 300
REPEATED_SECONDS = 32  # timer F of RFC 3261: so long the same request may come again
TELL_SECONDS = 60
ASKED = ("Catalog", "DeviceStatus")

Value = TypeVar("Value")
Send = Callable[[bytes], None]


class SipDoors(NamedTuple):
    """Two sockets at one port: TCP, which listens, and UDP."""

    stream: socket.socket
    datagrams: socket.socket


def open_doors(host: str, port: int) -> SipDoors:
    """Open both doors at a port, 0 for a free one. Raises OSError where one is taken."""
    stream = socket.create_server((host, port), backlog=512)
    datagrams = socket.socket(stream.family, socket.SOCK_DGRAM)
    try:
        datagrams.bind((host, stream.getsockname()[1]))
    except OSError:
        stream.close()
        datagrams.close()
        raise
    return SipDoors(stream, datagrams)


class SipPeer(NamedTuple):
    """Where a request came from, and how an answer goes back. here: our own address as the device sees it."""

    transport: str
    address: str
    here: str
    send: Send

    @property
    def contact(self) -> str:
        return f"{self.transport.lower()} {self.address}"


@dataclass
class SipCounts:
    """What happened since the last line in the log."""

    requests: int = 0
    repeated: int = 0
    unreadable: int = 0
    refused: int = 0
    dropped: int = 0
    failed: int = 0

    def told(self) -> bool:
        return any(vars(self).values())


@dataclass
class SipGateway:
    """Listens, takes in, answers and asks until it is stopped."""

    counts: SipCounts = field(default_factory=SipCounts)
    _queue: "asyncio.Queue[tuple[SipMessage, SipPeer]]" = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))
    _answered: "OrderedDict[str, tuple[float, bytes]]" = field(default_factory=OrderedDict)
    _used: "OrderedDict[str, str]" = field(default_factory=OrderedDict)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "gb28181"))
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def serve(self, doors: SipDoors, stopping: asyncio.Event) -> None:
        """Serve at both doors until `stopping` is set; what came is still taken in and answered then."""
        loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._speak, sock=doors.stream, backlog=512)
        datagrams, _protocol = await loop.create_datagram_endpoint(lambda: _Datagrams(self), sock=doors.datagrams)
        works = [asyncio.create_task(work()) for work in (self._take_in, self._tell)]
        await stopping.wait()
        server.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._queue.join(), 10)
        for work in works:
            work.cancel()
        datagrams.close()
        for writer in list(self._writers):
            writer.close()
        await loop.run_in_executor(self._pool, close_old_connections)
        self._pool.shutdown()

    def datagram(self, data: bytes, peer: SipPeer) -> None:
        """Take a datagram; one that cannot be read is dropped, as the standard has it."""
        if not data.strip():
            return  # keep-alive of RFC 5626
        try:
            message = sip.read(data)
        except sip.UnreadableSip:
            self.counts.unreadable += 1
            return
        try:
            self._queue.put_nowait((message, peer))
        except asyncio.QueueFull:
            self.counts.dropped += 1

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._writers) >= MAX_CONNECTIONS:
            writer.close()
            return
        self._writers.add(writer)
        host, port = writer.get_extra_info("peername")[:2]
        own = writer.get_extra_info("sockname")
        peer = SipPeer("TCP", f"{host}:{port}", f"{own[0]}:{own[1]}", lambda data: _write(writer, data))
        stream = sip.SipStream()
        try:
            while data := await asyncio.wait_for(reader.read(65_536), IDLE_SECONDS):
                for message in stream.feed(data):
                    await self._queue.put((message, peer))
        except sip.UnreadableSip:
            self.counts.unreadable += 1
        except (ConnectionError, TimeoutError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _take_in(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            message, peer = await self._queue.get()
            try:
                if message.method:
                    for data in await loop.run_in_executor(self._pool, self._replies, message, peer):
                        peer.send(data)
            except Exception:
                self.counts.failed += 1
                log.exception("a request was not taken in", device=message.user)
            finally:
                self._queue.task_done()

    def _replies(self, request: SipMessage, peer: SipPeer) -> list[bytes]:
        """Return what is sent because of a request: its answer, and what the device is asked besides."""
        key = f"{request.method} {request.sequence} {request.header('via')} {peer.contact}"
        now = time.monotonic()
        self.counts.requests += 1
        if (known := self._answered.get(key)) and now - known[0] < REPEATED_SECONDS:
            self.counts.repeated += 1
            return [known[1]]
        close_old_connections()
        try:
            first, *others = self._taken(request, peer)
        except Exception:
            # Not durable: the device hears that it is to come again, and the next repetition is taken anew.
            self.counts.failed += 1
            log.exception("a request could not be kept", device=request.user)
            return [sip.answer(request, 503)]
        _remember(self._answered, key, (now, first))
        return [first, *others]

    def _taken(self, request: SipMessage, peer: SipPeer) -> list[bytes]:
        if request.method == "REGISTER":
            return self._register(request, peer)
        if request.method == "MESSAGE":
            return self._message(request, peer)
        if request.method in {"BYE", "ACK", "CANCEL", "OPTIONS"}:
            return [sip.answer(request, 200)]
        return [sip.answer(request, 405, SipHeader("Allow", "REGISTER, MESSAGE, OPTIONS"))]

    def _register(self, request: SipMessage, peer: SipPeer) -> list[bytes]:
        seconds = sip.expires(request)
        given = sip.parameters(request.header("authorization"))
        if not given:
            return [self._challenge(request, peer)]
        number = request.user
        nonce = given.get("nonce", "")
        if not self._fresh(nonce, peer) or self._used.get(nonce, request.sequence) != request.sequence:
            return [self._challenge(request, peer, stale=True)]
        right = given.get("username") == number and given.get("realm") == self._realm
        # An unknown device costs as much as a wrong password, and is told the same.
        if not sip.proves(given, password=safecity.password_of(number), method="REGISTER") or not right:
            self.counts.refused += 1
            return [sip.answer(request, 403)]
        if seconds is None:
            return [sip.answer(request, 400)]
        _remember(self._used, nonce, request.sequence)
        device = safecity.appear(number=number, contact=peer.contact, seconds=seconds)
        heard, until = device.heard_at or clock.now(), device.registered_until or clock.now()
        lasts = max(round((until - heard).total_seconds()), 0)
        date = f"{heard.astimezone(manscdp.CHINA):%Y-%m-%dT%H:%M:%S.000}"
        more = [SipHeader("Expires", str(lasts)), SipHeader("Date", date)]
        ok = sip.answer(request, 200, SipHeader("Contact", request.header("contact")), *more)
        return [ok, *(self._asked(command, number, peer) for command in ASKED if seconds)]

    def _message(self, request: SipMessage, peer: SipPeer) -> list[bytes]:
        number = request.user
        if not safecity.hear(number=number, contact=peer.contact):
            self.counts.refused += 1
            return [sip.answer(request, 403)]
        if "manscdp" not in request.header("content-type").lower():
            return [sip.answer(request, 415)]
        try:
            told = manscdp.read(request.body)
        except manscdp.UnreadableXml:
            self.counts.unreadable += 1
            return [sip.answer(request, 400)]
        ok = sip.answer(request, 200)
        if (told.root, told.command) == ("Notify", "Alarm"):
            safecity.take_alarm(number=number, told=told)
            return [ok, self._sent(manscdp.alarm_received(told), number, peer)]
        if (told.root, told.command) == ("Response", "Catalog"):
            safecity.take_catalogue(number=number, told=told)
        elif (told.root, told.command) == ("Response", "DeviceStatus"):
            safecity.take_status(number=number, told=told)
        return [ok]

    def _challenge(self, request: SipMessage, peer: SipPeer, *, stale: bool = False) -> bytes:
        stamp = f"{int(time.time()):x}.{secrets.token_hex(8)}"
        nonce = f"{stamp}.{self._mark(stamp, peer)}"
        words = f'Digest realm="{self._realm}",nonce="{nonce}",algorithm=MD5' + (",stale=true" if stale else "")
        return sip.answer(request, 401, SipHeader("WWW-Authenticate", words))

    def _fresh(self, nonce: str, peer: SipPeer) -> bool:
        """Say whether a nonce is ours, given to this host, and young enough."""
        stamp, _dot, mark = nonce.rpartition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(stamp, peer).encode()):
            return False
        return time.time() - int(stamp.partition(".")[0], 16) < NONCE_SECONDS

    def _mark(self, stamp: str, peer: SipPeer) -> str:
        host = peer.address.rpartition(":")[0]
        return hmac.new(self._secret, f"{stamp} {host}".encode(), sha256).hexdigest()[:32]

    @property
    def _realm(self) -> str:
        """The domain of the platform: the first ten figures of its number."""
        return str(settings.SAFECITY_GB28181_NUMBER)[:10]

    def _asked(self, command: str, number: str, peer: SipPeer) -> bytes:
        return self._sent(manscdp.query(command, sn=next(self._numbers), device=number), number, peer)

    def _sent(self, body: bytes, number: str, peer: SipPeer) -> bytes:
        own = settings.SAFECITY_GB28181_NUMBER
        ends = sip.SipEnds(own, number, peer.here, peer.address, peer.transport)
        return sip.message(ends, body, branch=secrets.token_hex(8), sequence=next(self._numbers))

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(TELL_SECONDS)
            if self.counts.told():
                log.info("gb28181", connections=len(self._writers), waiting=self._queue.qsize(), **vars(self.counts))
                self.counts = SipCounts()


class _Datagrams(asyncio.DatagramProtocol):
    """Hands datagrams to the gateway with the way back."""

    def __init__(self, gateway: SipGateway) -> None:
        self._gateway = gateway
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        transport = self._transport
        if transport is None:
            return
        own = transport.get_extra_info("sockname")
        send: Send = lambda answer: transport.sendto(answer, addr)  # noqa: E731 (a way back, not a function)
        self._gateway.datagram(data, SipPeer("UDP", f"{addr[0]}:{addr[1]}", f"{own[0]}:{own[1]}", send))


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Send without waiting; whoever does not listen is let go."""
    if writer.is_closing():
        return
    if writer.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
        writer.transport.abort()
        return
    writer.write(data)


def _remember(known: "OrderedDict[str, Value]", key: str, value: Value) -> None:
    known[key] = value
    while len(known) > MAX_REMEMBERED:
        known.popitem(last=False)
