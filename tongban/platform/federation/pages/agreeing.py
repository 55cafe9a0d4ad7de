"""A person on the way to another system: what it wants to know, what for, and how to take it back."""

from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from tongban.infrastructure.ui.views import Request, public, render_page, signed_in
from tongban.platform.federation import services as federation
from tongban.platform.federation.models import Consent
from tongban.platform.identity import services as identity

SCOPES = {
    "openid": _("a number by which it knows you again, and how sure we are that it is you"),
    "profile": _("your name"),
    "email": _("your e-mail address"),
    "phone": _("your mobile number"),
    "offline_access": _("the same later too, while you are not there"),
}


@never_cache
@public
def authorize(request: Request) -> HttpResponse:
    """Let somebody sign in to another system: asks for a sign-in here, then for agreement, and leads back."""
    sent = request.GET.dict()
    asked = federation.read_request(sent)
    if asked.error:
        return _back(federation.answer_address(asked, error=asked.error, error_description=asked.description))
    silent = asked.values.get("prompt") == "none"
    if silent and not request.actor.signed_in:
        return _back(federation.answer_address(asked, error="login_required"))
    return _ask(request)


@signed_in
def _ask(request: Request) -> HttpResponse:
    asked = federation.read_request(request.GET.dict())
    prompt = asked.values.get("prompt", "")
    row = cast(identity.SessionStore, request.session).row
    known = federation.known_consent(request.actor, asked) if prompt != "consent" else None
    if known or (request.method == "POST" and request.POST.get("agree") == "yes"):
        return _back(federation.agree(actor=request.actor, asked=asked, session=row))
    if prompt == "none":
        return _back(federation.answer_address(asked, error="consent_required"))
    if request.method == "POST":
        return _back(federation.answer_address(asked, error="access_denied"))
    response = render_page(
        request,
        "federation/agree.html",
        party=asked.party,
        learns=[SCOPES[scope] for scope in asked.scopes],
        host=urlsplit(asked.values["redirect_uri"]).hostname,
    )
    return _may_lead_to(response, asked.values["redirect_uri"])


@never_cache
@public
def logout(request: Request) -> HttpResponse:
    """Sign out here at another system's wish, once the person says so, and lead back to it."""
    sent = request.GET.dict()
    target = federation.logout_target(sent=sent)
    if request.method == "POST":
        identity.sign_out(actor=request.actor, session=cast(identity.SessionStore, request.session))
        return _back(target) if target else redirect("/")
    response = render_page(request, "federation/logout.html", target=target)
    return _may_lead_to(response, target) if target else response


@never_cache
@signed_in
def consents(request: Request) -> HttpResponse:
    given = Consent.objects.owned_by(request.actor).in_force().select_related("relying_party")
    rows = [(one, [SCOPES[scope] for scope in one.scope.split() if scope in SCOPES]) for one in given[:100]]
    return render_page(request, "federation/consents.html", rows=rows)


@signed_in
def withdraw(request: Request, uid: str) -> HttpResponse:
    if request.method == "POST":
        federation.withdraw(actor=request.actor, uid=uid)
        messages.success(request, _("The system learns nothing more about you."))
    return redirect("hall:federation:consents")


def _may_lead_to(response: HttpResponse, address: str) -> HttpResponse:
    """Let the browser follow the answer to the page's form there: the policy of the page must name it."""
    there = urlsplit(address)
    cast(Any, response)._csp_update = {"form-action": ["'self'", f"{there.scheme}://{there.netloc}"]}
    return response


def _back(address: str) -> HttpResponse:
    """Lead to the other system, whose address was compared with the registered ones."""
    return HttpResponseRedirect(address)


routes = [
    path("authorize/", authorize, name="authorize"),
    path("logout/", logout, name="logout"),
    path("", consents, name="consents"),
    path("<uuid:uid>/withdraw/", withdraw, name="withdraw"),
]
