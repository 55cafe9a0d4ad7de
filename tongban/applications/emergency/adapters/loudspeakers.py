"""The demonstration's broadcasting platform: a stranger to the house that shows what screens and loudspeakers would.

`python -m tongban.applications.emergency.adapters.loudspeakers ACCOUNT [DOOR]` listens at the socket with that number,
or at a free port, writes address and key into the file ACCOUNT, and keeps what it was sent in memory.
"""

import hmac
import json
import secrets
import socket
import sys
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

MAX_BYTES = 20_000


class Platform(ThreadingHTTPServer):
    """What it was sent, by key: the same key twice is one message."""

    daemon_threads = True

    def __init__(self, key: str, door: socket.socket | None = None) -> None:
        super().__init__(("127.0.0.1", 0), PlatformDoor, bind_and_activate=door is None)
        if door is not None:
            self.socket.close()
            self.socket = door
        self.key = key
        self.shown: dict[str, dict[str, Any]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/"


class PlatformDoor(BaseHTTPRequestHandler):
    server: Platform

    def do_POST(self) -> None:
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.server.key}".encode()):
            return self._answer(401, b"")
        try:
            length = int(self.headers.get("Content-Length", "0"))
            said = json.loads(self.rfile.read(min(length, MAX_BYTES)))
            key, device, words = said["key"], said["device"], said["words"]
        except (ValueError, KeyError, TypeError):
            return self._answer(400, b"")
        if device not in {"screen", "loudspeaker"} or not words:
            return self._answer(422, b"")
        self.server.shown.setdefault(str(key), said)
        return self._answer(202, b"{}")

    def do_GET(self) -> None:
        rows = "".join(
            f"<li>{escape(str(one['device']))} {escape(str(one.get('target', '')))}：{escape(str(one['words']))}</li>"
            for one in reversed(self.server.shown.values())
        )
        note = "<p>这里模拟城市大屏和应急广播，不向任何设备播出。</p>"
        body = f"<!doctype html><meta charset=utf-8><title>应急广播演示对端</title>{note}<ul>{rows}</ul>"
        self._answer(200, body.encode(), "text/html; charset=utf-8")

    def log_message(self, *_args: Any) -> None:
        """Say nothing: what is shown stands on its page."""

    def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    account = Path(sys.argv[1])
    door = socket.socket(fileno=int(sys.argv[2])) if len(sys.argv) > 2 else None
    platform = Platform(secrets.token_urlsafe(24), door)
    account.parent.mkdir(parents=True, exist_ok=True)
    account.touch(mode=0o600)
    account.write_text(json.dumps({"url": platform.url, "key": platform.key}))
    platform.serve_forever()


if __name__ == "__main__":
    main()
