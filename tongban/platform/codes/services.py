"""Answer what a code means and which days count; load the data both come from.

Answers come from a copy each process keeps for CODES_CACHE_SECONDS, since every page asks.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import chinese_calendar.constants as chinese_calendar
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.memo import Memo
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.platform.codes import rules
from tongban.platform.codes.events import CalendarLoaded, CodeListLoaded
from tongban.platform.codes.models import Code, CodeList, Day, FixedDay, Year

SHIPPED = Path(__file__).parent / "data"
DAY = timedelta(days=1)
DECEMBER = 12

in_force = rules.in_force


class NoCalendar(Refusal):
    message = _("No working calendar is loaded, so no time limit can be computed. The operator must load one.")


class UnknownList(NotFound):
    message = _("There is no code list “%(key)s”.")


class UnknownCode(NotFound):
    message = _("“%(code)s” is not in the code list “%(key)s” on %(on)s.")


class Holiday(NamedTuple):
    """One day of a year's notice. off: a day off; else a weekend day worked instead."""

    on: date
    off: bool
    name: str


class CodeEntry(NamedTuple):
    """One line of a code list; parent is the code above it, in a tree."""

    code: str
    name: str
    parent: str = ""


@dataclass(frozen=True)
class HolidayImport:
    """What an import did: the years that were new, equal, replaced, and those that differ and were left alone."""

    added: tuple[int, ...]
    unchanged: tuple[int, ...]
    replaced: tuple[int, ...]
    different: Mapping[int, tuple[str, ...]]


# Asking


def in_words(number: int, unit: str) -> str:
    """Say how long a time limit is, in its own unit: 8个工作日, 7个自然日, 24小时; at once where there is none.

    The only place that does: pages, letters and the interface all ask here, so they cannot differ.
    unit   "workday", "day", "hour" or "workhour". Raises KeyError for another one.
    """
    if not number:
        return gettext("on the spot")
    said = {
        "workday": ngettext("%(days)s working day", "%(days)s working days", number),
        "day": ngettext("%(days)s calendar day", "%(days)s calendar days", number),
        "hour": ngettext("%(days)s hour", "%(days)s hours", number),
        "workhour": ngettext("%(days)s working hour", "%(days)s working hours", number),
    }
    return said[unit] % {"days": number}


def calendar() -> rules.Calendar:
    """Return the city's working calendar. Raises NoCalendar."""
    return _calendars.get("", _read_calendar)


def name_of(key: str, code: str, on: date | None = None) -> str:
    """Return what a code of a list meant on a day, today by default. Raises UnknownList, UnknownCode."""
    day = on or clock.today()
    for entry in _entries(key):
        if entry.code == code and rules.is_in_force(entry, day):
            return entry.name
    raise UnknownCode(code=code, key=key, on=day)


def options(key: str, on: date | None = None) -> list[tuple[str, str]]:
    """Return (code, name) of a list's entries valid on a day, in the list's order. Raises UnknownList."""
    day = on or clock.today()
    return [(entry.code, entry.name) for entry in _entries(key) if rules.is_in_force(entry, day)]


def forget() -> None:
    """Drop this process's copy, so that the next question reads the tables."""
    _calendars.forget()
    _lists.forget()


# Loading


def load_shipped() -> None:
    """Load the lists and calendars that come with the product; doing it again changes nothing.

    A year that was imported from elsewhere since is left alone.
    """
    for file in sorted(SHIPPED.glob("*.toml")):
        content = tomllib.loads(file.read_text())
        if file.stem == "calendar":
            _load_calendar(content)
        else:
            entries = [CodeEntry(code, name) for code, name in content.pop("codes").items()]
            load_list(actor=SYSTEM, key=file.stem, entries=entries, **content)


@transaction.atomic
def load_list(
    *,
    actor: Actor,
    key: str,
    title: str,
    source: str,
    valid_from: date,
    entries: Iterable[CodeEntry],
    english: str = "",
    note: str = "",
    valid_until: date | None = None,
) -> CodeList:
    """Make a code list say exactly this from `valid_from` on. Raises NotAllowed.

    An entry whose name changed, or that is gone, ends the day before; if it began the same day, it is corrected.
    """
    actor.must_hold("codes.maintain")
    about = {
        "title": title,
        "english": english,
        "source": source,
        "note": note,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    head, _created = CodeList.objects.update_or_create(
        key=key, defaults=about, create_defaults={**about, "loaded_at": clock.now()}
    )
    wanted = {entry.code: (number, entry) for number, entry in enumerate(entries)}
    standing = {row.code: row for row in head.codes.filter(valid_until__isnull=True)}
    outdated = [
        row
        for row in standing.values()
        if row.code not in wanted or (row.name, row.parent) != tuple(wanted[row.code][1])[1:]
    ]
    ended = _end(outdated, valid_from)
    fresh = [
        Code(list=head, code=code, name=entry.name, parent=entry.parent, order=number, valid_from=valid_from)
        for code, (number, entry) in wanted.items()
        if code not in standing or standing[code] in outdated
    ]
    Code.objects.bulk_create(fresh, batch_size=500)
    if fresh or ended:
        head.loaded_at = clock.now()
        head.save(update_fields=["loaded_at"])
        journal.write(CodeListLoaded(key, len(fresh), ended, source), by=actor, subject=f"codelist:{key}")
        transaction.on_commit(forget)
    return head


@transaction.atomic
def load_year(*, actor: Actor, year: int, source: str, holidays: Iterable[Holiday]) -> Year:
    """Save the days of a year's notice, in place of what was saved of it before. Raises NotAllowed.

    Some may lie in the year before: 30 December off for the new year, 29 December worked instead.
    """
    actor.must_hold("codes.maintain")
    row, _created = Year.objects.update_or_create(year=year, defaults={"source": source, "loaded_at": clock.now()})
    before = list(row.days.values_list("on", flat=True))
    row.days.all().delete()
    days = Day.objects.bulk_create(Day(year=row, on=day.on, off=day.off, name=day.name) for day in holidays)
    first = min([date(year, 1, 1), *before, *(day.on for day in days)])
    fact = CalendarLoaded(year, len(days), source, first.isoformat())
    journal.write(fact, by=actor, subject=f"calendar:{year}")
    transaction.on_commit(forget)
    return row


def import_holidays(*, actor: Actor, replace: bool = False) -> HolidayImport:
    """Take the years of the maintained package chinesecalendar. Years that differ from ours are named, not replaced.

    replace   True: take the package's days for years that differ
    """
    actor.must_hold("codes.maintain")
    source = f"chinesecalendar {metadata.version('chinesecalendar')}（按国务院办公厅历年通知维护）"
    added: list[int] = []
    unchanged: list[int] = []
    replaced: list[int] = []
    different: dict[int, tuple[str, ...]] = {}
    for year, holidays in sorted(_packaged().items()):
        ours = {(day.on, day.off) for day in Day.objects.of(year)}
        theirs = {(day.on, day.off) for day in holidays}
        if ours == theirs:
            unchanged.append(year)
        elif ours and not replace:
            different[year] = tuple(str(on) for on, _off in sorted(ours ^ theirs))
        else:
            (replaced if ours else added).append(year)
            load_year(actor=actor, year=year, source=source, holidays=holidays)
    return HolidayImport(tuple(added), tuple(unchanged), tuple(replaced), different)


def _load_calendar(content: Mapping[str, Any]) -> None:
    for fixed in content["fixed"]:
        for written in fixed["days"]:
            month, day = map(int, written.split("-"))
            FixedDay.objects.update_or_create(
                month=month,
                day=day,
                valid_from=fixed["valid_from"],
                defaults={"name": fixed["name"], "source": fixed["source"]},
            )
    for given in content["year"]:
        holidays = list(_written(given["holiday"]))
        known = Year.objects.filter(year=given["year"]).first()
        ours = {(day.on, day.off, day.name) for day in Day.objects.of(given["year"])}
        if known is None or (known.source == given["source"] and ours != set(holidays)):
            load_year(actor=SYSTEM, year=given["year"], source=given["source"], holidays=holidays)


def _written(holidays: Iterable[Mapping[str, Any]]) -> Iterator[Holiday]:
    for holiday in holidays:
        for n in range((holiday["to"] - holiday["from"]).days + 1):
            yield Holiday(holiday["from"] + n * DAY, True, holiday["name"])
        for day in holiday.get("work", []):
            yield Holiday(day, False, holiday["name"])


def _packaged() -> dict[int, list[Holiday]]:
    """Return the package's days by notice: the new year's days of December stand in the notice of the next year."""
    years: dict[int, list[Holiday]] = {}
    for days, off in ((chinese_calendar.holidays, True), (chinese_calendar.workdays, False)):
        for day, name in days.items():
            holiday = chinese_calendar.Holiday(name)
            early = day.month == DECEMBER and holiday is chinese_calendar.Holiday.new_years_day
            years.setdefault(day.year + early, []).append(Holiday(day, off, holiday.chinese))
    return years


def _end(rows: Iterable[Code], valid_from: date) -> int:
    ended = 0
    for row in rows:
        ended += 1
        if row.valid_from >= valid_from:
            row.delete()
        else:
            row.valid_until = valid_from - DAY
            row.save(update_fields=["valid_until"])
    return ended


# The copies each process has.
_calendars: Memo[rules.Calendar] = Memo(1, seconds=lambda: settings.CODES_CACHE_SECONDS)
_lists: Memo[list[Code]] = Memo(500, seconds=lambda: settings.CODES_CACHE_SECONDS)


def _read_calendar() -> rules.Calendar:
    years = list(Year.objects.in_order().values_list("year", flat=True))
    if not years:
        raise NoCalendar()
    last = years[-1]
    # A gap in the years would make old days "known" that are not: only the unbroken run up to the last year counts.
    first = next(year for year in range(last, 0, -1) if year - 1 not in years)
    days = dict(Day.objects.by_notice())
    month, day = map(int, settings.CODES_NEXT_NOTICE_FROM.split("-"))
    return rules.Calendar(
        holidays=frozenset(on for on, off in days.items() if off),
        makeup=frozenset(on for on, off in days.items() if not off),
        known_from=date(first, 1, 1),
        known_until=date(last, month, day) - DAY,
        fixed=frozenset(FixedDay.objects.valid(on=date(last + 1, 1, 1)).values_list("month", "day")),
    )


def _entries(key: str) -> list[Code]:
    return _lists.get(key, lambda: _read_list(key))


def _read_list(key: str) -> list[Code]:
    entries = list(Code.objects.of(key))
    if not entries:
        raise UnknownList(key=key)
    return entries
