"""The door of the officer on duty: one page that a room looks at, and what keeps it fresh."""

from django.http import HttpResponse, JsonResponse

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.portals.cockpit import services

WATCH = ("sensing.read", "workorders.dispatch", "workorders.verify")


@requires(*WATCH)
def wall(request: Request) -> HttpResponse:
    """Show the city as it is now."""
    return render_page(
        request,
        "cockpit/wall.html",
        wall=services.wall(request.actor),
        marks=services.marks(request.actor),
        at=clock.now(),
    )


@requires(*WATCH)
def board(request: Request) -> HttpResponse:
    """Show the figures and lists alone, which the wall asks for every few seconds."""
    return render_page(request, "cockpit/board.html", wall=services.wall(request.actor), at=clock.now())


@requires(*WATCH)
def marks(request: Request) -> HttpResponse:
    """Return what lies where, for the map."""
    return JsonResponse({"marks": services.marks(request.actor)})
