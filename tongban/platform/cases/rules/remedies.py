"""Until when somebody may object to a decision."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tongban.platform.codes import services as codes
from tongban.platform.deadlines.services import Calendar
from tongban.platform.deadlines.services import last_day as last_day_of


def in_force(rows: Iterable[Mapping[str, Any]], on: date) -> list[Mapping[str, Any]]:
    """Return of each way to object the newest row in force on that day, in the order of the file."""
    begun = [row for row in rows if row["valid_from"] <= on]
    keys = dict.fromkeys(row["key"] for row in begun)
    return [codes.in_force((row for row in begun if row["key"] == key), on) for key in keys]


def last_day(row: Mapping[str, Any], received: date, calendar: Calendar) -> date:
    """Return the last day to object of whoever received the decision on that day, which itself does not count."""
    if "months" in row:
        return last_day_of(received, row["months"], "month", calendar)
    return last_day_of(received, row["days"], "day", calendar)
