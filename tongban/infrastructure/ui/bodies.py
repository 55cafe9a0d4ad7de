"""Bodies of requests are read before their turn comes, few at a time, and none for ever.

A thread of the web server that waits for a body cannot be called back. Whoever sends slower than any telephone has
all that their address has open cut off; a proxy in front that reads bodies by itself makes this needless.
"""

import itertools
import json
import os
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, cast

import structlog

from tongban.infrastructure.kernel.portals import portal_at

log = structlog.get_logger(__name__)

# So many threads of a worker may wait for bodies, and so many of them for bodies from one address. More than that
# wait this long for their turn: many people behind one address all send what is read in a moment.
AT_ONCE = 8
AT_ONCE_EACH = 4
WAIT_SECONDS = 0.5
# A body may rest so long, and must come at this rate on the whole.
GRACE_SECONDS = 15
MIN_BYTES_PER_SECOND = 4096
LOOK_SECONDS = 2
IN_MEMORY_BYTES = 512 * 1024
_CHUNK = 16 * 1024
# Milliseconds since something was received last, in Linux's struct tcp_info.
_LAST_RECEIVED = struct.Struct("52xI")

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


class BodyReading:
    """A body that is being read."""

    def __init__(self, peer: str) -> None:
        self.peer, self.got, self.began = peer, 0, time.monotonic()

    def late_by(self) -> float:
        """Return by how many seconds it is later than it may be."""
        return time.monotonic() - self.began - GRACE_SECONDS - self.got / MIN_BYTES_PER_SECOND


class BodyReader:
    """Wraps the application of a web worker: whatever it reads of a request is there already.

    max_bytes   of the largest body that is read; what says that it is larger is left to the application to refuse
    proxied     a proxy stands in front, so that all requests come from one address
    """

    def __init__(self, application: Application, *, max_bytes: int, proxied: bool) -> None:
        self.application, self.max_bytes, self.proxied = application, max_bytes, proxied
        self._turns = threading.Condition()
        self._readings: dict[int, BodyReading] = {}
        self._numbers = itertools.count()
        self._watching = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        declared = environ.get("CONTENT_LENGTH") or "0"
        length = int(declared) if declared.isdecimal() and len(declared) < 16 else 0
        if not 0 < length <= self.max_bytes:
            return self.application(environ, start_response)
        peer = environ.get("REMOTE_ADDR", "")
        number = self._begin(peer)
        if number is None:
            return _refused(environ, start_response, 503)
        try:
            body = self._read(environ["wsgi.input"], length, self._readings[number])
        finally:
            self._end(number)
        if body is None:
            return _refused(environ, start_response, 408)
        with body:
            return self.application(environ | {"wsgi.input": body}, start_response)

    def _begin(self, peer: str) -> int | None:
        with self._turns:
            if self._full_of_slow(peer) or not self._turns.wait_for(lambda: self._room_for(peer), WAIT_SECONDS):
                return None
            number = next(self._numbers)
            self._readings[number] = BodyReading(peer)
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="bodies", daemon=True).start()
        return number

    def _room_for(self, peer: str) -> bool:
        return len(self._readings) < AT_ONCE and (self.proxied or len(self._from(peer)) < AT_ONCE_EACH)

    def _full_of_slow(self, peer: str) -> bool:
        """Whether waiting is in vain: it would cost a thread each that sends nothing."""
        slow = [reading for reading in self._from(peer) if time.monotonic() - reading.began > WAIT_SECONDS]
        return not self.proxied and len(slow) >= AT_ONCE_EACH

    def _from(self, peer: str) -> list[BodyReading]:
        return [reading for reading in self._readings.values() if reading.peer == peer]

    def _end(self, number: int) -> None:
        with self._turns:
            del self._readings[number]
            self._turns.notify_all()

    def _read(self, source: Any, length: int, reading: BodyReading) -> BinaryIO | None:
        """Return the whole body, or None where it never came."""
        body = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115 (closed by whoever asks)
        while reading.got < length:
            try:
                part = source.read(min(_CHUNK, length - reading.got))
            except OSError:  # the connection is gone
                part = b""
            if not part:
                body.close()
                return None
            body.write(part)
            reading.got += len(part)
        body.seek(0)
        return body

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            with self._turns:
                late = {one.peer: one.late_by() for one in self._readings.values() if one.late_by() > 0}
            for peer, seconds in late.items():
                cut = cut_off(peer, silent_ms=1000 if seconds < 2 * LOOK_SECONDS else 0)
                log.warning("bodies that did not come were cut off", connections=cut)


def cut_off(peer: str, *, silent_ms: int) -> int:
    """End the connections from an address that have been silent for so long; return how many. On Linux only."""
    return sum(_ended(connection) for connection in _connections_from(peer) if _silent_for(connection) >= silent_ms)


def _connections_from(peer: str) -> Iterator[socket.socket]:
    with suppress(FileNotFoundError):
        for name in os.listdir("/proc/self/fd"):
            with suppress(OSError):
                if not os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                    continue
                with socket.socket(fileno=os.dup(int(name))) as connection:
                    tcp = (
                        connection.family in {socket.AF_INET, socket.AF_INET6} and connection.type == socket.SOCK_STREAM
                    )
                    if tcp and connection.getpeername()[0].removeprefix("::ffff:") == peer:
                        yield connection


def _silent_for(connection: socket.socket) -> int:
    return int(
        _LAST_RECEIVED.unpack(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_RECEIVED.size))[0]
    )


def _ended(connection: socket.socket) -> bool:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
        return True
    return False


def _refused(environ: dict[str, Any], start_response: Callable[..., Any], status: int) -> list[bytes]:
    """Answer without the application, whose turn this is not."""
    reason, text = {
        408: ("Request Timeout", "请求内容没有完整送达，请重新提交。 The request did not arrive whole. Send it again."),
        503: (
            "Service Unavailable",
            "当前提交的人较多，请稍候再试。 Many requests arrive now. Try again soon.",
        ),
    }[status]
    kind, body = "text/plain; charset=utf-8", text
    if portal_at(environ.get("PATH_INFO", "")).audience == "machines":
        kind, body = "application/problem+json", json.dumps({"title": reason, "status": status, "detail": text})
    headers = [("Content-Type", kind), ("Retry-After", "2"), ("Cache-Control", "no-store"), ("Connection", "close")]
    start_response(f"{status} {reason}", headers)
    return [body.encode()]
