"""The door for fire panels: a TCP server that speaks GB/T 26875.3. A packet is confirmed only once it is durable."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog
from django.db import close_old_connections

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.rules import gb26875
from tongban.infrastructure.kernel import clock

log = structlog.get_logger(__name__)

IDLE_SECONDS = 2 * 3600


@dataclass
class FireGateway:
    """Listens, takes in and confirms until it is stopped; one thread writes, so that a panel waits for its turn."""

    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "gb26875"))

    async def serve(self, door: socket.socket, stopping: asyncio.Event) -> None:
        """Serve at a listening socket until `stopping` is set."""
        server = await asyncio.start_server(self._speak, sock=door, backlog=1024)
        await stopping.wait()
        server.close()
        for writer in list(self._writers):
            writer.close()
        await asyncio.get_running_loop().run_in_executor(self._pool, close_old_connections)
        self._pool.shutdown()

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        table = emergency.fire_table()
        decoder = gb26875.FirePacketDecoder(table["longest"], table["moments"])
        try:
            while data := await asyncio.wait_for(reader.read(65_536), IDLE_SECONDS):
                found = [one for one in decoder.feed(data) if one.command == gb26875.SEND]
                if found:
                    answers = await asyncio.get_running_loop().run_in_executor(self._pool, _taken, found)
                    for answer in answers:
                        writer.write(answer)
                    await writer.drain()
        except (ConnectionError, TimeoutError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()


def _taken(found: list[gb26875.FirePacket]) -> list[bytes]:
    """Take packets in and return what the panel is told; nothing where they are not durable, so that it sends again."""
    close_old_connections()
    try:
        confirmed = emergency.take_in(found)
    except Exception:
        log.exception("packets were not taken in", packets=len(found))
        return []
    now = clock.now()
    return [
        gb26875.written(gb26875.answer(packet, taken=taken), now)
        for packet, taken in zip(found, confirmed, strict=True)
    ]
