"""Figures: the public's by department, the monthly sheet by department and official, and how cases really go."""

from dataclasses import astuple
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.pages.supervising import month_of
from tongban.applications.oversight.rules import GRADES
from tongban.applications.oversight.services import mining, wording
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import csv_files
from tongban.infrastructure.ui.views import Request, public, render_page, requires
from tongban.platform.cases.services.mining import StepArc, WayTaken
from tongban.platform.catalogue.models import Service

SUPERVISE = "oversight.supervise"
# So many months are counted where nobody asks for others.
MONTHS = 6


@public
def public_page(request: Request) -> HttpResponse:
    """Show what everyone may read of this month and the two before, by department. Nobody's name, no single card."""
    first, last = oversight.public_days()
    figures = oversight.public_figures(first=first, last=last)
    return render_page(request, "oversight/figures.html", figures=figures, first=first, last=last)


@requires(SUPERVISE)
def sheet(request: Request) -> HttpResponse:
    month = month_of(request)
    found = oversight.open_sheet(actor=request.actor, month=month, department=request.GET.get("department", "")[:60])
    chosen = found.chosen.key if found.chosen else ""
    return render_page(
        request,
        "oversight/sheet.html",
        sheet=found,
        departments=[
            (one, _query(month, department=one.department.key))
            for one in found.departments
            if one.cases or one.cards.raised or one.department == found.chosen
        ],
        quiet=[one.department for one in found.departments if not (one.cases or one.cards.raised)],
        officials=[(one, _query(month, department=chosen, official=one.account)) for one in found.officials],
        rules=[
            (wording.RULES.get(key, key), _query(month, department=chosen, rule=key), figure)
            for key, figure in found.rules.items()
        ],
        month=month,
        saved=_query(month, department=chosen),
        reads_cases=request.actor.holds("cases.read"),
    )


@requires(SUPERVISE)
def sheet_csv(request: Request) -> HttpResponse:
    """Send the sheet of a month as CSV, a row for each department, official and rule."""
    month = month_of(request)
    found = oversight.open_sheet(actor=request.actor, month=month, department=request.GET.get("department", "")[:60])
    table: list[list[Any]] = [[pgettext("figures", "By"), pgettext("figures", "Name"), *_columns()]]
    for one in found.departments:
        figure = one.cases
        percent = "" if figure is None or figure.on_time_percent is None else figure.on_time_percent
        counts = [figure.received, figure.decided, percent] if figure else [0, 0, ""]
        table.append([pgettext("oversight", "Department"), one.department.title, *counts, "", *astuple(one.cards)])
    for official in found.officials:
        table.append([_("Official"), official.name, "", "", "", official.done, *astuple(official.cards)])
    for key, cards in found.rules.items():
        table.append([pgettext("oversight", "Rule"), wording.RULES.get(key, key), "", "", "", "", *astuple(cards)])
    return csv_files.csv_response(f"supervision-{month:%Y%m}.csv", table)  # type: ignore[return-value]


def _columns() -> list[str]:
    """Return what the columns are called, those of `CardFigure` last, in its order."""
    grades = [str(wording.GRADES[grade]) for grade in GRADES]
    return [
        pgettext("oversight", "Received"),
        pgettext("oversight", "Decided"),
        pgettext("figures", "Decided in time (%)"),
        _("Tasks done"),
        pgettext("oversight", "Cards"),
        *grades,
        _("Not closed yet"),
        pgettext("oversight", "Escalated"),
        pgettext("supervision cards", "Closed"),
    ]


@requires(SUPERVISE)
def process(request: Request) -> HttpResponse:
    """Show how the cases of a service really go."""
    services = Service.objects.applied_for()
    asked = request.GET.get("service", "")
    chosen = asked if asked in services else next(iter(services), "")
    today = clock.today()
    first = oversight.months_before(today, MONTHS - 1)
    found = (
        mining.picture(actor=request.actor, service=chosen, name=str(services[chosen]), first=first, last=today)
        if chosen
        else None
    )
    return render_page(
        request,
        "oversight/process.html",
        services=services,
        chosen=chosen,
        found=found,
        # Made by us, with every text escaped.
        drawn=SafeString(found.drawn) if found else "",
        arcs=[_arc(found, arc) for arc in found.mined.arcs] if found else [],
        slow=[_arc(found, arc) for arc in found.slow] if found else [],
        rework=[step for step in found.mined.steps if step.repeated] if found else [],
        ways=[_way(found, way) for way in found.mined.ways] if found else [],
        versions=[(row, wording.lasted(row.median) if row.median else "—") for row in found.mined.versions]
        if found
        else [],
        first=first,
        last=today,
    )


def _query(month: date, **narrower: object) -> str:
    """Return the question for the cards behind a figure."""
    return urlencode({"month": f"{month:%Y-%m}", **{name: value for name, value in narrower.items() if value}})


def _arc(found: mining.ProcessPicture, arc: StepArc) -> tuple[str, str, int, str]:
    return found.names[arc.source], found.names[arc.target], arc.times, wording.lasted(arc.median)


def _way(found: mining.ProcessPicture, way: WayTaken) -> tuple[list[str], int, str, str]:
    share = f"{way.cases / found.mined.cases:.0%}" if found.mined.cases else ""
    return [found.names.get(step, step) for step in way.steps], way.cases, share, wording.lasted(way.median)
