"""Start one channel: `python -m tongban.city.paying wechat FOLDER SOCKET ADDRESS`."""

import socket
import sys
from contextlib import suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tongban.city.paying import alipay, wechat
from tongban.city.paying.door import Door

CHANNELS: dict[str, tuple[Any, str, str]] = {
    "wechat": (wechat.WechatCounterpart, wechat.NAME, wechat.COLOUR),
    "alipay": (alipay.AlipayCounterpart, alipay.NAME, alipay.COLOUR),
}


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(channel: str, folder: Path, listening: socket.socket, base: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    counterpart, name, colour = CHANNELS[channel]
    made = counterpart(folder, base)
    here = {
        "till": made.till,
        "base": base,
        "name": name,
        "colour": colour,
        "answered": staticmethod(made.answered),
        "paid": staticmethod(made.paid),
    }
    server = Listener(("127.0.0.1", 0), type("ChannelDoor", (Door,), here), bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), socket.socket(fileno=int(sys.argv[3])), sys.argv[4])
