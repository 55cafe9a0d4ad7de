"""How long applicants have for what they bring: dated days with their sources (data/terms.toml)."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tongban.platform.cases.rules import DatedDays
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import services as deadlines

TERMS = Path(__file__).parent.parent / "data" / "terms.toml"


def dated(key: str, own: int | None = None) -> DatedDays:
    """Return the days of a term with the days from which they count; those of a definition where it says its own."""
    return ((date.min, own),) if own else _dated(key)


def days(key: str, on: date) -> int:
    """Return the days of a term that count on that day. Raises LookupError where none do."""
    return int(codes.in_force((row for row in _rows() if row["key"] == key), on)["days"])


def last_day(key: str, since: date) -> date:
    """Return the last day of a term in months that began on that day. Raises LookupError where none counts."""
    row = codes.in_force((row for row in _rows() if row["key"] == key), since)
    return deadlines.last_day(since, int(row["months"]), "month", codes.calendar())


@cache
def _dated(key: str) -> DatedDays:
    return tuple(sorted((row["valid_from"], row["days"]) for row in _rows() if row["key"] == key))


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(TERMS.read_text())["term"])
