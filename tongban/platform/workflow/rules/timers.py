"""Timers: how the file writes them, and when they are due.

Source: BPMN 2.0.2, 10.4.5 (timer events); ISO 8601 for dates, durations and repetitions. A day of ISO 8601 is a day of
the calendar; the law mostly counts working days, so a duration in days says which: `tongban:unit="workday"` or "day".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from tongban.infrastructure.feel import Expression, Months
from tongban.infrastructure.kernel.problems import gettext_noop
from tongban.platform.workflow.rules import conditions

LastDay = Callable[[date, int, str], date]
TimerType = Literal["date", "duration", "cycle"]

WORKDAY, DAY, MONTH, SECOND = "workday", "day", "month", "second"
# Longer waits are no waits, and the calendar has no years for them.
MAX_DAYS = 36_500
_DURATION = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,9})(?:\.\d{1,9})?S)?)?"
)
_CYCLE = re.compile(r"R(?P<times>\d{0,4})/(?P<duration>P.+)")
# A text of FEEL says the same as what is written down.
_QUOTED = re.compile(r'"[^"]*"')
_LITERAL = re.compile(r"\d|[PR]([\dT/]|$)")


class UnreadableTimer(ValueError):
    """A timer that cannot be read: sentence, remedy and details say why."""

    def __init__(self, sentence: str, remedy: str, details: Mapping[str, Any]) -> None:
        super().__init__(sentence % details)
        self.sentence, self.remedy, self.details = sentence, remedy, details


class NoMoment(ValueError):
    """A timer's formula gave neither a day nor a duration."""


@dataclass(frozen=True, slots=True)
class Timer:
    """When something happens by itself.

    amount    how many of the unit: working days, calendar days, months (their last day ends it), or seconds
    times     how often: 1 once, 0 without end
    at        the moment, of a date that is written down
    formula   gives the date, or the duration, while the process runs
    """

    type: TimerType
    unit: str = ""
    amount: int = 0
    times: int = 1
    at: date | None = None
    formula: Expression | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """The clock of one step.

    now        this moment, in the zone of the city
    last_day   (day, number, unit) -> last day of such a time limit, by the city's calendar
    """

    now: datetime
    last_day: LastDay

    @property
    def today(self) -> date:
        return self.now.date()


def read(kind: TimerType, text: str, unit: str, language: str = "") -> Timer:
    """Read a timer. Raises UnreadableTimer, and what `conditions.read` raises for a formula."""
    text = text.strip()
    if _QUOTED.fullmatch(text):
        text = text[1:-1]
    if unit not in {"", WORKDAY, DAY}:
        raise UnreadableTimer(
            gettext_noop("The unit “%(unit)s” of the timer is not known."),
            gettext_noop('Write tongban:unit="workday" for working days, or tongban:unit="day" for calendar days.'),
            {"unit": unit},
        )
    if not _LITERAL.match(text):
        formula = conditions.read(text, language)
        if kind == "duration" and not unit:
            raise _no_unit(text)
        if kind == "cycle":
            raise _cycle(text)
        return Timer(kind, unit, formula=formula)
    if kind == "date":
        return Timer(kind, at=_date(text))
    if kind == "duration":
        amount, found = _duration(text, unit)
        return Timer(kind, found, amount)
    repeated = _CYCLE.fullmatch(text)
    if repeated is None:
        raise _cycle(text)
    amount, found = _duration(repeated["duration"], unit)
    return Timer(kind, found, amount, times=int(repeated["times"] or 0))


def due(timer: Timer, since: datetime, data: Mapping[str, Any], moment: Moment) -> datetime:
    """Return when a timer that began at `since` is due: a limit in days, once its last day is over. Raises NoMoment."""
    since = since.astimezone(moment.now.tzinfo)
    if timer.formula is None:
        return _begin(timer.at, since) if timer.at else _after(timer.amount, timer.unit, since, moment)
    value = timer.formula.evaluate(data, today=moment.today, now=moment.now)
    if isinstance(value, str):
        value = _written(value, timer.unit)
    if isinstance(value, date):
        return _begin(value, since)
    if isinstance(value, timedelta):
        return since + value
    if isinstance(value, Months):
        return _after(value.count, MONTH, since, moment)
    if timer.type == "duration" and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _after(int(value), timer.unit, since, moment)
    if isinstance(value, tuple):
        return _after(value[0], value[1], since, moment)
    raise NoMoment(timer.formula.text)


def base_of_next(timer: Timer, at: str) -> datetime:
    """Return from when a timer that repeats is counted the next time, however late anybody looked.

    at   when it was due the last time; what was over at midnight belongs to the day before
    """
    since = datetime.fromisoformat(at)
    return since if timer.unit == SECOND else since - timedelta(microseconds=1)


def lost(timer: Timer, since: datetime, moment: Moment) -> int:
    """Return how much of its unit a timer lost that stood still from `since` to now; a fixed date loses nothing."""
    if timer.type == "date":
        return 0
    if timer.unit == SECOND:
        return int((moment.now - since).total_seconds())
    first = since.astimezone(moment.now.tzinfo).date()
    if timer.unit != WORKDAY:
        return (moment.today - first).days
    return next(n for n in range(MAX_DAYS) if moment.last_day(first, n + 1, WORKDAY) > moment.today)


def put_off(timer: Timer, at: datetime, amount: int, moment: Moment) -> datetime:
    """Return when a timer is due that stood still for so much of its unit."""
    at = at.astimezone(moment.now.tzinfo)
    if timer.unit == SECOND:
        return at + timedelta(seconds=amount)
    return _after(amount, WORKDAY if timer.unit == WORKDAY else DAY, at - timedelta(microseconds=1), moment)


def _after(amount: int, unit: str, since: datetime, moment: Moment) -> datetime:
    if unit == SECOND:
        return since + timedelta(seconds=amount)
    return _begin(moment.last_day(since.date(), min(amount, MAX_DAYS), unit) + timedelta(days=1), since)


def _begin(day: date, since: datetime) -> datetime:
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=since.tzinfo)
    return datetime.combine(day, time(), since.tzinfo)


def _written(text: str, unit: str) -> date | tuple[int, str] | None:
    """Read what data says: a day, a moment, or a duration."""
    try:
        return _duration(text, unit) if text.startswith("P") else _date(text)
    except UnreadableTimer:
        return None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableTimer(
            gettext_noop("“%(text)s” is not a date."),
            gettext_noop("Write a date such as 2026-12-31, a moment such as 2026-12-31T09:00:00+08:00, or a formula."),
            {"text": text[:80]},
        ) from None


def _duration(text: str, unit: str) -> tuple[int, str]:
    found = _DURATION.fullmatch(text)
    parts = {name: int(value) for name, value in found.groupdict().items() if value} if found else {}
    months = parts.pop("years", 0) * 12 + parts.pop("months", 0)
    days = parts.pop("weeks", 0) * 7 + parts.pop("days", 0)
    seconds = parts.pop("hours", 0) * 3600 + parts.pop("minutes", 0) * 60 + parts.pop("seconds", 0)
    amounts = [(months, MONTH), (days, unit), (seconds, SECOND)]
    wanted = [(amount, name) for amount, name in amounts if amount]
    if len(wanted) != 1 or text.endswith("T") or (unit == WORKDAY and "W" in text) or wanted[0][0] > MAX_DAYS * 86_400:
        raise UnreadableTimer(
            gettext_noop("“%(text)s” is not a duration that the timer can count."),
            gettext_noop("Write one unit, such as P5D for five days, P2M for two months or PT4H for four hours."),
            {"text": text[:80]},
        )
    if days and not unit:
        raise _no_unit(text)
    return wanted[0]


def _no_unit(text: str) -> UnreadableTimer:
    return UnreadableTimer(
        gettext_noop("The timer “%(text)s” does not say which days it counts."),
        gettext_noop('Write tongban:unit="workday" for working days, or tongban:unit="day" for calendar days.'),
        {"text": text[:80]},
    )


def _cycle(text: str) -> UnreadableTimer:
    return UnreadableTimer(
        gettext_noop("“%(text)s” is not a repetition that the timer can count."),
        gettext_noop("Write how often and how far apart, such as R3/P1D, or R/P1D for as long as it takes."),
        {"text": text[:80]},
    )
