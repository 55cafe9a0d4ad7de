"""A typeface cut down to the characters that a file says, to be embedded elsewhere than in a PDF."""

from threading import Lock
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics

from tongban.platform.documents.composing import fonts

# The typeface reads its file through one position.
_lock = Lock()


class Subset(NamedTuple):
    """content: a TrueType file; glyphs: character → glyph in it; widths: character → share of its height."""

    name: str
    content: bytes
    glyphs: dict[str, int]
    widths: dict[str, float]


def subset(text: str) -> Subset:
    """Return the house's typeface with the characters of this text alone."""
    fonts.faces()
    face = pdfmetrics.getFont(fonts.REGULAR).face
    characters = sorted(set(text))
    codes = [ord(character) for character in characters]
    with _lock:
        content = face.makeSubset(codes)
    order: dict[int, int] = {0: 0}
    glyphs = {}
    for character, code in zip(characters, codes, strict=True):
        glyphs[character] = order.setdefault(face.charToGlyph.get(code, 0), len(order))
    widths = {character: face.charWidths.get(ord(character), face.defaultWidth) / 1000 for character in characters}
    return Subset("TongbanSong", bytes(content), glyphs, widths)
