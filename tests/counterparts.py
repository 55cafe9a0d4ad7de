"""Local counterparts of foreign systems, each in its own process, and an ear through which they tell the tests."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from tests.laws.house import ROOT

START_SECONDS = 60


class LocalCounterpart:
    """A foreign system in a process of its own.

    module    "tongban.city.paying"; words: what its command line says before folder, socket and address, and after
    account   the file that names the account, by which it is known that it has started
    """

    module: str
    account_name = "merchant.json"
    switches = "/faults"

    def __init__(self, folder: Path, *, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.account = folder / self.account_name
        self._door = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        known = (str(folder), str(self._door.fileno()), self.base)
        self._command = [sys.executable, "-m", self.module, *before, *known, *after]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, cwd=ROOT, pass_fds=[self._door.fileno()])
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "the counterpart did not start"
            assert time.monotonic() < until, "the counterpart does not start"
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        self.stop()
        self._door.close()

    def faults(self, **shares: float) -> None:
        """Let it fail as often as this, and not otherwise."""
        assert self.post(self.switches, shares) == 303, "it takes no faults"

    def post(self, path: str, fields: Mapping[str, object]) -> int:
        return self._asked("POST", path, urlencode(fields))[0]

    def page(self, path: str = "/") -> str:
        return self._asked("GET", path)[1]

    @property
    def said(self) -> dict[str, str]:
        """Return what the account's file says."""
        return dict(json.loads(self.account.read_text()))

    def _asked(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        connection = HTTPConnection(urlsplit(self.base).netloc, timeout=10)
        try:
            connection.request(method, path, body or None, {"Content-Type": "application/x-www-form-urlencoded"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def _answers(self) -> bool:
        if not self.account.exists():
            return False
        try:
            return bool(self._asked("GET", "/")[0])
        except OSError:
            return False


Made = TypeVar("Made", bound=LocalCounterpart)


@contextmanager
def running(made: Made) -> Iterator[Made]:
    try:
        made.start()
        yield made
    finally:
        made.close()


class Ear:
    """Keeps what counterparts tell, until the test hands it to the house.

    status, text   what they are answered meanwhile: whether they may think that it was taken
    """

    def __init__(self, status: int, text: bytes) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.answer, self.text = status, text
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append((self.path, dict(self.headers), body))
                text = ear.text if ear.answer == 200 else b""
                self.send_response(ear.answer)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self, number: int = 1, seconds: float = 20) -> list[tuple[str, dict[str, str], bytes]]:
        """Return what was told, once it is as much as that."""
        until = time.monotonic() + seconds
        while len(self.heard) < number:
            assert time.monotonic() < until, "nothing was told"
            time.sleep(0.02)
        return list(self.heard)

    def forget(self) -> None:
        self.heard.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
