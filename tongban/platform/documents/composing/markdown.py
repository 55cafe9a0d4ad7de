"""The small dialect in which letters are written, read into blocks; what a template says, line by line.

---                     front matter: style: letter | licence | receipt, orientation: portrait | landscape
# text                  title, centred; several make several lines
^ text                  centred line under the title (文号)
= text                  flush left, without indent (主送机关)
## text                 heading
text                    paragraph, first line indented by two characters; lines of one paragraph are joined
1. text   - text        items
| a | b |               table; the first row is a head if |---|:-:|--:| follows, whose dashes give the widths
label :: value          fields, one a line
> text                  signature block, bottom right, the seal goes over it
! text                  small print
@ name text             picture that is given under this name, none where none is; the text says what it shows
***                     thin rule
===                     next column (licences), next page (letters)
**text**                bold, inside a line
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext_noop

from tongban.platform.documents.composing.flaws import Flawed

Kind = Literal[
    "title", "centred", "flush", "heading", "paragraph", "item", "table", "fields", "signature", "small", "picture",
    "rule", "next",
]  # fmt: skip
STYLES = {"letter", "licence", "receipt"}
ORIENTATIONS = {"portrait", "landscape"}

# A value put into a template must not become a mark: its punctuation and line ends wait in a private area, the last
# and least used one: characters of the first one are what older systems wrote in names.
_PRIVATE = 0x10F000
_SHIELD = {ord(c): _PRIVATE + ord(c) for c in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n"}
_UNSHIELD = {private: plain for plain, private in _SHIELD.items()}
_START = chr(_PRIVATE)
_TAKEN = re.compile("[\U0010f000-\U0010f0ff]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)


class BadMarkdown(Flawed):
    """The template breaks the dialect."""


@dataclass(frozen=True)
class Block:
    """One piece of a document.

    text    what it says, with ** around what is bold; lines: of a signature block
    marker  of an item: "1." or "•"; of a picture: its name; rows: of a table or of fields
    widths  relative widths of a table's columns; aligns: "left", "centre", "right" for each
    head    the first row is repeated on every page
    """

    kind: Kind
    text: str = ""
    marker: str = ""
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    aligns: tuple[str, ...] = ()
    head: bool = False


@dataclass(frozen=True)
class Sheet:
    """A document read: how it looks and what it consists of."""

    style: str = "letter"
    orientation: str = "portrait"
    blocks: tuple[Block, ...] = field(default=())


def shield(value: str) -> str:
    """Return a value that stays plain text wherever a template puts it."""
    value = _UNSEEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _START + _TAKEN.sub("\ufffd", value).translate(_SHIELD)


def unshield(text: str) -> str:
    return text.replace(_START, "").translate(_UNSHIELD)


def spans(text: str) -> list[tuple[str, bool]]:
    """Split a block's text into (text, bold)."""
    parts = text.split("**")
    return [(unshield(part), bool(number % 2)) for number, part in enumerate(parts) if part]


def text_of(sheet: Sheet) -> str:
    """Return everything that a sheet says, one after another."""
    said = (
        text for block in sheet.blocks for text in (block.text, *block.lines, *(c for row in block.rows for c in row))
    )
    return unshield("".join(said))


def front_matter(source: str) -> tuple[dict[str, str], str]:
    """Take the lines between two --- off the top. Raises BadMarkdown for unknown keys and values."""
    lines = source.lstrip("\n").splitlines()
    if not lines or lines[0].strip() != "---":
        return {}, source
    if "---" not in [line.strip() for line in lines[1:]]:
        raise BadMarkdown(gettext_noop("the front matter does not end: a line with --- is missing"))
    end = [line.strip() for line in lines[1:]].index("---") + 1
    matter = {}
    for number, line in enumerate(lines[1:end], start=2):
        key, colon, value = (part.strip() for part in line.partition(":"))
        allowed = {"style": STYLES, "orientation": ORIENTATIONS}.get(key)
        if not colon or allowed is None:
            raise BadMarkdown(
                gettext_noop("“%(found)s” is not known here; write style: … or orientation: …"),
                line=number,
                found=line.strip(),
            )
        if value not in allowed:
            raise BadMarkdown(
                gettext_noop("%(key)s is one of %(allowed)s, not “%(value)s”"),
                line=number,
                key=key,
                allowed=", ".join(sorted(allowed)),
                value=value,
            )
        matter[key] = value
    return matter, "\n".join(lines[end + 1 :])


def read(source: str) -> Sheet:
    """Read a filled template. Raises BadMarkdown."""
    matter, body = front_matter(source)
    blocks: list[Block] = []
    gathered: list[str] = []
    for line in [*body.split("\n"), ""]:
        text = line.strip()
        if _joins(gathered, text):
            gathered.append(text)
            continue
        if gathered:
            blocks.append(_block(gathered))
        gathered = [text] if text else []
    return Sheet(matter.get("style", "letter"), matter.get("orientation", "portrait"), tuple(blocks))


_FIRST = [
    ("heading", re.compile(r"##\s+(.+)")),
    ("title", re.compile(r"#\s+(.+)")),
    ("centred", re.compile(r"\^\s+(.+)")),
    ("flush", re.compile(r"=\s+(.+)")),
    ("small", re.compile(r"!\s+(.+)")),
    ("picture", re.compile(r"@\s+([a-z_]+)\s+(.+)")),
    ("signature", re.compile(r">\s*(.*)")),
    ("item", re.compile(r"(?:-|\d+\.)\s+(.+)")),
    ("table", re.compile(r"\|(.+)\|")),
    ("fields", re.compile(r"(.+?)\s*::\s*(.*)")),
    ("rule", re.compile(r"\*{3}")),
    ("next", re.compile(r"={3}")),
]


def _kind(line: str) -> str:
    return next((kind for kind, pattern in _FIRST if pattern.fullmatch(line)), "paragraph")


def _joins(gathered: list[str], line: str) -> bool:
    """Say whether a line goes on with what was gathered: rows, fields and signatures, or plain text."""
    if not gathered or not line:
        return False
    kind, before = _kind(line), _kind(gathered[0])
    if kind in {"table", "fields", "signature"}:
        return kind == before
    return kind == "paragraph" and before in {"paragraph", "item", "small"}


def _block(lines: list[str]) -> Block:
    kind = _kind(lines[0])
    if kind == "table":
        return _table(lines)
    if kind == "fields":
        rows = tuple(tuple(part.strip() for part in line.split("::", 1)) for line in lines)
        return Block("fields", rows=rows)
    if kind == "signature":
        return Block("signature", lines=tuple(line.lstrip(">").strip() for line in lines))
    text = "".join(lines)
    if kind in {"rule", "next"}:
        return Block(kind)  # type: ignore[arg-type]
    if kind == "item":
        marker, rest = re.split(r"\s+", text, maxsplit=1)
        return Block("item", text=rest, marker="•" if marker == "-" else marker)
    if kind == "picture":
        _at, name, shows = text.split(maxsplit=2)
        return Block("picture", text=shows, marker=name)
    if kind == "paragraph":
        return Block("paragraph", text=text)
    return Block(kind, text=text.lstrip("#^=!").strip())  # type: ignore[arg-type]


def _table(lines: list[str]) -> Block:
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    count = len(rows[0])
    ruler = next((row for row in rows[1:2] if all(re.fullmatch(r":?-+:?", cell) for cell in row)), None)
    if ruler:
        rows.remove(ruler)
    if uneven := next((row for row in rows if len(row) != count), None):
        raise BadMarkdown(
            gettext_noop("a row of a table has %(cells)s cells where the first has %(first)s: “%(row)s”"),
            cells=len(uneven),
            first=count,
            row=unshield(uneven[0]),
        )
    aligns = tuple(_align(cell) for cell in ruler) if ruler else ("left",) * count
    widths = tuple(cell.count("-") for cell in ruler) if ruler else (1,) * count
    return Block("table", rows=tuple(rows), widths=widths, aligns=aligns, head=ruler is not None)


def _align(cell: str) -> str:
    if cell.endswith(":"):
        return "centre" if cell.startswith(":") else "right"
    return "left"
