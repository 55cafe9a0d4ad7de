"""Time limits by the calendar of today, and the light of any clock in words."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import get_language, pgettext_lazy

from tongban.infrastructure.kernel import clock
from tongban.platform.codes import services as codes
from tongban.platform.deadlines.rules import WORKDAY, Calendar, Light, days_between, last_day, light

__all__ = [
    "WORKDAY",
    "Calendar",
    "ClockContext",
    "Light",
    "days_between",
    "last_day",
    "light",
    "now",
]

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
