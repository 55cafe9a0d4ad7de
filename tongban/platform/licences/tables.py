"""Read the first sheet of an Excel workbook (ECMA-376), or JSON, as plain rows, in a process apart."""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from defusedxml import ElementTree

MAX_BYTES = 200 * 1024 * 1024
MAX_ROWS = 100_000
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class UnreadableTable(Exception):
    """It is no workbook and no JSON, or damaged."""


def rows(content: bytes, *, most: int = MAX_ROWS) -> dict[str, Any]:
    """Return {"fault": "", "rows": [{heading: value}]}; fault: "unreadable", "long"."""
    try:
        found = _of_workbook(content) if content[:4] == b"PK\x03\x04" else _of_json(content)
        taken: list[dict[str, Any]] = []
        for row in found:
            if len(taken) == most:
                return {"fault": "long", "rows": []}
            taken.append(row)
    except MemoryError:
        raise
    except Exception:  # a hostile or damaged file can break its reader in any way; whichever way, it is refused
        return {"fault": "unreadable", "rows": []}
    return {"fault": "", "rows": taken}


def _of_json(content: bytes) -> Iterator[dict[str, Any]]:
    text = content.decode("utf-8-sig")
    if not text.strip():
        raise UnreadableTable("empty")
    try:
        said = json.loads(text)
    except ValueError:
        said = [json.loads(line) for line in text.splitlines() if line.strip()]
    listed = said.get("licences") if isinstance(said, dict) and "licences" in said else said
    for row in listed if isinstance(listed, list) else [listed]:
        if not isinstance(row, dict):
            raise UnreadableTable("a row is no object")
        yield row


def _of_workbook(content: bytes) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        if sum(entry.file_size for entry in package.infolist()) > MAX_BYTES:
            raise UnreadableTable("too large")
        texts = _texts(package.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in package.namelist() else []
        sheet = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"), forbid_dtd=True)
    headings: list[str] = []
    for row in sheet.iter(f"{NS}row"):
        cells = {_column(cell.get("r", "")): _value(cell, texts) for cell in row.iter(f"{NS}c")}
        if not headings:
            headings = [str(cells.get(place, "")).strip() for place in range(max(cells, default=-1) + 1)]
        elif any(value not in {"", None} for value in cells.values()):
            yield {name: cells.get(place, "") for place, name in enumerate(headings) if name}


def _texts(content: bytes) -> list[str]:
    root = ElementTree.fromstring(content, forbid_dtd=True)
    return ["".join(part.text or "" for part in entry.iter(f"{NS}t")) for entry in root.iter(f"{NS}si")]


def _value(cell: Any, texts: list[str]) -> str:
    kind, text = cell.get("t", "n"), cell.findtext(f"{NS}v") or ""
    if kind == "s":
        return texts[int(text)]
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{NS}t"))
    return text.removesuffix(".0")


def _column(place: str) -> int:
    number = 0
    for letter in place:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number - 1
