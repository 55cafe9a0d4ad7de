"""HJ 212: how a packet lies on the line (`##`, length, data, CRC, CR LF), and how packets are found in a stream.

Source: HJ 212—2017, 6.3 and annex A; HJ/T 212—2005 frames its packets the same way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

HEAD, TAIL = b"##", b"\r\n"
LENGTH_DIGITS, CRC_DIGITS = 4, 4
Problem = Literal["noise", "length", "crc"]


def _table() -> tuple[int, ...]:
    """Return what eight shifts make of each value that the register can have before them."""
    made = []
    for before in range(256):
        register = before
        for _bit in range(8):
            register = register >> 1 ^ 0xA001 if register & 1 else register >> 1
        made.append(register)
    return tuple(made)


SHIFTED = _table()


def crc16(data: bytes) -> int:
    """Return the check of annex A: the register moves eight bits first and is combined then.

    That is not CRC-16/MODBUS, which combines first: of the register only its upper byte goes on.
    """
    register = 0xFFFF
    for byte in data:
        register = SHIFTED[register >> 8 ^ byte]
    return register


def framed(data: bytes) -> bytes:
    """Return a packet as it goes on the line. Raises ValueError where the length does not fit into four digits."""
    if len(data) > 10**LENGTH_DIGITS - 1:
        raise ValueError(len(data))
    return b"%s%04d%s%04X%s" % (HEAD, len(data), data, crc16(data), TAIL)


@dataclass(frozen=True, slots=True)
class WireFrame:
    """A packet whose length and check agree. raw: all of it as it came."""

    data: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class DamagedBytes:
    """Bytes that are no packet.

    problem   noise: stood between packets; length: no number, too large, or not where it ends; crc: does not agree
    """

    problem: Problem
    raw: bytes


class Decoder:
    """Finds packets in the bytes of one connection, however they are cut or glued; what is damaged costs only itself.

    longest   data bytes that a packet may have; the standard says 1024, devices say more
    """

    def __init__(self, longest: int = 1024) -> None:
        self.longest = longest
        self._buffer = bytearray()

    @property
    def waiting(self) -> int:
        """Bytes of a packet that has not come whole."""
        return len(self._buffer)

    def feed(self, received: bytes) -> Iterator[WireFrame | DamagedBytes]:
        """Take what came; yield what is whole by now, in the order of the line."""
        self._buffer += received
        while self._buffer:
            found = self._next()
            if found is None:
                return
            if found is not _NOTHING:
                yield found

    def _next(self) -> "WireFrame | DamagedBytes | None":
        buffer = self._buffer
        start = buffer.find(HEAD)
        if start != 0:
            return self._noise(start)
        if len(buffer) < len(HEAD) + LENGTH_DIGITS:
            return None
        digits = bytes(buffer[2:6])
        if not digits.isdigit() or (length := int(digits)) > self.longest:
            return self._damaged("length", 1)
        end = 6 + length + CRC_DIGITS
        broken_off = buffer.find(TAIL, 0, end)
        if broken_off >= 0:
            # Data holds no line end: the length is wrong, and the next packet begins behind this one.
            return self._damaged("length", broken_off + len(TAIL))
        if len(buffer) < end:
            return None
        data, check = bytes(buffer[6 : 6 + length]), bytes(buffer[end - CRC_DIGITS : end])
        if check.upper() != b"%04X" % crc16(data):
            return self._damaged("crc", self._resume(end))
        raw = bytes(buffer[:end]) + TAIL
        del buffer[:end]
        return WireFrame(data, raw)

    def _resume(self, end: int) -> int:
        """Return where the next packet may begin: at a head within what should have been data, else behind it."""
        head = self._buffer.find(HEAD, 1, end)
        return head if head > 0 else end

    def _damaged(self, problem: Problem, size: int) -> DamagedBytes:
        raw = bytes(self._buffer[:size])
        del self._buffer[:size]
        return DamagedBytes(problem, raw)

    def _noise(self, start: int) -> "WireFrame | DamagedBytes | None":
        """Take away what stands before the next head. Line ends between packets mean nothing."""
        if start < 0:
            start = len(self._buffer) - self._buffer.endswith(HEAD[:1])
        if not start:
            return None
        raw = bytes(self._buffer[:start])
        del self._buffer[:start]
        return DamagedBytes("noise", raw) if raw.strip(b"\r\n \t\0") else _NOTHING


_NOTHING = DamagedBytes("noise", b"")
