"""What a PDF of the house draws, page by page, in plain values: the same page can be written in another format.

It reads what `layout` writes and nothing more: text in the embedded typefaces, lines and grounds, pictures. Everything
is in millimetres from the upper left corner.
"""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from pypdf import PdfReader

MM = 25.4 / 72
_TOKEN = re.compile(
    rb"\((?:\\.|[^\\()])*\)|<<.*?>>|<[0-9A-Fa-f\s]*>|/[^\s/()<>\[\]]+|[-+.\d]+|[A-Za-z'\"*]+\*?|[\[\]]", re.DOTALL
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_SHORT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_CHARACTER = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]+)>")
Matrix = tuple[float, float, float, float, float, float]
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class DrawnText:
    """A run of text: where its baseline begins, how far from each character to the next, which glyphs draw it."""

    text: str
    x: float
    y: float
    size: float
    steps: tuple[float, ...]
    glyphs: tuple[int, ...]
    typeface: int
    colour: Colour


@dataclass(frozen=True)
class DrawnPath:
    """Lines or a ground. moves: ("M" | "L" | "B" | "C", numbers), B a curve, C back to where it began."""

    moves: tuple[tuple[str, tuple[float, ...]], ...]
    stroke: Colour | None
    fill: Colour | None
    width: float


@dataclass(frozen=True)
class DrawnPicture:
    """A picture in a format of its own."""

    content: bytes
    format: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class DrawnPage:
    width: float
    height: float
    pieces: Sequence[DrawnText | DrawnPath | DrawnPicture]


@dataclass(frozen=True)
class DrawnPaper:
    """typefaces: TrueType files; seal: page from 0, x, y, width, height of the place for one, None where none is."""

    pages: Sequence[DrawnPage]
    typefaces: Sequence[bytes]
    seal: tuple[int, float, float, float, float] | None


def drawn(pdf: bytes) -> DrawnPaper:
    """Return what a PDF that was composed here draws, sealed or not."""
    reader = PdfReader(BytesIO(pdf))
    typefaces: dict[bytes, int] = {}
    pages, seal = [], None
    for number, page in enumerate(reader.pages):
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        drawing = _Drawing(height, typefaces)
        drawing.run(page.get_contents().get_data(), page["/Resources"])  # type: ignore[union-attr]
        pages.append(DrawnPage(width * MM, height * MM, drawing.pieces))
        for reference in page.get("/Annots") or ():
            annotation = reference.get_object()
            if annotation.get("/FT") == "/Sig" and seal is None:
                left, bottom, right, top = (float(side) for side in annotation["/Rect"])
                seal = (number, left * MM, (height - top) * MM, (right - left) * MM, (top - bottom) * MM)
    return DrawnPaper(pages, list(typefaces), seal)


@dataclass
class _Pen:
    """How things are drawn at a moment."""

    at: Matrix = (1, 0, 0, 1, 0, 0)
    fill: Colour = (0, 0, 0)
    stroke: Colour = (0, 0, 0)
    width: float = 1.0


@dataclass(frozen=True)
class _Font:
    number: int
    characters: dict[int, str]
    glyphs: dict[int, int]
    widths: Sequence[float]


@dataclass
class _Drawing:
    """Follows the commands of a page."""

    height: float
    typefaces: dict[bytes, int]
    pieces: list[Any] = field(default_factory=list)
    pen: _Pen = field(default_factory=_Pen)
    kept: list[_Pen] = field(default_factory=list)
    moves: list[tuple[str, tuple[float, ...]]] = field(default_factory=list)
    line: Matrix = (1, 0, 0, 1, 0, 0)
    font: _Font | None = None
    size: float = 0
    apart: float = 0

    def run(self, content: bytes, resources: Any) -> None:
        fonts: dict[str, _Font] = {}
        words: list[Any] = []
        for token in _tokens(content):
            if not isinstance(token, _Command):
                words.append(token)
                continue
            self._do(token.name, words, resources, fonts)
            words = []

    def _do(self, name: str, words: list[Any], resources: Any, fonts: dict[str, _Font]) -> None:
        if name in _PATHS:
            self._move(name, words)
        elif name in _PAINTS:
            self._paint(name)
        elif name == "Tf":
            key = words[0]
            self.font = fonts[key] = fonts.get(key) or self._read(resources["/Font"][key].get_object())
            self.size = words[1]
        elif name == "Do":
            self._place(resources["/XObject"][words[0]].get_object())
        elif step := _STEPS.get(name):
            step(self, words)

    def _keep(self, _words: list[Any]) -> None:
        self.kept.append(replace(self.pen))

    def _back(self, _words: list[Any]) -> None:
        self.pen = self.kept.pop()

    def _turn(self, words: list[Any]) -> None:
        self.pen.at = _times(_matrix(words), self.pen.at)

    def _thick(self, words: list[Any]) -> None:
        self.pen.width = words[0]

    def _fill(self, words: list[Any]) -> None:
        self.pen.fill = _colour(words)

    def _stroke(self, words: list[Any]) -> None:
        self.pen.stroke = _colour(words)

    def _begin_text(self, _words: list[Any]) -> None:
        self.line = (1, 0, 0, 1, 0, 0)

    def _at(self, words: list[Any]) -> None:
        self.line = _matrix(words)

    def _space(self, words: list[Any]) -> None:
        self.apart = words[0]

    def _spot(self, x: float, y: float, at: Matrix | None = None) -> tuple[float, float]:
        a, b, c, d, e, f = at or self.pen.at
        return (a * x + c * y + e) * MM, (self.height - (b * x + d * y + f)) * MM

    def _move(self, name: str, words: list[float]) -> None:
        if name == "re":
            x, y, width, height = words
            corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
            for mark, corner in zip("MLLL", corners, strict=True):
                self.moves.append((mark, self._spot(*corner)))
            self.moves.append(("C", ()))
        elif name == "h":
            self.moves.append(("C", ()))
        else:
            spots = [self._spot(words[start], words[start + 1]) for start in range(0, len(words), 2)]
            self.moves.append((_PATHS[name], tuple(number for spot in spots for number in spot)))

    def _paint(self, name: str) -> None:
        if name == "s":
            self.moves.append(("C", ()))
        stroke, fill = name in {"S", "s", "B", "b"}, name in {"f", "F", "f*", "B", "b"}
        if self.moves and (stroke or fill):
            pen = self.pen
            scale = abs(pen.at[0] * pen.at[3] - pen.at[1] * pen.at[2]) ** 0.5
            inks = pen.stroke if stroke else None, pen.fill if fill else None
            self.pieces.append(DrawnPath(tuple(self.moves), *inks, pen.width * scale * MM))
        self.moves = []

    def _write(self, words: list[Any]) -> None:
        font, codes = self.font, words[0]
        assert font
        at = _times(self.line, self.pen.at)
        scale = at[0]
        said = [(font.characters.get(code, "\ufffd"), font.glyphs.get(code, 0)) for code in codes]
        steps = [(font.widths[code] / 1000 * self.size + self.apart) * scale * MM for code in codes]
        x, y = self._spot(0, 0, at)
        text = "".join(character for character, _glyph in said)
        glyphs = tuple(glyph for _character, glyph in said)
        if text.strip():
            size = self.size * scale * MM
            self.pieces.append(DrawnText(text, x, y, size, tuple(steps), glyphs, font.number, self.pen.fill))
        along = sum(steps) / MM / scale if scale else 0
        self.line = _times((1, 0, 0, 1, along, 0), self.line)

    def _place(self, thing: Any) -> None:
        if thing["/Subtype"] == "/Form":
            self._keep([])
            self.run(thing.get_data(), thing.get("/Resources", {}))
            self.pen = self.kept.pop()
            return
        picture, out = thing.decode_as_image(), BytesIO()
        picture.convert("RGB").save(out, "PNG")
        left, top = self._spot(0, 1)
        right, bottom = self._spot(1, 0)
        self.pieces.append(DrawnPicture(out.getvalue(), "PNG", left, top, right - left, bottom - top))

    def _read(self, font: Any) -> _Font:
        content = font["/FontDescriptor"]["/FontFile2"].get_data()
        number = self.typefaces.setdefault(content, len(self.typefaces))
        listed = font["/ToUnicode"].get_data().partition(b"beginbfchar")[2]
        characters = {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in _CHARACTER.findall(listed)
        }
        return _Font(number, characters, _glyphs(content), [float(width) for width in font["/Widths"]])


_STEPS: dict[str, Callable[[_Drawing, list[Any]], None]] = {
    "q": _Drawing._keep,
    "Q": _Drawing._back,
    "cm": _Drawing._turn,
    "w": _Drawing._thick,
    "rg": _Drawing._fill,
    "g": _Drawing._fill,
    "RG": _Drawing._stroke,
    "G": _Drawing._stroke,
    "BT": _Drawing._begin_text,
    "Tm": _Drawing._at,
    "Tc": _Drawing._space,
    "Tj": _Drawing._write,
}
_PATHS = {"m": "M", "l": "L", "c": "B", "re": "", "h": ""}
_PAINTS = {"S", "s", "f", "F", "f*", "B", "b", "n"}


@dataclass(frozen=True)
class _Command:
    name: str


def _tokens(content: bytes) -> Iterator[Any]:
    for token in _TOKEN.findall(content):
        first = token[:1]
        if first == b"(":
            yield _ESCAPE.sub(_escaped, token[1:-1])
        elif first == b"/":
            yield token.decode()
        elif first in b"0123456789+-.":
            yield float(token)
        elif first.isalpha():
            yield _Command(token.decode())


def _escaped(match: re.Match[bytes]) -> bytes:
    said = match[1]
    return bytes([int(said, 8) & 255]) if said[:1].isdigit() else _SHORT.get(said, said)


def _glyphs(content: bytes) -> dict[int, int]:
    """Return code → glyph of a typeface as reportlab embeds it: one table of format 6."""
    (count,) = struct.unpack_from(">H", content, 4)
    for number in range(count):
        tag, _sum, offset, _length = struct.unpack_from(">4sLLL", content, 12 + 16 * number)
        if tag == b"cmap":
            (there,) = struct.unpack_from(">L", content, offset + 8)
            _format, _size, _language, first, entries = struct.unpack_from(">5H", content, offset + there)
            found = struct.unpack_from(f">{entries}H", content, offset + there + 10)
            return {first + index: glyph for index, glyph in enumerate(found)}
    return {}


def _matrix(words: list[float]) -> Matrix:
    a, b, c, d, e, f = words[-6:]
    return a, b, c, d, e, f


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _colour(words: list[float]) -> Colour:
    red, green, blue = words if len(words) == 3 else words * 3
    return round(255 * red), round(255 * green), round(255 * blue)
