"""Turn what a browser sends into answers with types; what cannot be read stays as it was typed, and is shown again."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tongban.infrastructure.kernel import text as typed
from tongban.platform.eforms.rules.layout import Field

Sent = Mapping[str, Sequence[str]]

# Controls of the page, beside the answers; no field can have such a name.
SHOWN, ADD, REMOVE, RELOAD = "_shown", "_add", "_remove", "_reload"

MAX_ROWS = 200

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,9})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3}){1,5}(\.[0-9]{1,9})?")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})")
_CODES = {"id-number": typed.compact, "uscc": typed.compact, "phone": typed.mobile}


def answers(fields: Sequence[Field], sent: Sent) -> dict[str, Any]:
    """Return the answers to the questions that were on the page; None where one was left empty."""
    shown = set(" ".join(sent.get(SHOWN, ())).split()) if SHOWN in sent else {field.name for field in fields}
    return {field.name: _answer(field, sent) for field in fields if field.name in shown}


def shown(sent: Sent) -> frozenset[str] | None:
    """Return the names of the questions that were on the page, None where the sender does not say."""
    return frozenset(" ".join(sent[SHOWN]).split()) if SHOWN in sent else None


def empty(value: Any) -> bool:
    """Say whether there is no answer; no and 0 are answers."""
    if isinstance(value, Mapping):
        return all(empty(part) for part in value.values())
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | tuple) and all(empty(part) for part in value))


def one(field: Field, text: str) -> Any:
    """Read a single answer."""
    text = typed.prose(text, lines=field.widget == "textarea")
    if not text:
        return None
    if field.type in {"number", "integer"}:
        return _number(text)
    if field.type == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if field.widget == "date":
        return _date(text)
    if field.widget in _CODES:
        return _CODES[field.widget](text)
    return text


def _answer(field: Field, sent: Sent) -> Any:
    if field.widget == "table":
        return _rows(field, sent) or None
    values = sent.get(field.name, ())
    if field.type == "array":
        chosen = [typed.prose(value) for value in values]
        return list(dict.fromkeys(value for value in chosen if value)) or None
    return one(field, values[-1]) if values else None


def _rows(field: Field, sent: Sent) -> list[dict[str, Any]]:
    prefix = f"{field.name}."
    numbers = {
        int(number)
        for key in sent
        if key.startswith(prefix) and (number := key[len(prefix) :].partition(".")[0]).isascii() and number.isdigit()
        if len(number) < 5
    }
    taken_out = set(sent.get(REMOVE, ()))
    rows = []
    for index in sorted(numbers)[:MAX_ROWS]:
        if f"{prefix}{index}" in taken_out:
            continue
        row = {column.name: _cell(column, sent.get(f"{prefix}{index}.{column.name}", ())) for column in field.columns}
        if not empty(row):
            rows.append({name: value for name, value in row.items() if value is not None})
    if field.name in sent.get(ADD, ()) and len(rows) < min(field.most or MAX_ROWS, MAX_ROWS):
        rows.append({})
    return rows


def _cell(column: Field, values: Sequence[str]) -> Any:
    return one(column, values[-1]) if values else None


def _number(text: str) -> Any:
    plain = typed.number(text)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return text
    value = Decimal(plain)
    return int(value) if value == value.to_integral_value() else float(value)


def _date(text: str) -> str:
    found = _DATE.fullmatch(typed.number(text))
    if not found:
        return text
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text
