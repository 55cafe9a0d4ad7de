"""A fire panel of the demonstration: it speaks GB/T 26875.3 to the gateway as one in a building does.

`python -m tongban.applications.emergency.adapters.panel PORT [fire|normal|test] [COMPONENT]` says once how a detector
is and prints what the gateway answers; without more words it says every half minute that the lift stands empty on the
ground floor. It knows nothing of the house but the standard.
"""

import socket
import sys
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from tongban.applications.emergency.rules import gb26875

DATA = Path(__file__).parent.parent / "data" / "demonstration.toml"
CENTRE = "000000000000"
STATES = {"normal": 0b01, "fire": 0b11, "test": 0b10}
SMOKE = 40
EVERY_SECONDS = 30
LIFTS, ON_THE_GROUND = 10, 0b1000001


def packet(address: str, number: int, found: list[gb26875.FireObject], at: datetime) -> bytes:
    """Return a packet that says how components are."""
    body = b"".join(gb26875.component_bytes(one, at) for one in found)
    data = bytes((gb26875.COMPONENT_STATE, len(found))) + body
    return gb26875.written(gb26875.FirePacket(number, address, CENTRE, gb26875.SEND, data, at), at)


def lift(component: int) -> gb26875.FireObject:
    """Return what the linkage controller says of a lift that stands empty on the ground floor."""
    return gb26875.FireObject(LIFTS, 1, 0, component, ON_THE_GROUND, "电梯", None)


def exchanged(port: int, sent: bytes) -> gb26875.FirePacket:
    """Send a packet and return the answer. Raises OSError."""
    decoder = gb26875.FirePacketDecoder()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(sent)
        while data := line.recv(4096):
            for found in decoder.feed(data):
                return found
    raise ConnectionError("the gateway closed the line without an answer")


def main() -> None:
    port, state = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    panel = tomllib.loads(DATA.read_text())["panel"][0]
    component = int(sys.argv[3]) if len(sys.argv) > 3 else panel["detector"][0]["component"]
    number = 0
    while True:
        number = (number + 1) % 65536
        if state:
            found = [
                gb26875.FireObject(1, 1, SMOKE, one["component"], STATES[state], one["name"], None)
                for one in panel["detector"]
                if one["component"] == component
            ]
        else:
            found = [lift(one["component"]) for one in panel["lift"]]
        try:
            answer = exchanged(port, packet(panel["address"], number, found, datetime.now(UTC)))
        except OSError as error:
            answer = None
            sys.stdout.write(f"{error}\n")
        if state:
            sys.stdout.write("confirmed\n" if answer and answer.command == gb26875.CONFIRM else "denied\n")
            return
        time.sleep(EVERY_SECONDS)


if __name__ == "__main__":
    main()
