"""Dates, times and durations from text; what is none is null."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from tongban.infrastructure.feel.rules.values import Months

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:[0-9]{2})?")
_YEARS = re.compile(r"(-?)P(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?")
_DAYS = re.compile(
    r"(-?)P(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,8})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})(?:\.([0-9]{1,9}))?S)?)?"
)


def day(text: str) -> date | None:
    """Read “2026-01-31”."""
    found = _DATE.fullmatch(text)
    return made(date, *map(int, found.groups())) if found else None


def clock(text: str) -> time | None:
    """Read “10:30:00”, with or without an offset from UTC."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second = (int(found[part]) for part in (1, 2, 3))
    micro = int((found[4] or "0").ljust(6, "0")[:6])
    zone = _zone(found[5])
    at: time | None = made(time, hour, minute, second, micro, zone) if zone or not found[5] else None
    return at


def moment(text: str) -> datetime | None:
    """Read “2026-01-31T10:30:00”; a date alone is its midnight."""
    first, sign, rest = text.partition("T")
    at = clock(rest) if sign else time(0)
    on = day(first)
    return datetime.combine(on, at) if on is not None and at is not None else None


def duration(text: str) -> Months | timedelta | None:
    """Read “P1Y6M” or “P10DT2H”."""
    if (found := _YEARS.fullmatch(text)) and (found[2] or found[3]):
        return Months((-1 if found[1] else 1) * (int(found[2] or 0) * 12 + int(found[3] or 0)))
    found = _DAYS.fullmatch(text)
    if not found or not any(found.groups()[1:5]) or text.endswith("T"):
        return None
    micro = int((found[6] or "0").ljust(6, "0")[:6])
    days, hours, minutes, seconds = (int(found[part] or 0) for part in (2, 3, 4, 5))
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micro)
    return -length if found[1] else length


def any_of_them(text: str) -> Any:
    """Read what stands behind @: a date, a time, both, or a duration."""
    readers: tuple[Callable[[str], Any], ...] = (duration, day, moment, clock)
    return next((found for read in readers if (found := read(text)) is not None), None)


def made(kind: Any, *parts: Any) -> Any:
    """Make a date or a time of its parts; null where there is none, e.g. 30 February."""
    try:
        return kind(*parts)
    except (ValueError, TypeError, OverflowError):
        return None


def months_between(first: date, last: date) -> Months:
    """Return the full months from one day to another."""
    # Of a moment the day counts.
    first, last = date(first.year, first.month, first.day), date(last.year, last.month, last.day)
    if last < first:
        return Months(-months_between(last, first).count)
    count = (last.year - first.year) * 12 + last.month - first.month
    return Months(count - (last.day < first.day))


# What can be asked of a date, a time or a duration: `birth.year`.
def part(value: Any, name: str) -> Any:
    if isinstance(value, Months):
        sign = -1 if value.count < 0 else 1
        parts = {"years": abs(value.count) // 12, "months": abs(value.count) % 12}
        return _number(sign * parts[name]) if name in parts else None
    if isinstance(value, timedelta):
        return _number(_parts_of(value).get(name))
    if isinstance(value, date):
        parts = {"year": value.year, "month": value.month, "day": value.day, "weekday": value.isoweekday()}
        if name in parts:
            return _number(parts[name])
    if isinstance(value, datetime | time) and name in {"hour", "minute", "second"}:
        return _number(getattr(value, name))
    return value.utcoffset() if isinstance(value, datetime | time) and name == "time offset" else None


def _parts_of(value: timedelta) -> dict[str, int]:
    sign, left = (-1 if value < timedelta(0) else 1), abs(value)
    hours, rest = divmod(left.seconds, 3600)
    parts = {"days": left.days, "hours": hours, "minutes": rest // 60, "seconds": rest % 60}
    return {key: sign * count for key, count in parts.items()}


def _number(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    sign = -1 if text[0] == "-" else 1
    return made(timezone, sign * timedelta(hours=hours, minutes=minutes)) if minutes < 60 and hours <= 18 else None
