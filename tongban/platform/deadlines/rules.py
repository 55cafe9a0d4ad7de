"""When a time limit ends, in days or in hours, how much lies between, and which light a clock shows."""

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal, NamedTuple, Protocol

Light = Literal["green", "yellow", "red", "grey"]
WORKDAY, DAY, MONTH = "workday", "day", "month"
# Of clocks that know the time of day: working hours, and hours that run through nights and holidays.
WORKHOUR, HOUR = "workhour", "hour"
# A day that ends at midnight ends with its last second.
DAY_ENDS = time(23, 59, 59)
MINUTES_OF_A_DAY = 24 * 60


class TimeLimit(NamedTuple):
    """How long something may take. unit: "workday", "day", "workhour" or "hour"."""

    amount: int
    unit: str


class Hours(NamedTuple):
    """When one works on a working day. spans: (from, until), in order, none over midnight."""

    spans: Sequence[tuple[time, time]]


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


def moment_due(start: datetime, limit: TimeLimit, calendar: Calendar, hours: Hours) -> datetime:
    """Return the moment at which a time limit is over.

    start   with the zone in which the city counts
    Days end with their last second; the day it starts on does not count. Working hours are those of working days.
    Vector: 4 working hours from Friday 16:30 end on Monday 12:00 where one works 9–12 and 13:30–17:30.
    """
    return moment_after(start, minutes_of(limit), limit.unit, calendar, hours)


def minutes_of(limit: TimeLimit) -> int:
    """Return how many minutes a limit has, as `minutes_between` counts them: of days, 24 hours each."""
    return limit.amount * (MINUTES_OF_A_DAY if limit.unit in {WORKDAY, DAY} else 60)


def moment_after(start: datetime, minutes: int, unit: str, calendar: Calendar, hours: Hours) -> datetime:
    """Return the moment that lies so many minutes of a unit later; see `minutes_of`."""
    if unit == HOUR:
        return start + timedelta(minutes=minutes)
    if unit != WORKHOUR:
        days = -(-minutes // MINUTES_OF_A_DAY)
        return datetime.combine(last_day(start.date(), days, unit, calendar), DAY_ENDS, start.tzinfo)
    left = timedelta(minutes=minutes)
    for begin, end in _working(start, calendar, hours):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise ValueError("hours without an end")  # a calendar always has another working day


def minutes_between(start: datetime, end: datetime, unit: str, calendar: Calendar, hours: Hours) -> int:
    """Return how many minutes of a unit lie between two moments, at least 0; of days, 24 hours each."""
    if end <= start:
        return 0
    if unit == HOUR:
        return int((end - start).total_seconds() // 60)
    if unit != WORKHOUR:
        return days_between(start.date(), end.date(), unit, calendar) * MINUTES_OF_A_DAY
    found = timedelta()
    for begin, until in _working(start, calendar, hours):
        if begin >= end:
            break
        found += min(until, end) - begin
    return int(found.total_seconds() // 60)


def _working(start: datetime, calendar: Calendar, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans in which one works, from a moment on."""
    day = calendar.next_workday(start.date())
    while True:
        for begin, end in hours.spans:
            first = max(start, datetime.combine(day, begin, start.tzinfo))
            last = datetime.combine(day, end, start.tzinfo)
            if first < last:
                yield first, last
        day = calendar.next_workday(day + timedelta(days=1))


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
