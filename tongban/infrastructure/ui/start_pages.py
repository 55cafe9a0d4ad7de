"""How a working day begins: the start page of every portal where officials work."""

from django.http import HttpResponse, HttpResponseRedirect

from tongban.infrastructure.kernel.portals import portal_at
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.ui import menus
from tongban.infrastructure.ui.views import Request, render_page, signed_in


@signed_in
def workplace_home(request: Request) -> HttpResponse:
    """Go where the portal says that work begins, or show its menu. Raises NotAllowed for outsiders."""
    portal = portal_at(request.path_info)
    if portal not in menus.workplaces(request.actor):
        raise NotAllowed
    lines = menus.menu(portal.label, request.actor)
    for line in lines:
        if line.name == portal.start:
            return HttpResponseRedirect(line.url)
    return render_page(request, "ui/start.html", lines=lines)
