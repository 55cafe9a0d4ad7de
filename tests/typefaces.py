"""A typeface for tests: the outlines of one that reportlab brings along, under other characters."""

import struct
from pathlib import Path

import reportlab

_SOURCE = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


def typeface(characters: str) -> bytes:
    """Return a TrueType file that has these characters, each drawn as a Latin letter."""
    source = _SOURCE.read_bytes()
    (count,) = struct.unpack(">H", source[4:6])
    tables = {}
    for entry in range(count):
        tag, _check, start, length = struct.unpack(">4sLLL", source[12 + 16 * entry : 28 + 16 * entry])
        tables[tag] = source[start : start + length]
    tables[b"cmap"] = _table_of(characters)
    return _file(source[:12], tables)


def _table_of(characters: str) -> bytes:
    """Return a `cmap` of format 12: a group for each character, glyphs 36, 37 … for them."""
    codes = sorted({ord(one) for one in characters})
    groups = b"".join(struct.pack(">LLL", code, code, 36 + index) for index, code in enumerate(codes))
    body = struct.pack(">HHLLL", 12, 0, 16 + len(groups), 0, len(codes)) + groups
    return struct.pack(">HHHHL", 0, 1, 3, 10, 12) + body


def _file(head: bytes, tables: dict[bytes, bytes]) -> bytes:
    directory, content, offset = b"", b"", 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        padded = table + b"\0" * (-len(table) % 4)
        check = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sLLL", tag, check, offset, len(table))
        content += padded
        offset += len(padded)
    return head + directory + content
