"""The embedded typeface: read once for each process, a bold cut for titles, the full set for rare names."""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics, ttfonts

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).resolve().parent.parent / "fonts"
REGULAR, BOLD = "TongbanSong", "TongbanSongBold"
# Stands where the typeface has no glyph, as in Chinese typesetting since lead type.
MISSING = "〓"
_registered: dict[str, Any] = {}


# A cut that is registered anew while a document is being set would lose what the document has said so far.
_registering = Lock()


def faces() -> dict[str, Any]:
    """Register the two cuts, once, and return name -> {character code: width per 1000}."""
    return _registered or _register()


def _register() -> dict[str, Any]:
    with _registering:
        if not _registered:
            _registered.update(_read())
    return _registered


def _read() -> dict[str, Any]:
    rl_config.useA85 = 0  # binary streams: a fifth smaller, and every reader takes them
    ttfonts.makeToUnicodeCMap = _searchable
    widths = {}
    for name, file in ((REGULAR, "NotoSerifSC-Regular.ttf"), (BOLD, "NotoSerifSC-Bold.ttf")):
        # Only what a document says is embedded, not every Latin letter as well.
        font = ttfonts.TTFont(name, str(FOLDER / file), asciiReadable=False)
        font.face.get_table = partial(_table, font.face)
        pdfmetrics.registerFont(font)
        widths[name] = font.face.charWidths
    return widths


def cut(character: str, *, bold: bool) -> tuple[str, str]:
    """Return the character to draw and the cut that has it: bold if it can be, else regular; 〓 if none has it."""
    code, known = ord(character), faces()
    if bold and code in known[BOLD]:
        return character, BOLD
    if code in known[REGULAR]:
        return character, REGULAR
    log.warning("no glyph for a character of a document", code=f"U+{code:04X}")
    return MISSING, REGULAR


def width(character: str, font: str, size: float) -> float:
    return float(faces()[font][ord(character)]) * size / 1000


class _Outlines:
    """The outlines of all characters, left where they are."""

    def __init__(self, file: bytes, start: int) -> None:
        self.file, self.start = file, start

    def __getitem__(self, part: slice) -> bytes:
        return self.file[self.start + part.start : self.start + part.stop]


def _table(face: ttfonts.TTFontFace, tag: str) -> bytes | _Outlines:
    """Return a table of the typeface; reportlab would copy all outlines, megabytes of them, to take a hundred."""
    start, length = face.get_table_pos(tag)
    return _Outlines(face._ttf_data, start) if tag == "glyf" else face._ttf_data[start : start + length]


_written = ttfonts.makeToUnicodeCMap
_BEYOND = re.compile(r"> <([0-9A-F]{5,6})>")


def _searchable(font: str, subset: Sequence[int]) -> str:
    """Return the table by which text is copied out of a PDF.

    reportlab 5.1 writes characters beyond U+FFFF, rare names among them, as plain numbers; readers want UTF-16.
    """
    return _BEYOND.sub(lambda m: f"> <{chr(int(m[1], 16)).encode('utf-16-be').hex().upper()}>", _written(font, subset))
