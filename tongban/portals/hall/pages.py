"""The hall's door: where people and businesses begin."""

from django.http import HttpResponse

from tongban.infrastructure.ui.doors import Request, page, public


@public
def start(request: Request) -> HttpResponse:
    """Ask what people want to do, and show the ways to it."""
    return page(request, "hall/start.html")
