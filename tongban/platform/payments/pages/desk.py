"""The desk: bills of the department, refunds, and what does not agree with the channels."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill, ChannelStatement, Payment, PaymentDifference, Receipt, Refund
from tongban.platform.payments.pages import presenting
from tongban.platform.payments.rules.amounts import from_yuan
from tongban.platform.payments.services import refunding

STATES = list(Bill.State.choices)


class RefundForm(forms.Form):
    """How much goes back, and why."""

    amount = forms.CharField(
        label=gettext_lazy("Amount in yuan"),
        max_length=20,
        cleaned=typed.number,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for the refund"),
        help_text=gettext_lazy("The payer will read it."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_amount(self) -> int:
        try:
            return from_yuan(self.cleaned_data["amount"].replace(",", "").lstrip("¥￥"))
        except ValueError as error:
            raise forms.ValidationError(_("Write an amount like 270.00.")) from error


class CompareForm(forms.Form):
    """Of which channel and day the statement is compared."""

    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    on = forms.DateField(label=pgettext_lazy("payments", "Day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [(one.key, one.title) for one in payments.in_use()]  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > clock.today():
            raise forms.ValidationError(_("A day to come has no statement."))
        return on


class ClearForm(forms.Form):
    """How a difference was cleared up."""

    reason = forms.CharField(
        label=gettext_lazy("How was it cleared up?"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


@requires("payments.manage")
def bills(request: Request) -> HttpResponse:
    """List the bills that the duty reaches, in one state."""
    known = dict(STATES)
    state = request.GET.get("state", "")
    state = state if state in known else Bill.State.DUE
    parts = Bill.objects.parts_for(request.actor.holding("payments.manage"))
    seen = [part.with_names().in_state(state) for part in parts]
    pages = keyset_page(seen, request.GET, order=("-issued_at", "-pk"))
    rows = [(bill, presenting.light(bill)) for bill in pages.rows]
    return render_page(request, "payments/bills.html", pages=pages, rows=rows, state=state, states=STATES)


@requires("payments.manage")
def bill(request: Request, uid: UUID) -> HttpResponse:
    """Show one bill with everything that moved, and the way to send money back."""
    found = _bill(request, uid)
    left = refunding.left_of(found)
    form = RefundForm(request.POST or None)
    if left and form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            payments.refund(actor=request.actor, bill=found, amount_fen=said["amount"], reason=said["reason"])
        if form.is_valid():
            messages.success(request, _("The refund was ordered. It is listed here until the channel has made it."))
            return redirect("desk:payments:bill", uid=uid)
    return render_page(
        request,
        "payments/office_bill.html",
        bill=found,
        light=presenting.light(found),
        facts=presenting.facts_of(found),
        attempts=[presenting.titled(one) for one in Payment.objects.of(found)],
        receipts=Receipt.objects.of(found),
        refunds=Refund.objects.of(found),
        left=left,
        form=form,
        status=422 if form.errors else 200,
    )


@requires("payments.manage")
def receipt(request: Request, uid: UUID, receipt: UUID) -> HttpResponse:
    """Send the sealed file of a receipt to the office."""
    one = Receipt.objects.of(_bill(request, uid)).filter(uid=receipt).first()
    one = identity.must_find(one, request.actor, "receipt", receipt)
    document = identity.must_find(one.document, request.actor, "receipt", receipt)
    return documents.response(document, inline="download" not in request.GET)


@requires("payments.manage")
def refunds(request: Request) -> HttpResponse:
    """List what goes back, the newest first."""
    seen = [part.with_bill() for part in Refund.objects.parts_for(request.actor)]
    pages = keyset_page(seen, request.GET, order=("-asked_at", "-pk"))
    return render_page(request, "payments/refunds.html", pages=pages)


@require_POST
@requires("payments.manage")
def retry(request: Request, uid: UUID) -> HttpResponse:
    """Send a refund again that failed; or say that money from the counter went back there."""
    found = identity.get_visible(Refund.objects.with_bill(), request.actor, "refund", uid=uid)
    if found.payment.channel == payments.COUNTER:
        payments.pay_out(actor=request.actor, refund=found)
        messages.success(request, _("Recorded as paid out."))
    else:
        payments.retry(actor=request.actor, refund=found)
        messages.success(request, _("The refund is sent to the channel again."))
    return redirect("desk:payments:bill", uid=found.payment.bill.uid)


@requires("payments.reconcile")
def reconciliation(request: Request) -> HttpResponse:
    """List what does not agree, and compare a day."""
    form = CompareForm(request.POST or None, initial={"on": clock.today() - timedelta(days=1)})
    if form.is_valid():
        with refusals_on(form):
            payments.compare_day(actor=request.actor, channel=form.cleaned_data["channel"], on=form.cleaned_data["on"])
        if form.is_valid():
            messages.success(request, _("Compared."))
            return redirect("desk:payments:reconciliation")
    cleared = request.GET.get("cleared") == "1"
    rows = PaymentDifference.objects.with_statement()
    pages = (
        keyset_page(rows.closed(), request.GET, order=("-closed_at", "-pk"), not_null=("closed_at",))
        if cleared
        else keyset_page(rows.open(), request.GET, order=("found_at", "pk"))
    )
    return render_page(
        request,
        "payments/reconciliation.html",
        form=form,
        pages=pages,
        cleared=cleared,
        statements=ChannelStatement.objects.newest_first()[:10],
        may_compare=bool(payments.in_use()),
        status=422 if form.errors else 200,
    )


@requires("payments.reconcile")
def difference(request: Request, pk: int) -> HttpResponse:
    """Say how a difference was cleared up."""
    row = PaymentDifference.objects.with_statement().filter(pk=pk).first()
    row = identity.must_find(row, request.actor, "difference", pk)
    form = ClearForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            payments.clear_difference(actor=request.actor, difference=row, reason=form.cleaned_data["reason"])
        if form.is_valid():
            messages.success(request, _("The difference was cleared up."))
            return redirect("desk:payments:reconciliation")
    one = Payment.objects.numbered(row.statement.channel, row.number)
    return render_page(
        request,
        "payments/difference.html",
        row=row,
        bill=one.bill if one else None,
        form=form,
        status=422 if form.errors else 200,
    )


def _bill(request: Request, uid: UUID) -> Bill:
    """Return a bill that the duty reaches."""
    return identity.get_visible(Bill.objects.with_names(), request.actor.holding("payments.manage"), "bill", uid=uid)


routes = [
    path("", bills, name="bills"),
    path("refunds/", refunds, name="refunds"),
    path("refunds/<uuid:uid>/retry/", retry, name="retry"),
    path("reconciliation/", reconciliation, name="reconciliation"),
    path("reconciliation/<int:pk>/", difference, name="difference"),
    path("<uuid:uid>/", bill, name="bill"),
    path("<uuid:uid>/receipts/<uuid:receipt>.pdf", receipt, name="receipt"),
]
