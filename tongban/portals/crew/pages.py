"""The crew's door: where people in the field begin."""

from django.http import HttpResponse

from tongban.infrastructure.ui.doors import Request, signed_in
from tongban.infrastructure.ui.starts import begin


@signed_in
def start(request: Request) -> HttpResponse:
    """Go to the inbox, or show what else there is."""
    return begin(request, inbox="cases:tasks")
