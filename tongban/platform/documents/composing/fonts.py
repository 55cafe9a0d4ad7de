"""The embedded typefaces: two cuts of one, read once for each process, then whatever others the operator adds."""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from django.conf import settings
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics, ttfonts

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).resolve().parent.parent / "fonts"
REGULAR, BOLD = "TongbanSong", "TongbanSongBold"
# Nothing is drawn for them: they choose between shapes of the character before, part lines, or only take room.
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_WITHOUT_GLYPH = re.compile(f"[\t\n \u3000]|{_VARIATION.pattern}")
# What a document says in place of a character that Unicode itself uses for one it does not know.
_UNKNOWN = "\ufffd"
_registered: dict[str, Any] = {}
# Files of further typefaces, as they were when they were read -> the name of each, "" for one that cannot be used.
_further: dict[tuple[Path, int], str] = {}


# A cut that is registered anew while a document is being set would lose what the document has said so far.
_registering = Lock()


def faces() -> dict[str, Any]:
    """Register the two cuts, once, and return name -> {character code: width per 1000}, further typefaces last."""
    return _registered or _register()


def _register() -> dict[str, Any]:
    with _registering:
        if not _registered:
            _prepare()
            cuts = {REGULAR: FOLDER / "NotoSerifSC-Regular.ttf", BOLD: FOLDER / "NotoSerifSC-Bold.ttf"}
            _registered.update({name: _read(name, file) for name, file in cuts.items()})
    return _registered


def _prepare() -> None:
    rl_config.useA85 = 0  # binary streams: a fifth smaller, and every reader takes them
    ttfonts.makeToUnicodeCMap = _searchable


def _read(name: str, file: Path) -> Any:
    # Only what a document says is embedded, not every Latin letter as well.
    font = ttfonts.TTFont(name, str(file), asciiReadable=False)
    font.face.get_table = partial(_table, font.face)
    if name not in {REGULAR, BOLD}:
        # reportlab gives all files of one name the first one's characters: a newer version of a typeface, for one.
        font.face.name += f"-{name}".encode()
    pdfmetrics.registerFont(font)
    return font.face.charWidths


def lacking(text: str) -> list[str]:
    """Return the characters of a text that no typeface has, in their order, each once."""
    known = faces()
    unknown = [one for one in dict.fromkeys(_WITHOUT_GLYPH.sub("", text)) if ord(one) not in known[REGULAR]]
    return [one for one in unknown if _face_of(one, bold=False) is None]


def cut(character: str, *, bold: bool) -> tuple[str, str]:
    """Return what to draw for a character and the typeface that has it; its code, in words, where none has it."""
    if character == "\t" or _VARIATION.fullmatch(character):
        return " " if character == "\t" else "", REGULAR
    face = _face_of(character, bold=bold)
    if face:
        return character, face
    return f"〔U+{ord(character):04X}〕", REGULAR


def width(text: str, font: str, size: float) -> float:
    widths = faces()[font]
    return float(sum(widths[ord(character)] for character in text)) * size / 1000


def further() -> dict[Path, bool]:
    """Return the files in the operator's folder, in the order they are tried, and whether each can be used."""
    return {file: bool(name) for file, name in _further_names().items()}


def _face_of(character: str, *, bold: bool) -> str | None:
    """Return the typeface that has a character: bold if it can be, else regular, else the first further one."""
    code, known = ord(character), faces()
    if bold and code in known[BOLD]:
        return BOLD
    if code in known[REGULAR]:
        return REGULAR
    if character == _UNKNOWN:
        return None
    return next((name for name in _further_names().values() if name and code in known[name]), None)


def _further_names() -> dict[Path, str]:
    """Return the files that are in the operator's folder now; only characters that the first typeface lacks ask."""
    names = {}
    files = sorted((Path(settings.VAR) / settings.DOCUMENTS_TYPEFACES).glob("*.[tT][tT][fF]"))
    for file in files:
        # A file that was still being copied when it was read first is read again.
        version = file, file.stat().st_mtime_ns
        if version not in _further:
            with _registering:
                _further[version] = _further.get(version) or _registered_as(file)
        names[file] = _further[version]
    return names


def _registered_as(file: Path) -> str:
    name = f"TongbanFurther{len(_further)}"
    try:
        _registered[name] = _read(name, file)
    except (OSError, ttfonts.TTFError, LookupError, ValueError, TypeError) as problem:
        log.warning("a typeface cannot be used: only TrueType outlines can be", file=file.name, problem=str(problem))
        return ""
    log.info("a further typeface is used", file=file.name, characters=len(_registered[name]))
    return name


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
