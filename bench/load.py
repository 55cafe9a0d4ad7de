"""Two load generators: wrk for pages that are asked again and again, and a small one of our own for journeys."""

import json
import re
import shutil
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import urlencode, urlsplit

from bench.figures import say

LUA = Path(__file__).parent / "wrk"


@dataclass(frozen=True)
class Load:
    """What came of some seconds of load. Times are milliseconds."""

    rate: float
    p50: float
    p95: float
    errors: int
    answered: int = 0


def wrk(address: str, asked: Sequence[tuple[str, str]], *, clients: int, seconds: int) -> Load:
    """Ask for these pages in turn, over kept connections: (path, key of the session or "")."""
    given = [f"{path} {f'sessionid={key}' if key else ''}" for path, key in asked]
    return _wrk("pages.lua", address, given, clients, seconds)


def wrk_posts(address: str, path: str, key: str, bodies: Sequence[str], *, clients: int, seconds: int) -> Load:
    """Post these bodies in turn, in JSON, with the key of a system; whatever is not created is an error."""
    return _wrk("posts.lua", address, [path, f"Authorization: Bearer {key}", *bodies], clients, seconds)


def _wrk(script: str, address: str, given: Sequence[str], clients: int, seconds: int) -> Load:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing. Install it: sudo apt-get install wrk")
    threads = 2 if clients > 1 else 1
    command = ["wrk", f"-t{threads}", f"-c{clients}", f"-d{seconds}s", "--timeout", "10s"]
    command += ["-s", str(LUA / script), address, "--", *given]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"figures (\S+) (\S+) (\S+) (\S+) (\S+)", said)
    if found is None:
        raise SystemExit(f"wrk said:\n{said}")
    rate, p50, p95, errors, answered = map(float, found.groups())
    return Load(rate, p50, p95, int(errors), int(answered))


class Browser:
    """One connection that is kept, one session, and the token that forms carry."""

    def __init__(
        self, address: str, cookies: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        parts = urlsplit(address)
        self.host, self.port = str(parts.hostname), int(parts.port or 80)
        self.cookies, self.headers = dict(cookies or {}), dict(headers or {})
        self.token = ""
        self._socket: socket.socket | None = None

    def get(self, path: str) -> "Answer":
        answer = self._ask("GET", path)
        if found := re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', answer.body):
            self.token = found[1].decode()
        return answer

    def post(self, path: str, fields: Mapping[str, object] | Sequence[tuple[str, object]]) -> "Answer":
        pairs = list(fields.items() if isinstance(fields, Mapping) else fields)
        body = urlencode([("csrfmiddlewaretoken", self.token), *pairs]).encode()
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def upload(self, path: str, fields: Mapping[str, str], name: str, file: bytes) -> "Answer":
        mark = "----bench7MA4YWxkTrZu0gW"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in {"csrfmiddlewaretoken": self.token, **fields}.items()
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        parts += [head.encode(), b"Content-Type: application/octet-stream\r\n\r\n", file]
        parts += [f"\r\n--{mark}--\r\n".encode()]
        return self._ask("POST", path, b"".join(parts), f"multipart/form-data; boundary={mark}")

    def send(self, path: str, content: object, headers: Mapping[str, str]) -> "Answer":
        """Post JSON, with headers of its own."""
        return self._ask("POST", path, json.dumps(content).encode(), "application/json", headers)

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None

    def _ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "", headers: Mapping[str, str] | None = None
    ) -> "Answer":
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nCookie: {cookies}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in {**self.headers, **(headers or {})}.items())
        if method == "POST":
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        if self._socket is None:
            self._socket = socket.create_connection((self.host, self.port), 30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(head.encode() + b"\r\n" + body)
        return self._read(self._socket)

    def _read(self, connection: socket.socket) -> "Answer":
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(connection)
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                key, _, content = value.strip().split(";")[0].partition("=")
                self.cookies[key] = content
            headers[name.lower()] = value
        if headers.get("connection", "").lower() == "close":
            self._socket = None
        length = int(headers.get("content-length", "0"))
        while len(body) < length:
            body += self._more(connection)
        return Answer(int(lines[0].split()[1]), headers, body)

    def _more(self, connection: socket.socket) -> bytes:
        found = connection.recv(65536)
        if not found:
            raise ConnectionError("the server closed the connection")
        return found


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


def side_by_side(workers: Sequence[Iterable[Callable[[], bool]]]) -> Load:
    """Let each worker do its pieces of work one after another, all workers at once; a piece says whether it went well.

    The clock runs from the first piece to the end of the last.
    """
    took: list[float] = []
    wrong: SimpleQueue[str] = SimpleQueue()
    ready = threading.Barrier(len(workers) + 1)

    def work(pieces: list[Callable[[], bool]]) -> None:
        ready.wait()
        for piece in pieces:
            began = time.perf_counter()
            try:
                well = piece()
            except Exception as error:  # whatever it was, it is an error of the measure and counted
                wrong.put(repr(error)[:500])
                continue
            took.append(time.perf_counter() - began)
            if not well:
                wrong.put("refused")

    threads = [threading.Thread(target=work, args=[list(pieces)]) for pieces in workers]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    errors = 0
    while True:
        try:
            reason = wrong.get_nowait()
        except Empty:
            break
        errors += 1
        if errors <= 3:
            say(f"    {reason}")
    return Load(len(took) / seconds, percentile(took, 50), percentile(took, 95), errors, len(took))


def percentile(seconds: Sequence[float], share: int) -> float:
    """Return a percentile of these times, in milliseconds."""
    if len(seconds) < 2:
        return seconds[0] * 1000 if seconds else 0.0
    return statistics.quantiles(seconds, n=100, method="inclusive")[share - 1] * 1000
