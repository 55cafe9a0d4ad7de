"""Chinese paragraphs: lines broken and justified by the rules of Chinese typesetting."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from reportlab.lib.colors import Color, toColor
from reportlab.platypus import Flowable

from tongban.platform.documents.composing import fonts, markdown
from tongban.platform.documents.composing.archival import Element, hexadecimal

Align = Literal["left", "centre", "right", "justify", "spread"]

# 避头尾: what may not begin, and what may not end a line. Source: GB/T 15834 and CLREQ, 3.1.3.
NO_START = frozenset("，。、；：？！）〕》〉」』】〗”’…—·％℃,.;:?!)]}%～")
NO_END = frozenset("（〔《〈「『【〖“‘([{￥¥№")
# Their right half is white, so half of them may stand beyond the edge.
HANGING = frozenset("，。、；：？！）〕》〉」』】〗”’")
# An address may be torn after these; a number never: its hyphen could be taken for one of the line's end.
_AFTER = frozenset("-/._?=&")
# A part of a paragraph that was split over two pages keeps its lines.
_PART = -1.0
_BLANK = frozenset(" \u3000")
# Programs that copy text out of a file take wider gaps, in parts of the size, for spaces: there the words are told.
_APART = 0.05


@dataclass(frozen=True)
class Look:
    """How a paragraph looks: size and leading in points, indent of the first line in characters."""

    size: float
    leading: float
    align: Align = "justify"
    indent: float = 0
    colour: str = "#1a1a1a"
    bold: bool = False

    def replace(self, **changes: Any) -> "Look":
        return replace(self, **changes)


@cache
def ink(colour: str) -> Color:
    """Read a colour once; reportlab would look through all colours that have a name each time."""
    return toColor(colour)


@dataclass(frozen=True, slots=True)
class Atom:
    """What is never torn apart: one Chinese character, or a run of Latin letters and digits."""

    text: str
    font: str
    width: float

    @property
    def ends_line(self) -> bool:
        return self.text == "\n"


def atoms(text: str, look: Look, *, widest: float) -> list[Atom]:
    """Split a block's text into atoms; a word nearly as wide as `widest` may be torn after all."""
    found: list[Atom] = []
    for part, bold in markdown.spans(text):
        word: list[tuple[str, str, float]] = []
        for character in part:
            if character == "\n":
                found += [*_joined(word, widest), Atom("\n", "", 0)]
                word = []
                continue
            drawn, font = fonts.cut(character, bold=bold or look.bold)
            if not drawn:
                continue
            glyph = (drawn, font, fonts.width(drawn, font, look.size))
            if drawn.isascii() and not drawn.isspace():
                if word and word[-1][1] != font:
                    found += _joined(word, widest)
                    word = []
                word.append(glyph)
            else:
                found += [*_joined(word, widest), Atom(*glyph)]
                word = []
        found += _joined(word, widest)
    return found


def _joined(word: list[tuple[str, str, float]], widest: float) -> list[Atom]:
    if not word:
        return []
    whole = sum(glyph[2] for glyph in word)
    if whole > widest * 0.8:
        return [Atom(*glyph) for glyph in word]
    is_address = any(glyph[0] == "/" for glyph in word)
    parts: list[list[tuple[str, str, float]]] = [[]]
    for number, glyph in enumerate(word):
        parts[-1].append(glyph)
        if is_address and glyph[0] in _AFTER and len(word) > 14 and 3 < number < len(word) - 4:
            parts.append([])
    return [Atom("".join(g[0] for g in part), part[0][1], sum(g[2] for g in part)) for part in parts]


def _may_break(before: Atom, after: Atom) -> bool:
    return after.text[0] not in NO_START and before.text[-1] not in NO_END


def _overhang(atom: Atom) -> float:
    return atom.width / 2 if atom.text in HANGING else 0.0


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line: its atoms, and whether a paragraph begins or ends with it."""

    atoms: list[Atom]
    begins: bool
    ends: bool


def lines(found: list[Atom], *, first: float, rest: float) -> list[TextLine]:
    """Break atoms into lines; the first of each paragraph is `first` points wide, the others `rest`."""
    result: list[TextLine] = []
    start, used, index, begins = 0, 0.0, 0, True
    while index < len(found):
        atom = found[index]
        if atom.ends_line:
            result.append(TextLine(found[start:index], begins, True))
            start, used, index, begins = index + 1, 0.0, index + 1, True
            continue
        if index > start and used + atom.width - _overhang(atom) > (first if begins else rest) + 0.01:
            end = _last_break(found, start, index)
            result.append(TextLine(_trimmed(found[start:end]), begins, False))
            start, used, begins = _after_blanks(found, end), 0.0, False
            index = start
            continue
        used += atom.width
        index += 1
    if start < len(found):
        result.append(TextLine(found[start:], begins, True))
    return result


def _after_blanks(found: list[Atom], index: int) -> int:
    while index < len(found) and found[index].text in _BLANK:
        index += 1
    return index


def _last_break(found: list[Atom], start: int, index: int) -> int:
    """Return where the next line begins: at the last allowed break, or right here where there is none near."""
    for end in range(index, max(start, index - 8), -1):
        if _may_break(found[end - 1], found[end]):
            return end
    return index


def _trimmed(line: list[Atom]) -> list[Atom]:
    while line and line[-1].text in _BLANK:
        line = line[:-1]
    return line


class Paragraph(Flowable):
    """A paragraph of Chinese text."""

    def __init__(self, text: str, look: Look, element: Element | None = None) -> None:
        super().__init__()
        self.text, self.look, self.element = text, look, element
        self._lines: list[TextLine] | None = None
        self._broken_for = 0.0

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        if self._lines is None or self._broken_for not in {width, _PART}:
            found = atoms(self.text, self.look, widest=width)
            self._lines = lines(found, first=width - self.look.indent * self.look.size, rest=width)
            self._broken_for = width
        self.width, self.height = width, len(self._lines) * self.look.leading
        return width, self.height

    def natural_width(self) -> float:
        """Return how wide the text is on one line."""
        return sum(atom.width for atom in atoms(self.text, self.look, widest=10_000))

    def draw_at(self, canvas: Any, x: float, y: float, *, width: float = 10_000) -> None:
        """Draw the text outside a frame, with its lower left corner at a place."""
        self.wrap(width, 0)
        self.drawOn(canvas, x, y)

    def split(self, width: float, height: float) -> list["Paragraph"]:
        self.wrap(width, height)
        count = int((height + 0.01) / self.look.leading)
        broken = self._lines or []
        if count >= len(broken):
            return [self]
        if count < 1 or (count < 2 and len(broken) > 2):
            return []
        return [self._part(broken[:count]), self._part(broken[count:])]

    def _part(self, broken: list[TextLine]) -> "Paragraph":
        part = Paragraph(self.text, self.look, self.element)
        part._lines, part._broken_for = broken, _PART
        return part

    def draw(self) -> None:
        look = self.look
        self.canv.begin(self.element)
        text = self.canv.beginText()
        text.setFillColor(ink(look.colour))
        for number, line in enumerate(self._lines or []):
            y = self.height - (number + 0.5) * look.leading - 0.36 * look.size
            self._draw_line(text, line, y=y)
        self.canv.drawText(text)
        self.canv.end()

    def _draw_line(self, text: Any, line: TextLine, *, y: float) -> None:
        indent = self.look.indent * self.look.size if line.begins else 0.0
        room = self.width - indent - sum(atom.width for atom in line.atoms)
        gaps, gap, x = len(line.atoms) - 1, 0.0, indent
        align = self.look.align
        if align == "justify" and not line.ends and gaps:
            gap = (room + _overhang(line.atoms[-1]) if room < 0 else room) / gaps
            gap = gap if gap < self.look.size * 0.25 else 0.0
        elif align == "spread" and gaps:
            gap = room / gaps
        elif align in {"centre", "right"}:
            x += max(0.0, room / 2 if align == "centre" else room)
        apart = abs(gap) > _APART * self.look.size
        if apart:
            said = hexadecimal("".join(atom.text for atom in line.atoms)).decode()
            text._code.append(f"/Span <</ActualText {said}>> BDC")
        for run, font, single in _runs(line.atoms):
            text.setTextOrigin(x, y)
            text.setFont(font, self.look.size)
            text.setCharSpace(gap if single else 0)
            text.textOut("".join(atom.text for atom in run))
            x += sum(atom.width for atom in run) + gap * len(run)
        if apart:
            text._code.append("EMC")


def _runs(line: list[Atom]) -> list[tuple[list[Atom], str, bool]]:
    """Join neighbours that are drawn alike: single characters of one cut share a letter space, words stand alone."""
    runs: list[tuple[list[Atom], str, bool]] = []
    for atom in line:
        single = len(atom.text) == 1
        if runs and single and runs[-1][2] and runs[-1][1] == atom.font:
            runs[-1][0].append(atom)
        else:
            runs.append(([atom], atom.font, single))
    return runs
