"""ClamAV's daemon, asked over a socket with INSTREAM; see clamd(8)."""

import socket
import struct
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.storage import rules
from tongban.infrastructure.storage.ports import ScannerUnavailable, TooLargeForScanner

_CHUNK = 256 * 1024


class ClamdScanner:
    """One connection for each question, as clamd expects it.

    url      "tcp://host:3310" or "unix:///run/clamav/clamd.ctl"
    seconds  how long an answer may take
    max_bytes  bytes of the largest file that may be uploaded; its StreamMaxLength must not be less
    """

    name = "ClamAV"
    title: StrOrPromise = "ClamAV"

    def __init__(self, url: str, *, seconds: float, max_bytes: int = 0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"tcp", "unix"} or not (parts.hostname if parts.scheme == "tcp" else parts.path):
            raise ValueError(f"STORAGE_CLAMD is {url!r}; write tcp://host:3310 or unix:///path/to/clamd.ctl")
        self._parts, self._seconds, self._max_bytes = parts, seconds, max_bytes

    def scan(self, content: bytes) -> str | None:
        return self._scan(content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK))

    def _scan(self, chunks: Iterable[bytes]) -> str | None:
        answer = self._ask(b"zINSTREAM\0", chunks)
        if answer.endswith(" OK"):
            return None
        if answer.endswith(" FOUND"):
            return answer.removesuffix(" FOUND").partition(": ")[2]
        if "size limit exceeded" in answer:
            raise TooLargeForScanner(answer)
        raise ScannerUnavailable(f"clamd answered {answer!r}")

    def check(self) -> list[str]:
        try:
            if (answer := self._ask(b"zPING\0")) != "PONG":
                return [f"clamd answered {answer!r} to PING"]
            if not self.scan(rules.EICAR):
                return ["clamd does not find the test file; are its signatures loaded?"]
            self._scan(_zeros(self._max_bytes))
            return []
        except TooLargeForScanner:
            megabytes = f"{self._max_bytes / 1024 / 1024:g}"
            return [f"clamd takes no file of {megabytes} MB, which may be uploaded; raise its StreamMaxLength"]
        except ScannerUnavailable as silence:
            return [str(silence)]

    def _ask(self, command: bytes, chunks: Iterable[bytes] | None = None) -> str:
        try:
            with self._connect() as connection:
                connection.sendall(command)
                if chunks is not None:
                    self._stream(connection, chunks)
                return self._answer(connection)
        except OSError as error:
            raise ScannerUnavailable(f"clamd at {self._parts.geturl()} does not answer: {error}") from error

    def _connect(self) -> socket.socket:
        if self._parts.scheme == "tcp":
            return socket.create_connection((self._parts.hostname, self._parts.port or 3310), timeout=self._seconds)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(self._seconds)
        try:
            connection.connect(self._parts.path)
        except OSError:
            connection.close()
            raise
        return connection

    def _stream(self, connection: socket.socket, chunks: Iterable[bytes]) -> None:
        try:
            for chunk in chunks:
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            # clamd hangs up when a file passes its StreamMaxLength, but says so first; the answer is read next.
            return

    def _answer(self, connection: socket.socket) -> str:
        answer = b""
        while not answer.endswith(b"\0") and (part := connection.recv(4096)):
            answer += part
        return answer.rstrip(b"\0").decode(errors="replace")


def _zeros(length: int) -> Iterator[bytes]:
    for start in range(0, length, _CHUNK):
        yield bytes(min(_CHUNK, length - start))
