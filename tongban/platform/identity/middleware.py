"""Who is asking."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui.doors import Request
from tongban.platform.identity import rules
from tongban.platform.identity import services as identity
from tongban.platform.identity.sessions import SessionStore


class Actors:
    """Sets `request.actor`: known on first use, with one query, and without any for a visitor without a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        known = bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        if known:
            request.actor = cast(Actor, SimpleLazyObject(lambda: who_asks(request)))
        else:
            request.actor = identity.nobody(address=address_of(request))
        with identity.attempts_kept():
            response = self.get_response(request)
        if known:
            # Not "no-store": the way back to a page that answered a form would be a dead end. Signing out clears it.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def who_asks(request: HttpRequest) -> Actor:
    """Return who the session belongs to; nobody where it has ended or the account was deactivated."""
    session = cast(SessionStore, request.session)
    account, address = session.account, address_of(request)
    if account is None or not account.active:
        return identity.nobody(address=address)
    session.touch()
    return identity.actor_of(account, address=address)


def address_of(request: HttpRequest) -> str:
    """Return the address of the visitor's machine."""
    return rules.true_address(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.IDENTITY_PROXIES
    )
