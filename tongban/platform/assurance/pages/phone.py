"""One's own mobile number: named, confirmed by a code, forgotten."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.assurance import services as assurance
from tongban.platform.assurance.models import ContactCode
from tongban.platform.assurance.pages.opening import ContactCodeForm
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Your mobile number"),
        help_text=_("11 digits; a code goes to it."),
        max_length=20,
        cleaned=typed.mobile,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel-national"}),
    )


@never_cache
@signed_in
def phone(request: Request) -> HttpResponse:
    """Name a number; a code goes to it."""
    form = PhoneForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = assurance.ask_for_phone_code(actor=request.actor, phone=form.cleaned_data["phone"])
    if form.is_valid():
        return redirect("hall:assurance:phone_code", uid=made.uid)
    return render_page(
        request,
        "assurance/phone.html",
        form=form,
        known=Account.objects.get(pk=request.actor.account or 0).phone,
        texts=transport.texts_can_be_sent() and request.actor.kind == "person",
        status=422 if form.errors else 200,
    )


@sensitive_post_parameters("code")
@never_cache
@signed_in
def phone_code(request: Request, uid: str) -> HttpResponse:
    """Type in the code."""
    row: ContactCode = identity.must_find(
        ContactCode.objects.owned_by(request.actor).filter(uid=uid).first(), request.actor, "contact-code", uid
    )
    form = ContactCodeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            assurance.confirm_phone(actor=request.actor, uid=uid, **form.cleaned_data)
    if form.is_valid():
        messages.success(request, _("Your mobile number is confirmed. You can choose to get notices there, too."))
        return redirect("hall:notices:preferences")
    return render_page(
        request,
        "assurance/phone_code.html",
        form=form,
        phone=row.phone,
        outbox=transport.text_outbox(),
        status=422 if form.errors else 200,
    )


@require_POST
@signed_in
def forget_phone(request: Request) -> HttpResponse:
    assurance.remove_phone(actor=request.actor)
    messages.success(request, _("Your mobile number has been deleted."))
    return redirect("hall:assurance:mine")


routes = [
    path("phone/", phone, name="phone"),
    path("phone/forget/", forget_phone, name="forget_phone"),
    path("phone/<uuid:uid>/", phone_code, name="phone_code"),
]
