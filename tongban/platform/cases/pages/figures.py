"""Figures for leaders and officials: by month, department and service, with the cases behind each number."""

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import pgettext

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import csv_files
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases.models import PAGE
from tongban.platform.cases.pages import presenting
from tongban.platform.cases.services import figures as counting
from tongban.platform.cases.services.figures import Figure, FigureFilters

MONTHS = 6  # shown where nobody asks for others
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
WHAT = ("received", "decided", "on_time", "late", "refused")


@requires("cases.read")
def show(request: Request) -> HttpResponse:
    """Show what the official's departments had to do in some months."""
    wanted = _wanted(request)
    tables = counting.tables(actor=request.actor, wanted=wanted)
    most = max((row.received for row in tables["month"]), default=0)
    return render_page(
        request,
        "cases/office/figures.html",
        tables=[(by, _title(by), [(row, _links(wanted, by, row)) for row in rows]) for by, rows in tables.items()],
        total=_total(tables["month"]),
        total_links=_links(wanted, "", None),
        wanted=wanted,
        most=most,
        query=_query(wanted),
    )


@requires("cases.read")
def export(request: Request) -> HttpResponse:
    """Send the figures as CSV, one row for each month, department and service."""
    wanted = _wanted(request)
    table: list[list[Any]] = [[pgettext("figures", "By"), pgettext("figures", "Name"), *_columns()]]
    for by, rows in counting.tables(actor=request.actor, wanted=wanted).items():
        for row in rows:
            percents = ["" if part is None else part for part in (row.on_time_percent, row.days)]
            counts = [row.received, row.decided, *percents, row.late, row.refused, row.given, row.good]
            table.append([_title(by), row.name, *counts])
    name = f"figures-{wanted.first:%Y%m}-{wanted.last:%Y%m}.csv"
    return csv_files.csv_response(name, table)  # type: ignore[return-value]


@requires("cases.read")
def behind(request: Request) -> HttpResponse:
    """List the cases behind a number."""
    wanted, what = _wanted(request), request.GET.get("what", "")
    what = what if what in WHAT else WHAT[0]
    found = counting.listed(actor=request.actor, wanted=wanted, what=what)
    pages = keyset_page(
        found.rows(), request.GET, order=("-submitted_at", "-id"), size=PAGE, not_null=("submitted_at",)
    )
    return render_page(
        request,
        "cases/office/behind.html",
        rows=presenting.list_items(pages.rows, "desk:cases:case"),
        pages=pages,
        what=_words()[what],
        wanted=wanted,
        query=_query(wanted),
    )


def _wanted(request: Request) -> FigureFilters:
    """Read the period from the address; what is no month, or stands before the first one, is left out."""
    today = clock.today()
    earliest = _first(today.replace(day=1) - timedelta(days=30 * (MONTHS - 1)))
    first, last = (_month(request.GET.get(name, "")) for name in ("from", "to"))
    last = last or today.replace(day=1)
    first = min(first or min(earliest, last), last)
    asked = {name: request.GET.get(name, "").replace("\0", "")[:60] for name in ("department", "service")}
    return FigureFilters(first, _end(last), **asked)


def _month(text: str) -> date | None:
    return date.fromisoformat(f"{text}-01") if MONTH.fullmatch(text) else None


def _first(day: date) -> date:
    return day.replace(day=1)


def _end(first: date) -> date:
    return _first(first + timedelta(days=31)) - timedelta(days=1)


def _total(rows: list[Figure]) -> Figure:
    """Add the months up; the average weighs each month by what was decided in it."""
    sums = {name: sum(getattr(row, name) for row in rows) for name in (*WHAT, "given", "good")}
    weighed = sum(row.days * row.decided for row in rows if row.days is not None)
    days = round(weighed / sums["decided"], 1) if sums["decided"] else None
    return Figure("", "", **sums, days=days)


def _query(wanted: FigureFilters, **more: Any) -> str:
    asked = {"from": f"{wanted.first:%Y-%m}", "to": f"{wanted.last:%Y-%m}"}
    asked |= {"department": wanted.department, "service": wanted.service}
    return urlencode({name: value for name, value in {**asked, **more}.items() if value})


def _links(wanted: FigureFilters, by: str, row: Figure | None) -> dict[str, str]:
    """Return the address of the cases behind each number of a row."""
    narrower = {} if row is None else {"from": row.key, "to": row.key} if by == "month" else {by: row.key}
    return {what: _query(wanted, **narrower, what=what) for what in WHAT}


def _title(by: str) -> str:
    titles = {
        "month": pgettext("figures", "By month of receipt"),
        "department": pgettext("figures", "By department"),
        "service": pgettext("figures", "By service"),
    }
    return titles[by]


def _words() -> dict[str, str]:
    return {
        "received": pgettext("figures", "Received"),
        "decided": pgettext("figures", "Decided"),
        "on_time": pgettext("figures", "Decided in time"),
        "late": pgettext("figures", "Late now"),
        "refused": pgettext("figures", "Refused"),
    }


def _columns() -> list[str]:
    words = _words()
    in_time, days = pgettext("figures", "Decided in time (%)"), pgettext("figures", "Days on average")
    return [
        words["received"],
        words["decided"],
        in_time,
        days,
        words["late"],
        words["refused"],
        pgettext("figures", "Rated"),
        pgettext("figures", "Good"),
    ]
