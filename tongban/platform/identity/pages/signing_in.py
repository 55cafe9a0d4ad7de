"""Signing in and out, the password, and where one is signed in."""

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, local_target, public, render_page, signed_in
from tongban.platform.identity import ports, rules
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, LoginSession
from tongban.platform.identity.sessions import SessionStore

# Longer ones are no passwords but an attempt to make us work.
MAX_PASSWORD = 200

# RFC 8176, and "fed" for an account elsewhere.
METHODS = {
    "pwd": pgettext_lazy("method", "password"),
    "otp": pgettext_lazy("method", "authenticator app"),
    "kba": pgettext_lazy("method", "recovery code"),
    "hwk": pgettext_lazy("method", "passkey"),
    "fed": pgettext_lazy("method", "account elsewhere"),
}


class SignIn(forms.Form):
    login = forms.CharField(
        label=_("Sign-in name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class ChosenPassword(forms.Form):
    """A new password, typed twice."""

    new = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters. A few words that only you would put together are best."),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Repeat the new password"),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError(_("This does not match the new password above."))
        return again


class NewPassword(ChosenPassword):
    old = forms.CharField(
        label=_("Your current password"),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    field_order = ("old", "new", "again")


@sensitive_post_parameters("password")
@never_cache
@public
def sign_in(request: Request) -> HttpResponse:
    wanted = local_target(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST" and request.actor.signed_in:
        return redirect(wanted or _home(Account.objects.get(pk=request.actor.account or 0)))
    form = SignIn(request.POST or None, initial={"next": wanted})
    if form.is_valid():
        with refusals_on(form):
            account = identity.sign_in(
                session=cast(SessionStore, request.session),
                login=form.cleaned_data["login"],
                password=form.cleaned_data["password"],
                address=request.actor.address,
                device=rules.device(request.headers.get("User-Agent", "")),
                known=request.COOKIES.get(identity.DEVICE_COOKIE, ""),
            )
    if form.is_valid():
        rotate_token(request)
        return _remembered(request, redirect(_onward(request, account, wanted)), account)
    return render_page(
        request,
        "identity/sign_in.html",
        form=form,
        wanted=wanted,
        ways=ports.ways_in(),
        examples=Account.objects.demonstration() if settings.DEMO else [],
        demo_password=settings.IDENTITY_DEMO_PASSWORD if settings.DEMO else "",
        status=422 if form.errors else 200,
    )


@never_cache
@public
def sign_out(request: Request) -> HttpResponse:
    if request.method == "POST":
        identity.sign_out(actor=request.actor, session=cast(SessionStore, request.session))
        messages.success(request, _("You have signed out."))
        response = redirect("/")
        # Machines in a service hall are shared: the way back must not show what the last visitor looked at.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response
    return render_page(request, "identity/sign_out.html")


@sensitive_post_parameters()
@never_cache
@signed_in
def password(request: Request) -> HttpResponse:
    form = NewPassword(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            identity.change_password(
                actor=request.actor,
                session=cast(SessionStore, request.session),
                old=form.cleaned_data["old"],
                new=form.cleaned_data["new"],
            )
    if form.is_valid():
        messages.success(request, _("Your password has been changed. You are signed out everywhere else."))
        return redirect("hall:identity:sessions")
    login = Account.objects.values_list("login", flat=True).get(pk=request.actor.account or 0)
    return render_page(request, "identity/password.html", form=form, login=login, status=422 if form.errors else 200)


@never_cache
@signed_in
def sessions(request: Request) -> HttpResponse:
    here = cast(SessionStore, request.session).row
    login_sessions = LoginSession.objects.signed_in(request.actor.account or 0, at=clock.now())
    rows = [(one, [METHODS[word] for word in one.methods.split() if word in METHODS]) for one in login_sessions[:50]]
    return render_page(request, "identity/sessions.html", rows=rows, here=here)


@signed_in
def end(request: Request, uid: str) -> HttpResponse:
    if request.method == "POST":
        identity.end_session(actor=request.actor, uid=uid)
        messages.success(request, _("That device has been signed out."))
    return redirect("hall:identity:sessions")


@signed_in
def end_others(request: Request) -> HttpResponse:
    if request.method == "POST":
        identity.end_other_sessions(actor=request.actor, session=cast(SessionStore, request.session))
        messages.success(request, _("You are signed out everywhere else."))
    return redirect("hall:identity:sessions")


def _remembered(request: Request, response: HttpResponse, account: Account) -> HttpResponse:
    """Let this device be known for the account, so that nobody can keep its owner out from here."""
    identity.remember_device(response, account, known=request.COOKIES.get(identity.DEVICE_COOKIE, ""))
    return response


def _onward(request: Request, account: Account, wanted: str) -> str:
    """Return where somebody goes on whose password was right: to their second factor, else to what they asked for."""
    if cast(SessionStore, request.session).account:
        return wanted or _home(account)
    page = reverse(ports.second_step(account))
    return f"{page}?{urlencode({'next': wanted})}" if wanted else page


def _home(account: Account) -> str:
    return reverse(f"{identity.home_portal(account)}:start")


routes = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("password/", password, name="password"),
    path("sign-ins/", sessions, name="sessions"),
    path("sign-ins/others/end/", end_others, name="end_others"),
    path("sign-ins/<uuid:uid>/end/", end, name="end"),
]
