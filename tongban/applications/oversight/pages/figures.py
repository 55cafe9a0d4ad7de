"""Figures: the public's by department, the monthly sheet by department and official, and how cases really go."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.safestring import SafeString

from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.pages.supervising import month_of
from tongban.applications.oversight.services import mining, wording
from tongban.infrastructure.kernel import clock
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
        reads_cases=request.actor.holds("cases.read"),
    )


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
