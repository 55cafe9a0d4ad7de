"""Time limits by the calendar of today, and the light of any clock in words."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import rules
from tongban.platform.deadlines.rules import (
    DAY,
    HOUR,
    WORKDAY,
    WORKHOUR,
    Calendar,
    Hours,
    Light,
    RememberedCalendar,
    TimeLimit,
    days_between,
    last_day,
    light,
    minutes_of,
)

__all__ = [
    "LATE",
    "UNITS",
    "WORKDAY",
    "Calendar",
    "ClockContext",
    "Light",
    "RememberedCalendar",
    "TimeLimit",
    "days_between",
    "days_of",
    "last_day",
    "light",
    "minutes_after",
    "minutes_left",
    "minutes_of",
    "moment_due",
    "now",
]

# So many working days from today count as soon.
SOON = 3
# How late something can be, in lists.
LATE: Mapping[str, StrOrPromise] = {
    "over": pgettext_lazy("filter", "Overdue"),
    "today": gettext_lazy("Due today"),
    "soon": gettext_lazy("Due within 3 working days"),
}
DATA = Path(__file__).parent / "data"
SUPERVISION, HOURS = DATA / "supervision.toml", DATA / "hours.toml"
# In what clocks that know the time of day are counted.
UNITS: Mapping[str, StrOrPromise] = {
    WORKDAY: pgettext_lazy("time limit", "working days"),
    DAY: pgettext_lazy("time limit", "calendar days"),
    WORKHOUR: pgettext_lazy("time limit", "working hours"),
    HOUR: pgettext_lazy("time limit", "hours"),
}

_RUNNING = {
    "green": pgettext_lazy("light of a clock", "In time"),
    "yellow": pgettext_lazy("light of a clock", "Due soon"),
    "red": pgettext_lazy("light of a clock", "Overdue"),
    "grey": pgettext_lazy("light of a clock", "Not running"),
}
_DONE = {
    **_RUNNING,
    "green": pgettext_lazy("light of a clock", "Decided in time"),
    "red": pgettext_lazy("light of a clock", "Decided late"),
}


class ClockContext(NamedTuple):
    """By what every clock of a page is read.

    running, done   colour -> what the light means in the reader's language, while the clock runs and afterwards
    """

    today: date
    calendar: Calendar
    warn_percent: int
    running: Mapping[str, str]
    done: Mapping[str, str]

    def light(
        self,
        *,
        start: date | None,
        due: date | None,
        done: date | None = None,
        paused: int = 0,
        unit: str = WORKDAY,
    ) -> Light:
        """Return the light of one clock; see `rules.light`."""
        return light(
            start=start,
            due=due,
            today=self.today,
            done=done,
            calendar=self.calendar,
            warn_percent=self.warn_percent,
            paused=paused,
            unit=unit,
        )

    def light_at(self, *, start: datetime, due: datetime, limit: TimeLimit, done: datetime | None = None) -> Light:
        """Return the light of a clock that knows the time of day; of one that stands still it is grey, says its owner.

        done   when what was waited for happened; None while it is waited for
        """
        moment = done or clock.now()
        if moment > due:
            return "red"
        left = minutes_left(due, limit.unit, since=moment)
        return "green" if done or left * 100 > minutes_of(limit) * (100 - self.warn_percent) else "yellow"

    def word(self, colour: Light, *, done: bool = False) -> str:
        return (self.done if done else self.running)[colour]


def days_of(late: str) -> tuple[date | None, date] | None:
    """Return the first and last day of a lateness, see LATE; None for no first, and for all days."""
    today = clock.today()
    if late == "soon":
        return today, codes.calendar().add(today, SOON)
    return {"over": (None, today - timedelta(days=1)), "today": (today, today)}.get(late)


def moment_due(start: datetime, limit: TimeLimit) -> datetime:
    """Return when a time limit is over that begins at a moment, by the calendar and the working hours of the city.

    Raises NoCalendar.
    """
    return minutes_after(start, minutes_of(limit), limit.unit)


def minutes_after(start: datetime, minutes: int, unit: str) -> datetime:
    """Return the moment so many minutes of a unit later, a day being 24 hours of its unit. Raises NoCalendar."""
    here = timezone.localtime(start)
    return rules.moment_after(here, minutes, unit, codes.calendar(), _hours(here.date()))


def minutes_left(due: datetime, unit: str, *, since: datetime | None = None) -> int:
    """Return how many minutes of a unit are left until a moment, from now or from another one. Raises NoCalendar."""
    start = timezone.localtime(since or clock.now())
    return rules.minutes_between(start, timezone.localtime(due), unit, codes.calendar(), _hours(start.date()))


def now() -> ClockContext:
    """Return what clocks are read by at this moment. Raises NoCalendar where no holidays were ever loaded."""
    today = clock.today()
    share = codes.in_force(_supervision(), today)["share_percent"]
    return ClockContext(today, codes.calendar(), int(share), *_words(get_language()))


def _hours(on: date) -> Hours:
    row = codes.in_force(_working_hours(), on)
    return Hours([(time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in row["spans"]])


@cache
def _working_hours() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(HOURS.read_text())["hours"])


@cache
def _supervision() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(SUPERVISION.read_text())["warning"])


@cache
def _words(_language: str | None) -> tuple[dict[str, str], dict[str, str]]:
    return {colour: str(word) for colour, word in _RUNNING.items()}, {
        colour: str(word) for colour, word in _DONE.items()
    }
