"""The carriers' local counterparts, each in its own process, and an ear through which they tell the tests' house."""

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


class CarrierCounterpart:
    """A carrier in a process of its own. account: the file that names the account."""

    def __init__(self, carrier: str, folder: Path, house: str) -> None:
        self.carrier, self.folder, self.house = carrier, folder, house
        self.account = folder / "merchant.json"
        self._door = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tongban.city.posting", self.carrier, str(self.folder)]
        command += [str(self._door.fileno()), self.base, self.house]
        self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[self._door.fileno()])
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
        assert self.post("/faults", shares) == 303, "it takes no faults"

    def move(self, waybill: str, *steps: str) -> None:
        """Let something happen to a parcel."""
        for step in steps:
            assert self.post("/move", {"waybill": waybill, "step": step}) == 303, step

    def page(self) -> str:
        connection = HTTPConnection(urlsplit(self.base).netloc, timeout=10)
        connection.request("GET", "/")
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def post(self, path: str, fields: dict[str, object]) -> int:
        connection = HTTPConnection(urlsplit(self.base).netloc, timeout=10)
        connection.request("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    @property
    def said(self) -> dict[str, str]:
        return dict(json.loads(self.account.read_text()))

    def _answers(self) -> bool:
        if not self.account.exists() or "sender" not in self.account.read_text():
            return False
        connection = HTTPConnection(urlsplit(self.base).netloc, timeout=1)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


class Ear:
    """Keeps what carriers tell, until the test hands it to the house; they are let think that it was taken."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append((self.path, dict(self.headers), body))
                text = b'{"return_code": "0000", "code": "00000"}'
                self.send_response(200)
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


@contextmanager
def running(carrier: str, folder: Path, house: str) -> Iterator[CarrierCounterpart]:
    folder.mkdir(parents=True, exist_ok=True)
    made = CarrierCounterpart(carrier, folder, house)
    try:
        made.start()
        yield made
    finally:
        made.close()
