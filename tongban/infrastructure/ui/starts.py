"""How a working day begins: the start page of desk, counter and crew."""

from django.http import HttpResponse, HttpResponseRedirect

from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.ui import menus
from tongban.infrastructure.ui.doors import Request, page


def begin(request: Request, *, inbox: str) -> HttpResponse:
    """Go to the inbox; where the actor has none, show what else this portal offers. Raises NotAllowed for outsiders.

    inbox   name of the page inside the portal, such as "cases:inbox"
    """
    portal = menus.portal_of(request.path_info)
    if not any(place.url == f"/{portal}/" for place in menus.workplaces(request.actor)):
        raise NotAllowed
    lines = menus.menu(portal, request.actor)
    for line in lines:
        if line.name == inbox:
            return HttpResponseRedirect(line.url)
    return page(request, "ui/start.html", lines=lines)
