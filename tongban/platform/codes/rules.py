"""Legal time: which days count, when a period ends, how much of it has passed.

Days are dates where the city is. The sources are the Administrative Licensing Law, art. 82 (periods count working
days), and the Civil Code, arts. 201 and 203 (the first day does not count; a last day on a holiday moves on).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

DAY = timedelta(days=1)
Row = TypeVar("Row")
SATURDAY = 5


class Due(NamedTuple):
    """The last day of a period.

    known   False: the calendar of that year was not published yet, so the day may still move (日历未公布)
    """

    on: date
    known: bool


@dataclass(frozen=True)
class Calendar:
    """Which days are working days.

    holidays     days off by the State Council's notices, weekends inside a long holiday included
    makeup       weekend days worked instead (调休上班)
    known_until  last day that no later notice can touch; later dates follow the notices there are, weekdays and
                 fixed holidays
    known_from   first such day
    fixed        (month, day) of holidays whose date the law itself fixes, for the years without a notice
    """

    holidays: frozenset[date]
    makeup: frozenset[date]
    known_until: date
    known_from: date = date.min
    fixed: frozenset[tuple[int, int]] = field(default=frozenset())

    def knows(self, day: date) -> bool:
        """Say whether notices are published for that day; before and after, its quality is a guess."""
        return self.known_from <= day <= self.known_until

    def is_workday(self, day: date) -> bool:
        if day in self.makeup:
            return True
        if day.weekday() >= SATURDAY or day in self.holidays:
            return False
        return self.knows(day) or (day.month, day.day) not in self.fixed

    def add(self, start: date, workdays: int) -> date:
        """Return the last day of a period of so many working days; the day it starts on does not count."""
        day = start
        while workdays > 0:
            day += DAY
            workdays -= self.is_workday(day)
        return day

    def before(self, end: date, workdays: int) -> date:
        """Return the day so many working days before `end`, e.g. the last day to ask for a renewal."""
        day = end
        while workdays > 0:
            day -= DAY
            workdays -= self.is_workday(day)
        return day

    def count(self, after: date, until: date) -> int:
        """Return how many working days lie after the first day, up to and including the last; 0 if there are none."""
        return sum(self.is_workday(after + n * DAY) for n in range(1, (until - after).days + 1))

    def next_workday(self, day: date) -> date:
        """Return the day itself if it is a working day, else the next one."""
        while not self.is_workday(day):
            day += DAY
        return day

    def due(self, start: date, workdays: int) -> Due:
        """Return the last day of a period together with whether it is certain."""
        on = self.add(start, workdays)
        return Due(on, self.knows(on))

    def due_in_days(self, start: date, days: int) -> Due:
        """Return the last day of a period in calendar days (自然日); on a day off it moves to the next working day."""
        on = self.next_workday(start + days * DAY)
        return Due(on, self.knows(on))

    def lost(self, pauses: Iterable[tuple[date, date]]) -> int:
        """Return the working days lost to closed pauses (开始日, 结束日]; days in two pauses at once are lost once."""
        return sum(self.count(start, end) for start, end in _merged(pauses))

    def due_after(self, start: date, workdays: int, pauses: Iterable[tuple[date, date]]) -> Due:
        """Return the last day of a period that stood still during the pauses."""
        return self.due(start, workdays + self.lost(pauses))


def _merged(pauses: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    current: tuple[date, date] | None = None
    for start, end in sorted(pauses):
        if current and start <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            if current:
                yield current
            current = (start, end)
    if current:
        yield current


def in_force(rows: Iterable[Row], on: date) -> Row:
    """Return the newest of dated rows that is in force on a day.

    rows   mappings or objects with `valid_from` and, where they may end, `valid_until`
    Raises LookupError where none is.
    """
    found = [row for row in rows if is_in_force(row, on)]
    if not found:
        raise LookupError(f"nothing is in force on {on}")
    return max(found, key=lambda row: _dated(row, "valid_from"))


def is_in_force(row: Any, on: date) -> bool:
    """Say whether a dated row counts on a day, its first and last day included."""
    until = _dated(row, "valid_until")
    return bool(_dated(row, "valid_from") <= on and (until is None or on <= until))


def _dated(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)
