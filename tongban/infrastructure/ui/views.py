"""Views: who may knock, and how a page is answered."""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, include, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tongban.infrastructure.kernel import links
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import rooms
from tongban.infrastructure.kernel.refusals import NotFound

View = Callable[..., HttpResponse]


class Request(HttpRequest):
    """What every view gets: Django's request, and who is asking."""

    actor: Actor


def public(view: View) -> View:
    """Let anyone in."""
    view.audience = "public"  # type: ignore[attr-defined]
    return view


def public_or_sign_in(view: View) -> View:
    """Let anyone in; whoever finds nothing there and is not signed in is asked to sign in, whether it exists or not."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            if request.actor.signed_in:
                raise
            return _to_sign_in(request)

    return public(guarded)


def signed_in(view: View) -> View:
    """Let anyone in who is signed in; send others to the sign-in page and back."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.signed_in:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    guarded.audience = "signed in"  # type: ignore[attr-defined]
    return guarded


def requires(*duties: str) -> Callable[[View], View]:
    """Let in who holds one of the duties somewhere; how far it reaches, `visible_to` and the verbs decide."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.actor.signed_in:
                return _to_sign_in(request)
            if not any(request.actor.holds(duty) for duty in duties):
                request.actor.must_hold(duties[0])
            return view(request, *args, **kwargs)

        guarded.audience = " or ".join(duties)  # type: ignore[attr-defined]
        guarded.duties = duties  # type: ignore[attr-defined]
        return guarded

    return decorate


def render_page(
    request: HttpRequest, template: str, *, status: int = 200, wait_seconds: int = 0, **context: Any
) -> HttpResponse:
    """Answer with a page of the portal that was asked: its template extends `portal_base`.

    wait_seconds   after how long the same may be tried again; a form that was tried too often says so itself
    """
    of_form = getattr(context.get("form"), "wait_seconds", 0)
    response = render(request, template, context, status=429 if of_form else status)
    if wait_seconds or of_form:
        response["Retry-After"] = str(wait_seconds or of_form)
    return response


def local_target(request: HttpRequest, target: str) -> str:
    """Return where somebody wants to go on, if that is in this house; else "" """
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe and target.startswith("/") else ""


def routes(portal: str) -> list[URLPattern]:
    """Collect what every room shows in this portal: the list of that name in its `pages.py`, under its label."""
    found = []
    for room in rooms():
        if find_spec(f"{room.name}.pages"):
            patterns = getattr(import_module(f"{room.name}.pages"), portal, None)
            if patterns:
                found.append(path(f"{room.label}/", include((patterns, room.label))))
    return cast(list[URLPattern], found)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        messages.warning(
            request, _("You are no longer signed in. What you just sent was not saved; sign in and send it again.")
        )
    query = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{links.url_of('sign_in')}?{query}")
