"""The headings of the catalogue: kinds, levels, audiences, topics (code lists of `codes`), and life events (ours)."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.codes import services as codes

FILE = Path(__file__).resolve().parent.parent / "data" / "headings.toml"
# What we call a kind of heading → the code list that holds it.
LISTS = {
    "type": "service-type",
    "level": "level",
    "audience": "audience",
    "person": "topic-person",
    "business": "topic-business",
}
EVENT = "event"


@dataclass(frozen=True)
class HeadingCode:
    """One entry of a list; note says in a few words what is meant."""

    code: str
    name: str
    english: str = ""
    note: str = ""
    note_english: str = ""

    def __str__(self) -> str:
        return worded(self.name, self.english)

    @property
    def about(self) -> str:
        """The note in the reader's language."""
        return worded(self.note, self.note_english)


def of(kind: str, on: date | None = None) -> list[HeadingCode]:
    """Return the entries in force on a day, in their order; none where the installation has no such list."""
    day = on or clock.today()
    if kind == EVENT:
        return _events(day)
    english = _table()["english"].get(LISTS[kind], {})
    try:
        return [HeadingCode(code, name, english.get(code, "")) for code, name in codes.options(LISTS[kind], day)]
    except codes.UnknownList:
        return []


def name(kind: str, code: str) -> str:
    """Return what a code is called in the language of the moment; the code itself where the list does not know it."""
    return next((str(entry) for entry in of(kind) if entry.code == code), code)


def _events(day: date) -> list[HeadingCode]:
    try:
        newest = codes.in_force(_table()["list"], day)
    except LookupError:
        return []
    return [HeadingCode(**entry) for entry in newest["codes"]]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text())
