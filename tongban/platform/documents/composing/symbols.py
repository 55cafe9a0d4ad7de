"""QR codes: segno makes them; which of the eight masks is the best is found here, in a tenth of the time."""

from functools import lru_cache
from typing import NamedTuple

import segno

MASKS = range(8)
# Between two lines stands as much light as the search for finder patterns wants to see beside one.
_APART = 4
_DIGITS = bytes.maketrans(b"\0\1", b"01")


class Dots(NamedTuple):
    """A code as two numbers: its rows one after another, and its columns; 1 is dark."""

    across: int
    down: int


@lru_cache(maxsize=100)
def qr(text: str) -> tuple[str, ...]:
    """Return a code's rows, "1" where it is dark, under the mask that leaves it easiest to read."""
    code = segno.make(text, error="m", micro=False, mask=0)
    side, plain = len(code.matrix), _dots(code)
    masked = (Dots(plain.across ^ other.across, plain.down ^ other.down) for other in _other(code.version, code.error))
    best = min(masked, key=lambda dots: penalty(dots, side))
    written = f"{best.across:0{side * (side + _APART)}b}"
    return tuple(written[start : start + side] for start in range(_APART, len(written), side + _APART))


def penalty(dots: Dots, side: int) -> int:
    """Return how hard a code is to read. Source: ISO/IEC 18004:2015, 7.8.3.1."""
    inner = int(("0" * (_APART + 1) + "1" * (side - 1)) * side, 2)  # dots with one to their left
    alike = ~(dots.across ^ dots.across >> 1) & inner
    below = inner & ((1 << (side + _APART) * (side - 1)) - 1)
    blocks = alike & alike >> side + _APART & ~(dots.across ^ dots.across >> side + _APART) & below
    dark = dots.across.bit_count() / side**2
    lines = sum(_runs(~(line ^ line >> 1) & inner) + 40 * _finders(line) for line in dots)
    return lines + 3 * blocks.bit_count() + 10 * int(abs(100 * dark - 50) / 5)


def _runs(alike: int) -> int:
    """Return three points for five dots alike in a line, and one for each further."""
    fifth = alike & alike >> 1 & alike >> 2 & alike >> 3
    return fifth.bit_count() + 2 * (fifth & ~(fifth >> 1)).bit_count()


def _finders(line: int) -> int:
    """Count what looks like the middle of a finder pattern, with light before or behind it."""
    found = line & ~(line >> 1) & line >> 2 & line >> 3 & line >> 4 & ~(line >> 5) & line >> 6
    before = ~(line >> 7 | line >> 8 | line >> 9 | line >> 10)
    behind = ~(line << 1 | line << 2 | line << 3 | line << 4)
    return (found & (before | behind)).bit_count()


@lru_cache(maxsize=40)
def _other(version: int, error: str) -> list[Dots]:
    """Return what differs between a code under the first mask and under each, which is the same for all texts."""
    made = [
        _dots(segno.make("0", version=version, error=error, boost_error=False, mask=mask, micro=False))
        for mask in MASKS
    ]
    return [Dots(made[0].across ^ one.across, made[0].down ^ one.down) for one in made]


def _dots(code: segno.QRCode) -> Dots:
    light = b"0" * _APART
    across = [light + bytes(row).translate(_DIGITS) for row in code.matrix]
    down = [light + bytes(column).translate(_DIGITS) for column in zip(*code.matrix, strict=True)]
    return Dots(int(b"".join(across), 2), int(b"".join(down), 2))
