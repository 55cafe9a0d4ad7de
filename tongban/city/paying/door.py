"""HTTP of both channels: what they share."""

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from tongban.city.paying import wallet
from tongban.city.paying.till import Till, TillOrder, now

MAX_BODY_BYTES = 256 * 1024
SILENT_SECONDS = 30


class ChannelReply(NamedTuple):
    status: int
    kind: str
    body: bytes
    headers: dict[str, str] = {}


class Door(BaseHTTPRequestHandler):
    """Answers the merchant by the protocol, and people in a browser at /wallet."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "demonstration", ""
    disable_nagle_algorithm = True
    timeout = 60
    till: Till
    base: str
    name: str
    colour: str
    answered: Callable[["Door", str, bytes], ChannelReply]
    paid: Callable[[TillOrder], None]

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
        if path == "/" or path.startswith("/wallet"):
            reply = self._wallet(path, body)
        elif self.till.happens("time_out"):
            # As a line that is cut: nothing comes, and whoever asked gives up before we do.
            time.sleep(SILENT_SECONDS)
            self.close_connection = True
            return
        else:
            reply = type(self).answered(self, path, body)
        self.send_response(reply.status)
        for name, value in {
            "Content-Type": reply.kind,
            "Content-Length": str(len(reply.body)),
            **reply.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def _wallet(self, path: str, body: bytes) -> ChannelReply:
        if path == "/wallet/faults" and self.command == "POST":
            said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            try:
                self.till.set_faults(said)
            except ValueError:
                return ChannelReply(422, "text/plain; charset=utf-8", "比例是 0 到 1 之间的数。".encode())
            return ChannelReply(303, "text/plain", b"", {"Location": f"{self.base}/wallet"})
        key = path.removeprefix("/wallet").strip("/")
        found = self.till.behind(key) if key else None
        if key and found is None:
            return ChannelReply(404, "text/html; charset=utf-8", self._page("没有这个订单", ""))
        if found is None:
            shown = wallet.desk(self.till.waiting(), self.till.faults, self.base)
            return ChannelReply(200, "text/html; charset=utf-8", self._page("演示钱包", shown))
        back = parse_qs(urlsplit(self.path).query).get("redirect_url", [found.back_to])[0]
        if self.command == "POST":
            if done := self.till.pay(found.number):
                type(self).paid(done)
            query = f"?{urlencode({'redirect_url': back})}" if back else ""
            return ChannelReply(303, "text/plain", b"", {"Location": f"{self.base}/wallet/{found.door}{query}"})
        open_now = found.state == "open" and found.expires > now()
        title = "确认付款" if open_now else "支付结果"
        shown = wallet.order(found, self.base, open_now=open_now, back=back)
        return ChannelReply(200, "text/html; charset=utf-8", self._page(title, shown))

    def _page(self, title: str, body: str) -> bytes:
        return wallet.page(title, body, name=self.name, colour=self.colour)

    def log_message(self, *_words: Any) -> None:
        pass
