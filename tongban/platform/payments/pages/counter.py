"""The counter: find a bill by its payment code, take cash or a card."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill, Receipt
from tongban.platform.payments.pages import presenting


class PaymentCodeForm(forms.Form):
    """The code of a bill."""

    code = forms.CharField(
        label=gettext_lazy("Payment code"),
        help_text=gettext_lazy("Twenty figures, on the notice and on the payer's page."),
        max_length=40,
        cleaned=typed.compact,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class CollectForm(forms.Form):
    """How the whole amount was taken."""

    way = forms.ChoiceField(
        label=gettext_lazy("How was it paid?"),
        choices=[("cash", payments.WAYS["cash"]), ("pos", payments.WAYS["pos"])],
        widget=forms.RadioSelect,
    )
    slip = forms.CharField(
        label=gettext_lazy("Number on the slip"),
        help_text=gettext_lazy("Only for a card; the card reader prints it."),
        max_length=64,
        required=False,
        cleaned=typed.identifier,
    )


@requires("payments.collect")
def collect(request: Request) -> HttpResponse:
    """Ask for the payment code."""
    form = PaymentCodeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            found = payments.find_to_collect(actor=request.actor, code=form.cleaned_data["code"])
            return redirect("counter:payments:take", code=found.code)
    return render_page(request, "payments/collect.html", form=form, status=422 if form.errors else 200)


@requires("payments.collect")
def take(request: Request, code: str) -> HttpResponse:
    """Show the bill, and take the whole amount."""
    bill = payments.to_collect(actor=request.actor, code=code)
    found = identity.must_find(bill, request.actor, "payment code", code)
    form = CollectForm(request.POST or None)
    if found.state == Bill.State.DUE and form.is_valid():
        with refusals_on(form):
            payments.collect(actor=request.actor, code=code, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The payment was recorded. The electronic receipt goes to the payer."))
            return redirect("counter:payments:take", code=code)
    return render_page(
        request,
        "payments/take.html",
        bill=found,
        light=presenting.light(found),
        facts=presenting.facts_of(found),
        receipts=Receipt.objects.of(found),
        form=form,
        status=422 if form.errors else 200,
    )


routes = [path("", collect, name="collect"), path("<slug:code>/", take, name="take")]
