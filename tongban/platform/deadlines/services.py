"""Time limits by the calendar of today, and the light of any clock in words."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.codes import services as codes
from tongban.platform.deadlines.rules import WORKDAY, Calendar, Light, RememberedCalendar, days_between, last_day, light

__all__ = [
    "LATE",
    "WORKDAY",
    "Calendar",
    "ClockContext",
    "Light",
    "RememberedCalendar",
    "days_between",
    "days_of",
    "last_day",
    "light",
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
SUPERVISION = Path(__file__).parent / "data" / "supervision.toml"

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

    def word(self, colour: Light, *, done: bool = False) -> str:
        return (self.done if done else self.running)[colour]


def days_of(late: str) -> tuple[date | None, date] | None:
    """Return the first and last day of a lateness, see LATE; None for no first, and for all days."""
    today = clock.today()
    if late == "soon":
        return today, codes.calendar().add(today, SOON)
    return {"over": (None, today - timedelta(days=1)), "today": (today, today)}.get(late)


def now() -> ClockContext:
    """Return what clocks are read by at this moment. Raises NoCalendar where no holidays were ever loaded."""
    today = clock.today()
    share = codes.in_force(_supervision(), today)["share_percent"]
    return ClockContext(today, codes.calendar(), int(share), *_words(get_language()))


@cache
def _supervision() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(SUPERVISION.read_text())["warning"])


@cache
def _words(_language: str | None) -> tuple[dict[str, str], dict[str, str]]:
    return {colour: str(word) for colour, word in _RUNNING.items()}, {
        colour: str(word) for colour, word in _DONE.items()
    }
