"""For whom somebody acts."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui.views import Request
from tongban.platform.parties import services as parties


class ActingFor:
    """Completes `request.actor` with the party it is and the one it acts for, on first use and with one query.

    The mandate is checked at each request: where it has ended, somebody acts for themself again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            asking = request.actor
            request.actor = cast(Actor, SimpleLazyObject(lambda: _with_party(request, asking)))
        return self.get_response(request)

    def process_view(self, request: Request, view: Any, _args: Any, _words: Any) -> HttpResponse | None:
        """Follow a link from a letter under the identity that it was written to, and say so."""
        uid = request.GET.get(parties.ACTING_FOR_PARAM, "") if request.method == "GET" else ""
        if not uid or getattr(view, "audience", "public") == "public" or not request.actor.signed_in:
            return None
        party = parties.may_act_for(request.actor, uid)
        if party is not None and party.pk != request.actor.represents:
            request.actor = parties.switch(actor=request.actor, session=request.session, party=party)
            messages.info(request, parties.acting_message(request.actor))
        query = request.GET.copy()
        del query[parties.ACTING_FOR_PARAM]
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)


def _with_party(request: HttpRequest, asking: Actor) -> Actor:
    # The actor of a session is itself known only on first use; what is completed is the value, not the promise.
    known = asking.with_channel(asking.channel)
    return parties.with_party(known, chosen=request.session.get(parties.ACTING_FOR_KEY)) if known.signed_in else known
