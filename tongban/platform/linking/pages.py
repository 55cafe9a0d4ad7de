"""Going to a provider and coming back, and one's own linked accounts."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, local_target, public, render_page, signed_in
from tongban.platform.identity import services as identity
from tongban.platform.linking import ports
from tongban.platform.linking import services as linking
from tongban.platform.linking.models import LinkedAccount


@never_cache
@signed_in
def mine(request: Request) -> HttpResponse:
    """Show with which accounts elsewhere somebody signs in, and which others there are."""
    linked = {one.provider: one for one in LinkedAccount.objects.owned_by(request.actor)}
    rows = [(key, provider, linked.get(key)) for key, provider in ports.configured().items()]
    return render_page(request, "linking/mine.html", rows=rows, person=request.actor.kind == "person")


@never_cache
@public
def start(request: Request, provider: str) -> HttpResponse:
    """Send somebody to the provider; what they wanted here waits for them."""
    wanted = local_target(request, request.GET.get("next", ""))
    session = cast(identity.SessionStore, request.session)
    return HttpResponseRedirect(linking.begin(session=session, provider=provider, wanted=wanted))


@never_cache
@public
def back(request: Request, provider: str) -> HttpResponse:
    """Take somebody back from the provider."""
    came, had_come = None, request.actor.signed_in
    with refusals() as refused:
        came = linking.finish(
            actor=request.actor,
            session=cast(identity.SessionStore, request.session),
            provider=provider,
            sent=request.GET.dict(),
            device=identity.device_name(request.headers.get("User-Agent", "")),
        )
    if refused or came is None:
        messages.error(request, str(refused.refusal))
        return redirect("hall:linking:mine" if had_come else "hall:identity:sign_in")
    if had_come:
        messages.success(request, _("The accounts are linked. You can sign in with either."))
        return redirect("hall:linking:mine")
    rotate_token(request)
    if came.page:
        page = reverse(came.page)
        return redirect(f"{page}?{urlencode({'next': came.wanted})}" if came.wanted else page)
    return redirect(came.wanted or reverse(f"{identity.home_portal(came.account)}:start"))


@signed_in
def unlink(request: Request, uid: str) -> HttpResponse:
    if request.method == "POST":
        linking.unlink(actor=request.actor, uid=uid)
        messages.success(request, _("The accounts are no longer linked."))
    return redirect("hall:linking:mine")


hall = [
    path("", mine, name="mine"),
    path("<slug:provider>/start/", start, name="start"),
    path("<slug:provider>/back/", back, name="back"),
    path("<uuid:uid>/unlink/", unlink, name="unlink"),
]
