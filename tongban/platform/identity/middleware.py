"""Who is asking."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui.views import Request
from tongban.platform.identity import rules
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import LateForm
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
        with identity.collecting_denied():
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


class LateForms:
    """Saves what comes after a sign-in has ended, and sends it once the same person has signed in again.

    A view that refuses strangers would lose it. What is saved went through the check for forged forms, and so does the
    button that sends it; passwords are never saved.
    """

    FIELD = "saved-form"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        response = self.get_response(request)
        taken: LateForm | None = getattr(request, "late_form", None)
        if taken is not None and response.status_code >= 500:
            identity.put_back(taken)
        return response

    def process_view(self, request: Request, view: Any, _args: Any, _words: Any) -> HttpResponse | None:
        if request.method != "POST" or getattr(view, "audience", "public") == "public":
            return None
        if not request.actor.signed_in:
            return _saved(request, view)
        uid = request.POST.get(self.FIELD, "")
        return _sent_now(request, uid) if uid else None


def _saved(request: Request, view: Any) -> HttpResponse | None:
    if view.__module__.startswith("tongban.platform.identity."):
        return None
    late = identity.save_late(
        session_key=request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""),
        path=request.get_full_path(),
        fields=[(name, text) for name, texts in request.POST.lists() for text in texts],
        files=[(name, file) for name, files in request.FILES.lists() for file in files],
        address=address_of(request),
    )
    if late is None:
        return None
    messages.warning(
        request, _("You are no longer signed in. What you just sent was saved; sign in to continue with it.")
    )
    address = reverse("hall:identity:late_form", args=[late.uid])
    target = f"{reverse('hall:identity:sign_in')}?{urlencode({'next': address})}"
    return HttpResponseClientRedirect(target) if request.headers.get("HX-Request") else HttpResponseRedirect(target)


def _sent_now(request: Request, uid: str) -> HttpResponse | None:
    late = identity.take_late(actor=request.actor, uid=uid, path=request.get_full_path())
    if late is None:
        messages.info(request, _("This has already been sent or deleted."))
        return HttpResponseRedirect(request.get_full_path())
    fields = QueryDict(mutable=True)
    for name, text in late.content["fields"]:
        fields.appendlist(name, text)
    files: MultiValueDict[str, Any] = MultiValueDict()
    for name, file in identity.files_of(late):
        files.appendlist(name, file)
    changed = cast(Any, request)
    changed._post, changed._files, changed.late_form = fields, files, late
    return None
