"""Photographs of the demonstration: drawn, so that no real place is shown."""

import struct
import zlib

WIDTH, HEIGHT = 320, 240


def picture(side: str, number: int) -> bytes:
    """Return a PNG: a road with a hole before the work, and with a patch after it; no two are the same."""
    hole = (70, 66, 60) if side == "before" else (120, 118, 112)
    left, top = 60 + number * 37 % 140, 90 + number * 23 % 80
    rows = []
    for y in range(HEIGHT):
        row = bytearray(b"\0")
        for x in range(WIDTH):
            grain = (x * 7 + y * 13 + number) % 9
            inside = abs(x - left) < 40 and abs(y - top) < 24
            red, green, blue = hole if inside else (178, 176, 170) if y > 60 else (196, 206, 214)
            row += bytes((red - grain, green - grain, blue - grain))
        rows.append(bytes(row))
    size = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", size)
        + _chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
