"""GB/T 26875.3: how fire panels (用户信息传输装置) speak. Packets in a stream of bytes, and what they say.

A packet: `@@`, number 2, version 2, moment 6, source 6, target 6, length 2, command 1, data, sum 1, `##`; numbers of
several bytes begin with the lowest. The sum is that of all bytes between `@@` and itself, modulo 256.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

HEAD, TAIL = b"@@", b"##"
CONTROL, FIXED = 25, 30
SEND, CONFIRM, DENY = 2, 3, 6
SYSTEM_STATE, COMPONENT_STATE, DEVICE_STATE = 1, 2, 21
# type -> bytes of an object without its moment
SIZES = {SYSTEM_STATE: 4, COMPONENT_STATE: 40, DEVICE_STATE: 1}
MOMENT = 6
CHINA = timezone(timedelta(hours=8))
MAX_OBJECTS = 102


class BrokenPacket(ValueError):
    """A packet that cannot be read; its text says why."""


@dataclass(frozen=True, slots=True)
class FirePacket:
    """A packet. source, target: twelve figures, the highest first; raw: all of it as it came."""

    number: int
    source: str
    target: str
    command: int
    data: bytes
    at: datetime | None
    raw: bytes = b""


class FireObject(NamedTuple):
    """What a packet says of a component, or of a whole system (component None). at: None where it is unreadable.

    state   bits: 0 works normally (else it is being tested), 1 fire, 2 fault
    """

    system: int
    address: int
    kind: int
    component: int | None
    state: int
    words: str
    at: datetime | None

    @property
    def place(self) -> str:
        """What the object is called within its panel: system, address and component."""
        return f"{self.system}-{self.address}" + ("" if self.component is None else f"-{self.component}")


def written(packet: FirePacket, at: datetime) -> bytes:
    """Return a packet as it goes on the line."""
    control = (
        packet.number.to_bytes(2, "little")
        + bytes((1, 1))
        + moment_bytes(at)
        + bytes.fromhex(packet.source)[::-1]
        + bytes.fromhex(packet.target)[::-1]
        + len(packet.data).to_bytes(2, "little")
        + bytes((packet.command,))
    )
    body = control + packet.data
    return HEAD + body + bytes((sum(body) % 256,)) + TAIL


def answer(packet: FirePacket, *, taken: bool) -> FirePacket:
    """Return the confirmation of a packet, or its denial, with its number and the addresses turned round."""
    return FirePacket(packet.number, packet.target, packet.source, CONFIRM if taken else DENY, b"", None)


class FirePacketDecoder:
    """Finds packets in the bytes of one connection, however cut or glued; what is damaged costs only itself."""

    def __init__(self, longest: int = 1024, moments: str = "auto") -> None:
        self.longest, self.moments, self.damaged = longest, moments, 0
        self._buffer = bytearray()

    def feed(self, received: bytes) -> Iterator[FirePacket]:
        """Take what came; yield what is whole by now."""
        buffer = self._buffer
        buffer += received
        while True:
            start = buffer.find(HEAD)
            if start < 0:
                del buffer[: max(0, len(buffer) - 1)]
                return
            del buffer[:start]
            if len(buffer) < 2 + CONTROL:
                return
            length = int.from_bytes(buffer[24:26], "little")
            end = FIXED + length
            if length > self.longest:
                self._skip()
                continue
            if len(buffer) < end:
                return
            body = bytes(buffer[2 : end - 3])
            if bytes(buffer[end - 2 : end]) != TAIL or sum(body) % 256 != buffer[end - 3]:
                self._skip()
                continue
            raw = bytes(buffer[:end])
            del buffer[:end]
            yield FirePacket(
                number=int.from_bytes(body[0:2], "little"),
                source=body[10:16][::-1].hex(),
                target=body[16:22][::-1].hex(),
                command=body[24],
                data=body[25:],
                at=moment(body[4:10], self.moments),
                raw=raw,
            )

    def _skip(self) -> None:
        self.damaged += 1
        del self._buffer[:1]  # what looked like a head may end with the first byte of the real one


def objects(packet: FirePacket, moments: str = "auto") -> list[FireObject]:
    """Return what a packet of states says; other types say nothing here. Raises BrokenPacket."""
    if len(packet.data) < 2:
        raise BrokenPacket("the packet has no data")
    kind, number = packet.data[0], packet.data[1]
    if kind not in (SYSTEM_STATE, COMPONENT_STATE):
        return []
    size = SIZES[kind] + MOMENT
    if not 0 < number <= MAX_OBJECTS or len(packet.data) != 2 + number * size:
        raise BrokenPacket(f"{number} objects of type {kind} do not make {len(packet.data) - 2} bytes")
    parts = [packet.data[2 + n * size : 2 + (n + 1) * size] for n in range(number)]
    return [_object(kind, part, packet.at, moments) for part in parts]


def _object(kind: int, part: bytes, sent_at: datetime | None, moments: str) -> FireObject:
    at = moment(part[-MOMENT:], moments) or sent_at
    if kind == SYSTEM_STATE:
        return FireObject(part[0], part[1], 0, None, int.from_bytes(part[2:4], "little"), "", at)
    words = part[9:40].split(b"\0")[0].decode("gb18030", "replace").strip()
    component = int.from_bytes(part[3:7], "little")
    return FireObject(part[0], part[1], part[2], component, int.from_bytes(part[7:9], "little"), words, at)


def component_bytes(found: FireObject, at: datetime) -> bytes:
    """Return the state of a component as it stands in a packet, with its moment."""
    words = found.words.encode("gb18030")[:31].ljust(31, b"\0")
    head = bytes((found.system, found.address, found.kind)) + (found.component or 0).to_bytes(4, "little")
    return head + found.state.to_bytes(2, "little") + words + moment_bytes(at)


def moment_bytes(at: datetime) -> bytes:
    """Return a moment: second, minute, hour, day, month, year of the century, in China's time."""
    local = at.astimezone(CHINA)
    return bytes((local.second, local.minute, local.hour, local.day, local.month, local.year % 100))


def moment(data: bytes, how: str = "auto") -> datetime | None:
    """Return the moment that six bytes say, None where they say none. how: "binary", "bcd" or "auto"."""
    digits = all(byte >> 4 < 10 and byte & 15 < 10 for byte in data)
    if how == "bcd" or (how == "auto" and digits):
        if not digits:
            return None
        data = bytes((byte >> 4) * 10 + (byte & 15) for byte in data)
    second, minute, hour, day, month, year = data
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=CHINA)
    except ValueError:
        return None
