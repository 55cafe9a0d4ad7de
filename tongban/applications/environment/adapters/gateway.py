"""The door for data loggers: a TCP server that speaks HJ 212. A packet is acknowledged only once it is durable.

One task a connection finds packets; one thread takes them in, many in one transaction, so that a thousand loggers cost
few commits. Where the house cannot take more, connections are read more slowly, and loggers wait as TCP lets them.
"""

import asyncio
import resource
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog
from django.db import close_old_connections

from tongban.applications.environment import services as environment
from tongban.applications.environment.rules import packets
from tongban.applications.environment.rules.frames import DamagedBytes, Decoder
from tongban.applications.environment.services.intake import Answered, WholePacket

log = structlog.get_logger(__name__)

MAX_BATCH = 500
MAX_WAITING = 20_000
MAX_UNSENT_BYTES = 1_000_000
IDLE_SECONDS = 2 * 3600
COMMAND_SECONDS = 1.0
TELL_SECONDS = 60
MAX_OPEN_FILES = 65_536

Argument = TypeVar("Argument")
Outcome = TypeVar("Outcome")
Waiting = tuple[WholePacket, asyncio.StreamWriter]


@dataclass
class Counts:
    """What happened since the last line in the log."""

    packets: int = 0
    doubled: int = 0
    damaged: int = 0
    unreadable: int = 0
    refused: int = 0
    lost: int = 0

    def told(self) -> bool:
        return any(vars(self).values())


@dataclass
class Gateway:
    """Listens, takes in, answers and sends commands until it is stopped."""

    devices: dict[str, asyncio.StreamWriter] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    _queue: "asyncio.Queue[Waiting]" = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "hj212"))

    async def serve(self, door: socket.socket, stopping: asyncio.Event) -> None:
        """Serve at a listening socket until `stopping` is set; what came is still taken in and acknowledged then."""
        _allow_many_files()
        server = await asyncio.start_server(self._speak, sock=door, backlog=4096)
        works = [asyncio.create_task(work()) for work in (self._take_in, self._command, self._tell)]
        await stopping.wait()
        server.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._queue.join(), 10)
        for work in works:
            work.cancel()
        for writer in list(self._writers):
            writer.close()
        await asyncio.get_running_loop().run_in_executor(self._pool, close_old_connections)
        self._pool.shutdown()

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        decoder, assembly = Decoder(environment.dialects().tolerated_data), _Parts()
        try:
            while data := await asyncio.wait_for(reader.read(65_536), IDLE_SECONDS):
                for found in decoder.feed(data):
                    if isinstance(found, DamagedBytes):
                        self.counts.damaged += 1
                    elif whole := assembly.add(found.data, found.raw):
                        await self._queue.put((whole, writer))
                self.counts.unreadable, assembly.unreadable = self.counts.unreadable + assembly.unreadable, 0
        except (ConnectionError, TimeoutError):
            pass
        finally:
            self._writers.discard(writer)
            for mn in [mn for mn, known in self.devices.items() if known is writer]:
                del self.devices[mn]
            writer.close()

    async def _take_in(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MAX_BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            answers = await self._in_thread(_taken, [received for received, _writer in batch])
            for (received, writer), answered in zip(batch, answers, strict=True):
                self._answer(received, writer, answered)
                self._queue.task_done()

    def _answer(self, received: WholePacket, writer: asyncio.StreamWriter, answered: Answered | None) -> None:
        if answered is None:  # not durable: the logger hears nothing, and sends it again
            self.counts.lost += 1
            return
        if answered.point is None:
            self.counts.refused += 1
        else:
            self.devices[received.packet.mn] = writer
            self.counts.packets += 1
            self.counts.doubled += not answered.fresh
        for packet in answered.answers:
            for frame in packets.sent(packet):
                _send(writer, frame)

    async def _command(self) -> None:
        while True:
            await asyncio.sleep(COMMAND_SECONDS)
            if self.devices:
                for mn, frame in await self._in_thread(_to_send, set(self.devices)) or ():
                    if (writer := self.devices.get(mn)) is not None:
                        _send(writer, frame)

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(TELL_SECONDS)
            if self.counts.told():
                log.info("hj212", connections=len(self._writers), waiting=self._queue.qsize(), **vars(self.counts))
                self.counts = Counts()

    async def _in_thread(self, work: Callable[[Argument], Outcome], argument: Argument) -> Outcome:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, argument)


class _Parts:
    """Puts packets of one connection together with the bytes of all their parts."""

    def __init__(self) -> None:
        self.unreadable = 0
        self._assembly = packets.Assembly()
        self._raw: dict[tuple[str, str, str], dict[int, bytes]] = {}

    def add(self, data: bytes, raw: bytes) -> WholePacket | None:
        try:
            packet = packets.read(data)
        except packets.UnreadablePacket:
            self.unreadable += 1
            return None
        if packet.numbers == 1:
            return WholePacket(packet, raw)
        key = (packet.mn, packet.qn, packet.cn)
        self._raw.setdefault(key, {})[packet.number] = raw
        whole = self._assembly.add(packet)
        while len(self._raw) > self._assembly.most:
            del self._raw[next(iter(self._raw))]
        if whole is None:
            return None
        parts = self._raw.pop(key, {})
        return WholePacket(replace(whole), b"".join(parts[number] for number in sorted(parts)))


def _taken(received: Sequence[WholePacket]) -> Sequence[Answered | None]:
    """Take packets in; where one of many cannot be, each by itself, so that it costs only itself."""
    close_old_connections()
    try:
        return environment.take_in(received)
    except Exception:
        log.exception("packets were not taken in", packets=len(received))
        if len(received) == 1:
            return [None]
    return [answered for one in received for answered in _taken([one])]


def _to_send(numbers: set[str]) -> list[tuple[str, bytes]]:
    close_old_connections()
    try:
        return environment.take_to_send(numbers=numbers)
    except Exception:
        log.exception("commands were not sent; they wait")
        return []


def _send(writer: asyncio.StreamWriter, frame: bytes) -> None:
    """Send without waiting; whoever does not listen is let go."""
    if writer.is_closing():
        return
    if writer.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
        writer.transport.abort()
        return
    writer.write(frame)


def _allow_many_files() -> None:
    """Let as many connections be open as the system lets this user have."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
