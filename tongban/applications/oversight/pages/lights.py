"""The board of lights, and the cases behind each of its numbers."""

from django.http import HttpResponse

from tongban.applications.oversight import services as oversight
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.services.lights import COLOURS
from tongban.platform.deadlines import services as deadlines
from tongban.platform.identity.models import Department

SUPERVISE = "oversight.supervise"


@requires(SUPERVISE)
def board(request: Request) -> HttpResponse:
    """Show how many open cases of each light every department has."""
    found = oversight.open_board(actor=request.actor)
    totals = {colour: sum(one.counts[colour] for one in found) for colour in COLOURS}
    words = _words()
    return render_page(
        request,
        "oversight/board.html",
        board=[(one, [(colour, words[colour], one.counts[colour]) for colour in COLOURS]) for one in found],
        totals=[(colour, words[colour], totals[colour]) for colour in COLOURS],
    )


@requires(SUPERVISE)
def behind(request: Request) -> HttpResponse:
    """List the cases of one light in one department; a number leads to its case only for whoever may read it."""
    department = Department.objects.with_keys([request.GET.get("department", "")[:60]]).first()
    colour = request.GET.get("light", "")
    if department is None or colour not in COLOURS:
        raise NotFound()
    found = oversight.behind_light(actor=request.actor, department=department, colour=colour)
    keys = [row.id for row in found.rows]
    readable = set(Case.objects.visible_to(request.actor).among(keys).values_list("pk", flat=True))
    return render_page(
        request,
        "oversight/lit.html",
        department=department,
        colour=colour,
        word=_words()[colour],
        number=found.number,
        rows=[(row, cases.state_of(row), row.id in readable) for row in found.rows],
    )


def _words() -> dict[str, str]:
    """Return what each light is called."""
    context = deadlines.now()
    return {colour: context.word(colour) for colour in COLOURS}
