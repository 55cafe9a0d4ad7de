"""The end of a sign-in: how long it lasts, and what was sent after it."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from tongban.infrastructure.ui.views import Request, public, render_page, signed_in
from tongban.platform.identity import services as identity
from tongban.platform.identity.context import seconds_left
from tongban.platform.identity.sessions import SessionStore


@never_cache
@public
def session(request: Request) -> HttpResponse:
    """Say how many seconds are left; with `renew` the visitor is still there, and the time begins anew."""
    if "renew" in request.GET:
        bool(request.actor.signed_in)
    else:
        cast(SessionStore, request.session).is_known()
    return JsonResponse({"seconds": seconds_left(request)})


@never_cache
@signed_in
def late_form(request: Request, uid: str) -> HttpResponse:
    """Show that something was saved, and let its sender send it now, or throw it away."""
    if request.method == "POST":
        identity.discard_late(actor=request.actor, uid=uid)
        messages.success(request, _("The saved content was deleted."))
        return redirect("hall:start")
    late = identity.late_form(actor=request.actor, uid=uid)
    if late is None:
        messages.info(
            request,
            _(
                "There is nothing to continue with: it has already been sent, has expired, "
                "or belongs to another account."
            ),
        )
        return redirect("hall:start")
    # For whom somebody acted goes on with what they sent; whether they still may is asked with every request.
    for name, value in late.content["session"].items():
        request.session.setdefault(name, value)
    return render_page(request, "identity/late_form.html", late=late, left_out=late.content["left_out"])


routes = [
    path("session/", session, name="session"),
    path("saved-forms/<uuid:uid>/", late_form, name="late_form"),
]
