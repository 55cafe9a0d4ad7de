"""The channels' local counterparts, each in its own process, and an ear through which they tell the tests' house."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.laws.house import ROOT

START_SECONDS = 20


class Counterpart:
    """A channel in a process of its own. account: the file that names the merchant account."""

    def __init__(self, channel: str, folder: Path) -> None:
        self.channel, self.folder = channel, folder
        self.account = folder / "merchant.json"
        self._door = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tongban.city.paying",
                self.channel,
                str(self.folder),
                str(self._door.fileno()),
                self.base,
            ],
            cwd=ROOT,
            pass_fds=[self._door.fileno()],
        )
        until = time.monotonic() + START_SECONDS
        while not self.account.exists():
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
        assert self.post("/wallet/faults", shares) == 303, "it takes no faults"

    def pay(self, door: str) -> None:
        """Pay what a QR code, or an address, stands for."""
        assert self.post(f"/wallet/{key_of(door)}", {}) == 303

    def post(self, path: str, fields: dict[str, float]) -> int:
        connection = HTTPConnection(urlsplit(self.base).netloc, timeout=10)
        connection.request("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status


def key_of(door: str) -> str:
    """Return what an order is known by in the wallet."""
    parts = urlsplit(door)
    return parts.query.removeprefix("pr=") if parts.scheme == "weixin" else parts.path.rpartition("/")[2]


class Ear:
    """Keeps what channels tell, until the test hands it to the house: a request, and the answer that it got."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.answer = 500
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append((self.path, dict(self.headers), body))
                text = b"success" if ear.answer == 200 else b""
                self.send_response(ear.answer)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self, number: int = 1, seconds: float = 10) -> list[tuple[str, dict[str, str], bytes]]:
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


@contextmanager
def running(channel: str, folder: Path) -> Iterator[Counterpart]:
    folder.mkdir(parents=True, exist_ok=True)
    made = Counterpart(channel, folder)
    try:
        made.start()
        yield made
    finally:
        made.close()


def merchant(counterpart: Counterpart) -> dict[str, str]:
    return dict(json.loads(counterpart.account.read_text()))
