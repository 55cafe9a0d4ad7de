"""Read a collection of guides: what exists in the city, who does it where, though it cannot be applied for here."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from tongban.infrastructure.kernel.problems import gettext_noop
from tongban.platform.catalogue.rules.items import MAX_NAME, PLAIN, TYPES

NEEDED = ("code", "name", "summary", "office", "who", "materials", "steps", "limit", "fee")
LISTS = {"materials", "steps", "words", "audience", "person", "business", "events"}
TEXTS = {*NEEDED, "english", "summary_english", "type", "note"} - LISTS
DEPARTMENT = {"key", "name"}
OFFICE = {"department", "name", "english", "address", "hours", "phone", "line"}
# Audiences by GB/T 39046 A.4.
AUDIENCE = re.compile(r"[1-6]")
PUBLIC_SERVICE = "20"


class GuideUnreadable(ValueError):
    """The collection is not one; the argument says why."""


@dataclass(frozen=True)
class Office:
    """Where people go. line: a national telephone line that answers too, "" where there is none."""

    department: str
    name: str
    english: str
    address: str
    hours: str
    phone: str
    line: str = ""


@dataclass(frozen=True)
class Guide:
    """One item: what lists and search need, and `about`, what its page says.

    headings   (kind, code) under which it stands
    """

    code: str
    name: str
    english: str
    summary: str
    summary_english: str
    words: tuple[str, ...]
    type: str
    audience: tuple[str, ...]
    headings: tuple[tuple[str, str], ...]
    department: str
    about: Mapping[str, Any]


def offices(tables: Sequence[Mapping[str, Any]]) -> dict[str, Office]:
    """Return the offices of all files by key. Raises GuideUnreadable."""
    found: dict[str, Office] = {}
    for table in tables:
        named = table.get("office", {})
        if not isinstance(named, Mapping):
            raise GuideUnreadable("office?")
        for key, row in named.items():
            _must_hold(f"office.{key}", row, OFFICE - {"line"})
            if unknown := row.keys() - OFFICE:
                raise GuideUnreadable(f"office.{key}: {', '.join(sorted(unknown))}?")
            found[key] = Office(**row)
    return found


def departments(tables: Sequence[Mapping[str, Any]]) -> list[Mapping[str, str]]:
    """Return the departments of all files. Raises GuideUnreadable."""
    found = _rows(tables, "department")
    for number, row in enumerate(found, 1):
        _must_hold(f"department[{number}]", row, DEPARTMENT)
    return found


def items(tables: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the items of all files, to be read one by one. Raises GuideUnreadable."""
    return _rows(tables, "item")


def _rows(tables: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    found = [table.get(name, []) for table in tables]
    if not all(isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows) for rows in found):
        raise GuideUnreadable(f"[[{name}]]?")
    return [row for rows in found for row in rows]


def _must_hold(where: str, row: Any, needed: Set[str]) -> None:
    if not isinstance(row, Mapping) or not all(isinstance(value, str) for value in row.values()):
        raise GuideUnreadable(f"{where}?")
    if missing := needed - row.keys():
        raise GuideUnreadable(f"{where}: {', '.join(sorted(missing))}")


def read(row: Mapping[str, Any], known: Mapping[str, Office], codes: Mapping[str, Collection[str]]) -> Guide:
    """Read one item. codes: kind of heading → codes that exist. Raises GuideUnreadable with the reason."""
    for reason in _faults(row, known, codes):
        raise GuideUnreadable(reason)
    office = known[row["office"]]
    audience = tuple(row.get("audience", ["1"]))
    fields = {"who", "materials", "steps", "limit", "fee", "note"}
    return Guide(
        code=row["code"],
        name=row["name"],
        english=row.get("english", ""),
        summary=row["summary"],
        summary_english=row.get("summary_english", ""),
        words=tuple(row.get("words", ())),
        type=row.get("type", PUBLIC_SERVICE),
        audience=audience,
        headings=tuple(_headings(row, audience)),
        department=office.department,
        about={
            **{name: value for name, value in row.items() if name in fields},
            "place": {name: getattr(office, name) for name in ("name", "english", "address", "hours", "phone", "line")},
        },
    )


def _headings(row: Mapping[str, Any], audience: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from (("audience", code) for code in audience)
    for kind, name in (("person", "person"), ("business", "business"), ("event", "events")):
        yield from ((kind, code) for code in row.get(name, ()))


def _faults(row: Mapping[str, Any], known: Mapping[str, Office], codes: Mapping[str, Collection[str]]) -> Iterator[str]:
    if any(not row.get(name) for name in NEEDED):
        yield gettext_noop("The item lacks one of: code, name, summary, office, who, materials, steps, limit, fee.")
    elif set(row) - TEXTS - LISTS:
        yield gettext_noop("The item has a key that is not known here.")
    elif not _typed(row):
        yield gettext_noop("A value of the item is neither a text nor a list of texts, as its key wants.")
    elif not PLAIN.fullmatch(row["code"]):
        yield gettext_noop("The item code cannot be stored: too long, or not plain letters and digits.")
    elif any(len(row.get(name, "")) > MAX_NAME for name in ("name", "english")):
        yield gettext_noop("The name is longer than 200 characters.")
    elif row["office"] not in known:
        yield gettext_noop("The item names an office that is not in the collection.")
    elif row.get("type", PUBLIC_SERVICE) not in {*TYPES.values(), "10", "20"}:
        yield gettext_noop("The kind of the item is unknown.")
    elif any(code not in codes[kind] for kind, code in _headings(row, row.get("audience", ["1"])) if kind in codes):
        yield gettext_noop("The item is listed under a heading that does not exist.")


def _typed(row: Mapping[str, Any]) -> bool:
    return all(isinstance(row[name], str) for name in TEXTS & row.keys()) and all(
        isinstance(row[name], list) and all(isinstance(one, str) for one in row[name]) for name in LISTS & row.keys()
    )
