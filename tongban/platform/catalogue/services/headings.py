"""The code lists of the catalogue: kinds, levels, audiences, topics, life events. Dated data with a source."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from tongban.infrastructure.kernel import clock

FILE = Path(__file__).resolve().parent.parent / "data" / "headings.toml"


@dataclass(frozen=True)
class Code:
    """One entry of a list; note says in a few words what is meant."""

    code: str
    name: str
    english: str
    note: str = ""

    def __str__(self) -> str:
        return self.english if (get_language() or "").startswith("en") else self.name


@dataclass(frozen=True)
class CodeList:
    kind: str
    valid_from: date
    source: str
    entries: tuple[Code, ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(entry.code for entry in self.entries)


@cache
def _all() -> list[CodeList]:
    table = tomllib.loads(FILE.read_text())
    return [
        CodeList(
            row["kind"],
            row["valid_from"],
            row["source"],
            tuple(Code(code["code"], code["name"], code["english"], code.get("note", "")) for code in row["codes"]),
        )
        for row in table["list"]
    ]


def of(kind: str, on: date | None = None) -> CodeList:
    """Return the list of a kind that is in force on a day. Raises LookupError where there is none."""
    day = on or clock.today()
    lists = [found for found in _all() if found.kind == kind and found.valid_from <= day]
    if not lists:
        raise LookupError(f"no list of the kind {kind} on {day}")
    return max(lists, key=lambda found: found.valid_from)


def name(kind: str, code: str) -> str:
    """Return what a code is called in the language of the moment; the code itself where the list does not know it."""
    return next((str(entry) for entry in of(kind).entries if entry.code == code), code)
