"""A person's own ways of signing in."""

import json
from typing import cast

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.signin import rules
from tongban.platform.signin import services as signin
from tongban.platform.signin.models import MAX_TITLE, Authenticator, Passkey, RecoveryCode

MAX_PASSWORD = 200
MAX_ANSWER = 20_000


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=20,
        cleaned=typed.identifier,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none"}
        ),
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Your current password"),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasskeyForm(forms.Form):
    title = forms.CharField(
        label=pgettext_lazy("passkey", "Name of the passkey"),
        help_text=_("By this you will recognise it later, for example “my phone”."),
        max_length=MAX_TITLE,
        cleaned=typed.name,
    )
    answer = forms.CharField(max_length=MAX_ANSWER, widget=forms.HiddenInput, strip=False)


@never_cache
@signed_in
def factors(request: Request) -> HttpResponse:
    """Show by what somebody can sign in beside their password."""
    own = Authenticator.objects.owned_by(request.actor)
    codes = RecoveryCode.objects.owned_by(request.actor)
    return render_page(
        request,
        "signin/factors.html",
        authenticator=own.confirmed().first(),
        passkeys=Passkey.objects.owned_by(request.actor).of(request.actor.account),
        codes_left=codes.left(),
        spared=settings.DEMO and settings.SIGNIN_STAFF_SECOND_FACTOR and request.actor.kind == "staff",
    )


@sensitive_variables("found")
@never_cache
@signed_in
def add_app(request: Request) -> HttpResponse:
    """Put the secret into an authenticator app, and prove that it is there."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            codes = signin.confirm_authenticator(actor=request.actor, code=form.cleaned_data["code"])
    if form.is_valid():
        messages.success(request, _("The authenticator app is set up. It is asked for at your next sign-in."))
        return shown_once(request, codes)
    found = signin.begin_authenticator(actor=request.actor)
    account = Account.objects.get(pk=request.actor.account or 0)
    return setting_up(request, form, found, account)


@sensitive_post_parameters("password")
@never_cache
@signed_in
def remove_app(request: Request) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            signin.remove_authenticator(actor=request.actor, password=form.cleaned_data["password"])
    if form.is_valid():
        messages.success(request, _("The authenticator app has been removed."))
        return redirect("hall:signin:factors")
    return _asked(request, form, _("Remove the authenticator app"), _("Remove it"))


@sensitive_post_parameters("password")
@never_cache
@signed_in
def renew_codes(request: Request) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            codes = signin.renew_recovery_codes(actor=request.actor, password=form.cleaned_data["password"])
    if form.is_valid():
        return shown_once(request, codes)
    return _asked(request, form, _("New recovery codes"), _("Make new codes"))


@never_cache
@signed_in
def add_passkey(request: Request) -> HttpResponse:
    session = cast(identity.SessionStore, request.session)
    form = PasskeyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            codes = signin.add_passkey(actor=request.actor, session=session, **form.cleaned_data)
    if form.is_valid():
        messages.success(request, _("The passkey has been added."))
        return shown_once(request, codes)
    options = signin.offer_passkey(actor=request.actor, session=session)
    return render_page(
        request,
        "signin/add_passkey.html",
        form=form,
        options=json.loads(options),
        elsewhere=elsewhere(request),
        status=422 if form.errors else 200,
    )


@sensitive_post_parameters("password")
@never_cache
@signed_in
def remove_passkey(request: Request, uid: str) -> HttpResponse:
    passkey: Passkey = identity.must_find(
        Passkey.objects.owned_by(request.actor).filter(uid=uid).first(), request.actor, "passkey", uid
    )
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            signin.remove_passkey(actor=request.actor, uid=uid, password=form.cleaned_data["password"])
    if form.is_valid():
        messages.success(request, _("The passkey has been removed."))
        return redirect("hall:signin:factors")
    title = _("Remove the passkey “%(title)s”") % {"title": passkey.title}
    return _asked(request, form, title, _("Remove it"))


def setting_up(request: Request, form: forms.Form, found: Authenticator, account: Account) -> HttpResponse:
    """Show the secret of an app that is being set up, as QR code and as text."""
    secret = bytes.fromhex(found.secret)
    address = rules.setup_address(secret, issuer=settings.UI_CITY, login=account.login)
    return render_page(
        request,
        "signin/add_app.html",
        form=form,
        picture=segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=2),
        secret=rules.typed_secret(secret),
        owed=not request.actor.signed_in,
        status=422 if form.errors else 200,
    )


def elsewhere(request: Request) -> str:
    """Return where this page is to be opened for passkeys to work; "" where the reader is there."""
    there = signin.origin()
    return "" if there.partition("//")[2] == request.get_host() else f"{there}{request.get_full_path()}"


def shown_once(request: Request, codes: list[str], onward: str = "") -> HttpResponse:
    """Show new recovery codes, this once; where there are none, lead on."""
    if not codes:
        return redirect(onward or "hall:signin:factors")
    return render_page(request, "signin/recovery_codes.html", codes=codes, onward=onward)


def _asked(request: Request, form: PasswordForm, title: object, button: object) -> HttpResponse:
    return render_page(
        request,
        "signin/confirm.html",
        form=form,
        title=title,
        button=button,
        status=422 if form.errors else 200,
    )


routes = [
    path("", factors, name="factors"),
    path("app/", add_app, name="add_app"),
    path("app/remove/", remove_app, name="remove_app"),
    path("recovery-codes/", renew_codes, name="renew_codes"),
    path("passkeys/add/", add_passkey, name="add_passkey"),
    path("passkeys/<uuid:uid>/remove/", remove_passkey, name="remove_passkey"),
]
