"""Start one carrier: `python -m tongban.city.posting sf FOLDER SOCKET ADDRESS HOUSE`."""

import socket
import sys
from contextlib import suppress
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tongban.city.paying.telling import tell
from tongban.city.posting import ems, sf
from tongban.city.posting.depot import Line
from tongban.city.posting.door import Door

CARRIERS: dict[str, tuple[Any, str, str]] = {
    "sf": (sf.SfCounterpart, sf.NAME, sf.COLOUR),
    "ems": (ems.EmsCounterpart, ems.NAME, ems.COLOUR),
}


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def moved(made: Any, told_at: str, waybill: str, step: str) -> bool:
    """Let something happen to a parcel, and tell the customer: the newest line, or the one before after it."""
    line = made.depot.move(waybill, step)
    if line is None:
        return False
    track = made.depot.track(waybill)
    if made.depot.happens("out_of_order") and len(track) == 1:
        return True  # told after the next one
    _tell(made, told_at, [line])
    if made.depot.faults.out_of_order and len(track) > 1:
        _tell(made, told_at, [track[-2]])
    return True


def _tell(made: Any, told_at: str, lines: list[Line]) -> None:
    tell(made.depot, told_at, lambda forged: made.message(lines, forged=forged), taken=made.taken)


def serve(carrier: str, folder: Path, listening: socket.socket, base: str, house: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    counterpart, name, colour = CARRIERS[carrier]
    made = counterpart(folder, base)
    here = {
        "depot": made.depot,
        "base": base,
        "name": name,
        "colour": colour,
        "answered": staticmethod(made.answered),
        "moved": staticmethod(partial(moved, made, f"{house}/api/v1/delivery/notify/{carrier}")),
    }
    server = Listener(("127.0.0.1", 0), type("CarrierDoor", (Door,), here), bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), socket.socket(fileno=int(sys.argv[3])), sys.argv[4], sys.argv[5])
