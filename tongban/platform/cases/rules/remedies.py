"""Until when somebody may object to a decision."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from tongban.platform.cases.rules.clocks import Calendar


def in_force(rows: Iterable[Mapping[str, Any]], on: date) -> list[Mapping[str, Any]]:
    """Return of each way to object the newest row in force on that day, in the order of the file."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        known = found.get(row["key"])
        if row["valid_from"] <= on and (known is None or known["valid_from"] < row["valid_from"]):
            found[row["key"]] = row
    return list(found.values())


def last_day(row: Mapping[str, Any], received: date, calendar: Calendar) -> date:
    """Return the last day to object of whoever received the decision on that day, which itself does not count.

    Months end on the day with the same number, or on the last of a shorter month. Source: 民法典 art. 201–203.
    """
    end = _months_later(received, row["months"]) if "months" in row else received + timedelta(days=row["days"])
    return calendar.next_workday(end)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
