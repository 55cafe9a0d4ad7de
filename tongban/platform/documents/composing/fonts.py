"""The embedded typeface: read once for each process, a bold cut for titles, the full set for rare names."""

from functools import cache
from pathlib import Path
from typing import Any

import structlog
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).resolve().parent.parent / "fonts"
REGULAR, BOLD = "TongbanSong", "TongbanSongBold"
# Stands where the typeface has no glyph, as in Chinese typesetting since lead type.
MISSING = "〓"


@cache
def faces() -> dict[str, Any]:
    """Register the two cuts and return name -> {character code: width per 1000}."""
    rl_config.useA85 = 0  # binary streams: a fifth smaller, and every reader takes them
    widths = {}
    for name, file in ((REGULAR, "NotoSerifSC-Regular.ttf"), (BOLD, "NotoSerifSC-Bold.ttf")):
        font = TTFont(name, str(FOLDER / file))
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
