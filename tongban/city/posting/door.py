"""HTTP of both carriers: what they share."""

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tongban.city.posting import yard
from tongban.city.posting.depot import Depot

MAX_BODY_BYTES = 256 * 1024
SILENT_SECONDS = 30
HTML = "text/html; charset=utf-8"
SENDER = {
    "sender": {
        "name": "云泽市政务服务中心寄递窗口",
        "phone": "099055510100",
        "province": "",
        "city": "云泽市",
        "county": "临湖区",
        "street": "湖滨大道100号政务服务中心一楼",
    }
}


class CarrierReply(NamedTuple):
    status: int
    kind: str
    body: bytes
    headers: dict[str, str] = {}


class Door(BaseHTTPRequestHandler):
    """Answers the customer by the protocol, and people in a browser at /."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "demonstration", ""
    disable_nagle_algorithm = True
    timeout = 60
    depot: Depot
    base: str
    name: str
    colour: str
    answered: Callable[[str, bytes], CarrierReply]
    moved: Callable[[str, str], bool]

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self.send_error(413)
            return
        self._answer(self.rfile.read(int(length)))

    def _answer(self, body: bytes) -> None:
        path = urlsplit(self.path).path
        if path in {"/", "/move", "/faults"}:
            reply = self._yard(path, body)
        else:
            reply = type(self).answered(path, body)
            if self.depot.happens("time_out"):
                # As a line that is cut: it is done, nothing comes back, and whoever asked gives up before we do.
                time.sleep(SILENT_SECONDS)
                self.close_connection = True
                return
        self.send_response(reply.status)
        for name, value in {
            "Content-Type": reply.kind,
            "Content-Length": str(len(reply.body)),
            **reply.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def _yard(self, path: str, body: bytes) -> CarrierReply:
        said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if path == "/":
            shown = yard.page(self.name, self.colour, self.depot.all(), self.depot.faults)
            return CarrierReply(200, HTML, shown)
        if self.command != "POST":
            return CarrierReply(405, "text/plain", b"")
        if path == "/faults":
            try:
                self.depot.set_faults(said)
            except ValueError:
                return CarrierReply(422, "text/plain; charset=utf-8", "比例是 0 到 1 之间的数。".encode())
        elif not type(self).moved(said.get("waybill", ""), said.get("step", "")):
            return CarrierReply(409, "text/plain; charset=utf-8", "这个快件现在不能这样处理。".encode())
        return CarrierReply(303, "text/plain", b"", {"Location": f"{self.base}/"})

    def log_message(self, *_words: Any) -> None:
        pass
