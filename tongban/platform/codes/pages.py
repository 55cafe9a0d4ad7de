"""The desk's view of code lists and the working calendar: what is in force, since when, by which source."""

import calendar as gregorian
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.views import render_page, requires
from tongban.platform.codes import services as codes
from tongban.platform.codes.models import Code, CodeList, Day, Year

SUNDAY = 6


class Cell(NamedTuple):
    """One field of a month's table.

    kind   "work", "off" (weekend or holiday) or "makeup"
    name   what the notice calls the day
    """

    number: int = 0
    kind: str = ""
    name: str = ""


class Holiday(NamedTuple):
    """One holiday of a notice: its days off, and the weekend days worked instead."""

    name: str
    first: date
    last: date
    worked: list[date]


class Month(NamedTuple):
    first: date
    weeks: list[list[Cell]]
    workdays: int


@requires("codes.read")
def lists(request: HttpRequest) -> HttpResponse:
    return render_page(request, "codes/lists.html", lists=CodeList.objects.in_order())


@requires("codes.read")
def entries(request: HttpRequest, key: str) -> HttpResponse:
    head = get_object_or_404(CodeList, key=key)
    rows = keyset_page(Code.objects.of(key), request.GET, order=("order", "pk"), size=50)
    return render_page(request, "codes/entries.html", head=head, pages=rows, today=clock.today())


@requires("codes.read")
def calendar(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:codes:year", args=[clock.today().year]))


@requires("codes.read")
def year(request: HttpRequest, year: int) -> HttpResponse:
    if not date.min.year <= year < date.max.year:
        raise Http404
    notice = Year.objects.filter(year=year).first()
    named = {day.on: day.name for day in Day.objects.of(year)}
    months = list(_months(year, named))
    return render_page(
        request,
        "codes/year.html",
        year=year,
        notice=notice,
        months=months,
        workdays=sum(month.workdays for month in months),
        holidays=_holidays(Day.objects.of(year)),
        years=Year.objects.in_order(),
        weekdays=[_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")],
    )


def _holidays(days: Iterable[Day]) -> list[Holiday]:
    by_name: dict[str, list[Day]] = {}
    for day in days:
        by_name.setdefault(day.name, []).append(day)
    found = []
    for name, named in by_name.items():
        off = [day.on for day in named if day.off]
        found.append(Holiday(name, off[0], off[-1], [day.on for day in named if not day.off]))
    return sorted(found, key=lambda holiday: holiday.first)


def _months(year: int, named: dict[date, str]) -> Iterator[Month]:
    known = codes.calendar()
    for number in range(1, 13):
        weeks = [
            [_cell(day, day.month == number, named.get(day, ""), works=known.is_workday(day)) for day in week]
            for week in gregorian.Calendar().monthdatescalendar(year, number)
        ]
        workdays = sum(cell.kind in {"work", "makeup"} for week in weeks for cell in week)
        yield Month(date(year, number, 1), weeks, workdays)


def _cell(day: date, inside: bool, name: str, *, works: bool) -> Cell:
    if not inside:
        return Cell()
    weekend = day.weekday() >= SUNDAY - 1
    return Cell(day.day, ("makeup" if weekend else "work") if works else "off", name)


desk = [
    path("", lists, name="lists"),
    path("calendar/", calendar, name="calendar"),
    path("calendar/<int:year>/", year, name="year"),
    path("<slug:key>/", entries, name="entries"),
]
