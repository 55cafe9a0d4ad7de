"""HTTP of every counterpart."""

import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tongban.city.counterpart import looks
from tongban.city.counterpart.failing import Store

MAX_BODY_BYTES = 256 * 1024
SILENT_SECONDS = 30
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"


class CounterpartReply(NamedTuple):
    status: int
    kind: str
    body: bytes
    headers: Mapping[str, str] = {}


class PlainDoor(BaseHTTPRequestHandler):
    """Takes requests of a sensible size, and writes nothing down: what is asked here tells about people."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "demonstration", ""
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        self.send_reply(self.reply(urlsplit(self.path).path, b""))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self.send_error(413)
            return
        self.send_reply(self.reply(urlsplit(self.path).path, self.rfile.read(int(length))))

    def reply(self, path: str, body: bytes) -> CounterpartReply | None:
        """Return what is answered; None: nothing at all."""
        raise NotImplementedError

    def query(self) -> dict[str, str]:
        return one_of_each(urlsplit(self.path).query)

    def send_reply(self, reply: CounterpartReply | None) -> None:
        if reply is None:
            self.close_connection = True
            return
        self.send_response(reply.status)
        sent = {"Content-Type": reply.kind, "Content-Length": str(len(reply.body)), **reply.headers}
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_words: Any) -> None:
        pass


class Door(PlainDoor):
    """Answers the house by the protocol, and people in a browser on pages of its own.

    answered    what the protocol says to a request
    done_first  whether what was asked is done where no answer comes
    """

    store: Store
    base: str
    name: str
    colour: str
    answered: Callable[["Door", str, bytes], CounterpartReply]
    done_first = False

    def shown(self, path: str, body: bytes) -> CounterpartReply | None:
        """Return a page for people; None where the request is the protocol's."""
        raise NotImplementedError

    def reply(self, path: str, body: bytes) -> CounterpartReply | None:
        if page := self.shown(path, body):
            return page
        silent = self.store.happens("time_out")
        reply = type(self).answered(self, path, body) if self.done_first or not silent else None
        if not silent:
            return reply
        # As a line that is cut: nothing comes, and whoever asked gives up before we do.
        time.sleep(SILENT_SECONDS)
        return None

    def faults_set(self, body: bytes, back: str) -> CounterpartReply:
        """Take new faults from the form, and lead back to the page."""
        try:
            self.store.set_faults(one_of_each(body.decode()))
        except ValueError:
            return CounterpartReply(422, TEXT, "比例是 0 到 1 之间的数。".encode())
        return see(back)

    def page(self, title: str, body: str, status: int = 200) -> CounterpartReply:
        return CounterpartReply(status, HTML, looks.page(title, body, name=self.name, colour=self.colour))


def one_of_each(text: str) -> dict[str, str]:
    """Return the fields of a query or of a form, the first value of each."""
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


def see(address: str) -> CounterpartReply:
    """Lead a browser on."""
    return CounterpartReply(303, TEXT, b"", {"Location": address})
