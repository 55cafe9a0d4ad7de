"""Write answers as people read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.platform.eforms.rules.layout import Field


@dataclass(frozen=True)
class AnswerWords:
    """Words and marks between them, in the reader's language."""

    yes: str
    no: str
    between: str
    after_label: str
    comma: str
    day: Callable[[date], str]


def text(field: Field, value: Any, words: AnswerWords) -> str:
    """Return an answer as text; a table has a line for each row."""
    if field.widget == "table" and isinstance(value, list):
        return "\n".join(_row(field, number, row, words) for number, row in enumerate(value, start=1))
    return line(field, value, words)


def line(field: Field, value: Any, words: AnswerWords) -> str:
    """Return an answer as one line; what is not as it should be is shown as it was typed."""
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, list):
        return words.comma.join(field.label_of(item) for item in value)
    if field.widget == "date":
        return _day(value, words)
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else repr(value)
    if isinstance(value, Mapping):
        return words.between.join(f"{name}{words.after_label}{part}" for name, part in value.items())
    return field.label_of(value)


def dated(fields: Mapping[str, Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with days as dates, so that letters write them like every other day."""
    return {
        name: _date(value) if name in fields and fields[name].widget == "date" else value
        for name, value in answers.items()
    }


def _date(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _row(field: Field, number: int, row: Any, words: AnswerWords) -> str:
    if not isinstance(row, Mapping):
        return f"{number}. {row}"
    cells = [
        f"{column.label}{words.after_label}{line(column, row[column.name], words)}"
        for column in field.columns
        if row.get(column.name) not in (None, "")
    ]
    return f"{number}. {words.between.join(cells)}"


def _day(value: Any, words: AnswerWords) -> str:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return words.day(day)
