"""Start one carrier: `python -m tongban.city.posting sf FOLDER SOCKET ADDRESS HOUSE`."""

import socket
import sys
from functools import partial
from typing import Any

from tongban.city.counterpart.serving import own_folder, serve
from tongban.city.counterpart.telling import tell
from tongban.city.posting import ems, sf
from tongban.city.posting.depot import Line
from tongban.city.posting.door import CarrierDoor

CARRIERS: dict[str, tuple[Any, str, str]] = {
    "sf": (sf.SfCounterpart, sf.NAME, sf.COLOUR),
    "ems": (ems.EmsCounterpart, ems.NAME, ems.COLOUR),
}


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


def door_of(carrier: str, folder: str, base: str, house: str) -> type[CarrierDoor]:
    counterpart, name, colour = CARRIERS[carrier]
    made = counterpart(own_folder(folder), base)
    here = {
        "store": made.depot,
        "base": base,
        "name": name,
        "colour": colour,
        "answered": staticmethod(made.answered),
        "moved": staticmethod(partial(moved, made, f"{house}/api/v1/delivery/notify/{carrier}")),
    }
    return type("OneCarrierDoor", (CarrierDoor,), here)


if __name__ == "__main__":
    carrier, folder, number, base, house = sys.argv[1:]
    serve(door_of(carrier, folder, base, house), socket.socket(fileno=int(number)))
