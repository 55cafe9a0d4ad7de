"""Opening an account oneself, and coming back into one whose password and mailbox are lost."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page
from tongban.platform.assurance import services as assurance
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import MAX_PARTY_NAME

MAX_PASSWORD = 200


class RegisterForm(forms.Form):
    """Mail address or mobile number: which it is, one sees. Without an SMS provider a mail address alone."""

    contact = forms.CharField(label=_("Your e-mail address or mobile number"), max_length=200, cleaned=typed.address)
    agreed = forms.BooleanField(
        label=_("I have read the privacy statement, and agree that my data is used to keep this account."),
        error_messages={"required": _("Without this no account can be opened.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not transport.texts_can_be_sent():
            self.fields["contact"] = forms.EmailField(label=_("Your e-mail address"), max_length=200)

    def clean_contact(self) -> dict[str, str]:
        said = str(self.cleaned_data["contact"])
        phone = typed.mobile(said)
        if transport.texts_can_be_sent() and not parties.mobile_problem(phone):
            return {"phone": phone}
        try:
            validate_email(said)
        except ValidationError as error:
            raise ValidationError(_("Enter a mail address, or a mobile number of 11 digits.")) from error
        return {"email": said}


class ContactCodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code that we sent"),
        max_length=12,
        cleaned=typed.identifier,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class OpenForm(ContactCodeForm):
    login = forms.RegexField(
        "^[A-Za-z0-9][A-Za-z0-9._-]{3,39}$",
        label=pgettext_lazy("assurance", "Sign-in name"),
        help_text=_("4 to 40 letters, digits, dots and hyphens. You will sign in with it."),
        error_messages={"invalid": _("Use 4 to 40 letters, digits, dots and hyphens.")},
    )
    name = forms.CharField(label=pgettext_lazy("account", "Your name"), max_length=MAX_ACTOR_NAME, cleaned=typed.name)
    password = forms.CharField(
        label=pgettext_lazy("assurance", "New password"),
        help_text=_("At least 10 characters. A few words that only you would put together are best."),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class RecoveryForm(forms.Form):
    login = forms.CharField(label=pgettext_lazy("assurance", "Sign-in name"), max_length=80, cleaned=typed.address)
    name = forms.CharField(label=pgettext_lazy("identity", "Name"), max_length=MAX_PARTY_NAME, cleaned=typed.name)
    id_number = forms.CharField(label=_("Number of the identity card"), max_length=18, cleaned=typed.identifier)
    email = forms.EmailField(label=_("E-mail address for the link"), max_length=200)


@never_cache
@public
def register(request: Request) -> HttpResponse:
    if request.actor.signed_in:
        return redirect("hall:assurance:mine")
    form = RegisterForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = assurance.ask_for_code(address=request.actor.address, **form.cleaned_data["contact"])
    if form.is_valid():
        return redirect("hall:assurance:open", uid=made.uid)
    return render_page(
        request,
        "assurance/register.html",
        form=form,
        texts=transport.texts_can_be_sent(),
        status=422 if form.errors else 200,
    )


@sensitive_post_parameters("password", "code")
@never_cache
@public
def open_(request: Request, uid: str) -> HttpResponse:
    """Ask for the code, and what the account is to be called."""
    form = OpenForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            assurance.open_by_code(uid=uid, address=request.actor.address, **form.cleaned_data)
    if form.is_valid():
        messages.success(request, _("Your account has been opened. Sign in, and then have your identity confirmed."))
        return redirect("hall:identity:sign_in")
    return render_page(
        request,
        "assurance/open.html",
        form=form,
        outbox=transport.text_outbox(),
        status=422 if form.errors else 200,
    )


@never_cache
@public
def recover(request: Request) -> HttpResponse:
    form = RecoveryForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            assurance.ask_for_recovery(address=request.actor.address, **form.cleaned_data)
    if form.is_valid():
        return render_page(request, "assurance/recovery_noted.html")
    return render_page(request, "assurance/recover.html", form=form, status=422 if form.errors else 200)


routes = [
    path("register/", register, name="register"),
    path("register/<uuid:uid>/", open_, name="open"),
    path("recover/", recover, name="recover"),
]
