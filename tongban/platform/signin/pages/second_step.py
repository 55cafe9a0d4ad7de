"""After the password, or instead of it: a code, a passkey, or the second factor that is still owed."""

import json
from typing import cast

from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, local_target, public, render_page
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.signin import services as signin
from tongban.platform.signin.pages.factors import MAX_ANSWER, CodeForm, elsewhere, setting_up, shown_once


class SecondStepForm(forms.Form):
    code = forms.CharField(
        label=_("Code of your authenticator app, or a recovery code"),
        max_length=40,
        cleaned=typed.identifier,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    answer = forms.CharField(max_length=MAX_ANSWER, widget=forms.HiddenInput, strip=False)
    next = forms.CharField(required=False, widget=forms.HiddenInput)


@never_cache
@public
def code(request: Request) -> HttpResponse:
    """Ask somebody whose password was right for a code."""
    session = cast(identity.SessionStore, request.session)
    wanted = _wanted(request)
    if identity.half_signed_in(session) is None:
        return redirect("hall:identity:sign_in")
    form = SecondStepForm(request.POST or None, initial={"next": wanted})
    if form.is_valid():
        with refusals_on(form):
            account = signin.show_code(session=session, code=form.cleaned_data["code"], **_from(request))
    if form.is_valid():
        return _in(request, account, wanted)
    return render_page(request, "signin/code.html", form=form, wanted=wanted, status=422 if form.errors else 200)


@sensitive_variables("found")
@never_cache
@public
def set_up(request: Request) -> HttpResponse:
    """Let an official whose password was right set up the second factor that is owed, and come in."""
    session = cast(identity.SessionStore, request.session)
    if identity.half_signed_in(session) is None:
        return redirect("hall:identity:sign_in")
    account = signin.must_set_up(session)
    actor = identity.actor_of(account, address=request.actor.address)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            codes = signin.confirm_authenticator(actor=actor, code=form.cleaned_data["code"])
            signin.finish_setting_up(session=session, **_from(request))
    if form.is_valid():
        rotate_token(request)
        return shown_once(request, codes, _wanted(request) or _home(account))
    return setting_up(request, form, signin.begin_authenticator(actor=actor), account)


@never_cache
@public
def passkey(request: Request) -> HttpResponse:
    """Let somebody in by their passkey, without a name or a password."""
    session = cast(identity.SessionStore, request.session)
    wanted = _wanted(request)
    if request.method != "POST" and request.actor.signed_in:
        return redirect(wanted or "hall:start")
    known = request.COOKIES.get(identity.DEVICE_COOKIE, "")
    form = AnswerForm(request.POST or None, initial={"next": wanted})
    if form.is_valid():
        with refusals_on(form):
            account = signin.sign_in_with_passkey(
                session=session, answer=form.cleaned_data["answer"], known=known, **_from(request)
            )
    if form.is_valid():
        response = _in(request, account, wanted)
        identity.remember_device(response, account, known=known)
        return response
    options = signin.ask_for_passkey(session=session)
    return render_page(
        request,
        "signin/passkey.html",
        form=form,
        wanted=wanted,
        options=json.loads(options),
        elsewhere=elsewhere(request),
        status=422 if form.errors else 200,
    )


def _in(request: Request, account: Account, wanted: str) -> HttpResponse:
    rotate_token(request)
    return redirect(wanted or _home(account))


def _home(account: Account) -> str:
    return reverse(f"{identity.home_portal(account)}:start")


def _wanted(request: Request) -> str:
    return local_target(request, request.POST.get("next") or request.GET.get("next", ""))


def _from(request: Request) -> dict[str, str]:
    device = identity.device_name(request.headers.get("User-Agent", ""))
    return {"address": request.actor.address, "device": device}


routes = [
    path("code/", code, name="code"),
    path("set-up/", set_up, name="set_up"),
    path("passkey/", passkey, name="passkey"),
]
