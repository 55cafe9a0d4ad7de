"""The counter's door: where window clerks begin."""

from django.http import HttpResponse

from tongban.infrastructure.ui.starts import begin
from tongban.infrastructure.ui.views import Request, signed_in


@signed_in
def start(request: Request) -> HttpResponse:
    """Go to the inbox, or show what else there is."""
    return begin(request, inbox="cases:inbox")
