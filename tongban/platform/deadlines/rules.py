"""Which day is the last of a time limit, how many days lie between, and which light a clock shows."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Literal, Protocol

Light = Literal["green", "yellow", "red", "grey"]
WORKDAY, DAY, MONTH = "workday", "day", "month"


class Calendar(Protocol):
    """Working days, as `codes` keeps them."""

    def add(self, start: date, workdays: int) -> date: ...
    def count(self, after: date, until: date) -> int: ...
    def next_workday(self, day: date) -> date: ...


class RememberedCalendar:
    """A calendar that counts each period once, for whoever counts the days of many matters at a time."""

    def __init__(self, calendar: Calendar) -> None:
        self.add: Callable[[date, int], date] = cache(calendar.add)
        self.count: Callable[[date, date], int] = cache(calendar.count)
        self.next_workday: Callable[[date], date] = cache(calendar.next_workday)


def last_day(start: date, days: int, unit: str, calendar: Calendar) -> date:
    """Return the last day of a time limit; the day it starts on does not count.

    days   how many of the unit
    unit   "workday", "day" for calendar days, or "month", which ends on the day with the same number or on the last of
           a shorter month; of the last two one that ends on a day off ends on the next working day
    Source: 民法典 art. 201–203; 行政许可法 art. 82.
    """
    if unit == MONTH:
        return calendar.next_workday(_months_later(start, days))
    if unit == DAY and days:
        return calendar.next_workday(start + timedelta(days=days))
    return calendar.add(start, days)


def days_between(after: date, until: date, unit: str, calendar: Calendar) -> int:
    """Return how many days of that unit lie between two days, the first not counted."""
    return (until - after).days if unit == DAY else calendar.count(after, until)


def light(
    *,
    start: date | None,
    due: date | None,
    today: date,
    done: date | None,
    calendar: Calendar,
    warn_percent: int,
    paused: int = 0,
    unit: str = WORKDAY,
) -> Light:
    """Return the supervision light of one clock.

    grey: the clock does not run; yellow: that share of the time is used; red: the last day has passed.
    done     the day on which what was waited for happened; None while it is waited for
    paused   for how many of the days the clock was paused
    unit     in which the clock counts, the paused days too
    Vector: 10 days accepted 2026-04-20 are yellow from 2026-05-06 and red from 2026-05-08.
    """
    if start is None or due is None:
        return "grey"
    day = done or today
    if day > due:
        return "red"
    if done:
        return "green"
    total, used = (days_between(start, until, unit, calendar) - paused for until in (due, day))
    return "yellow" if total > 0 and used * 100 >= total * warn_percent else "green"


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
