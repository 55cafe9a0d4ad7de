"""For whom somebody acts."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui.doors import Request
from tongban.platform.parties import services as parties

CHOSEN = "parties.chosen"


class Standing:
    """Completes `request.actor` with the party it is and the one it acts for, on first use and with one query.

    The mandate is checked at each request: where it has ended, somebody acts for themself again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            asking = request.actor
            request.actor = cast(Actor, SimpleLazyObject(lambda: _stands(request, asking)))
        return self.get_response(request)


def _stands(request: HttpRequest, asking: Actor) -> Actor:
    # The actor of a session is itself known only on first use; what is completed is the value, not the promise.
    known = asking.via(asking.channel)
    return parties.completed(known, chosen=request.session.get(CHOSEN)) if known.signed_in else known
