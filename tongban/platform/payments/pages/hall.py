"""For payers: what they owe, how they pay it, their receipts; and for everybody: is a receipt genuine?"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.rules import masked
from tongban.infrastructure.ui.views import Request, public, render_page, signed_in
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill, Payment, Receipt, Refund
from tongban.platform.payments.pages import presenting
from tongban.platform.payments.rules.amounts import from_yuan


def _figures(label: StrOrPromise, help_text: StrOrPromise, most: int) -> forms.CharField:
    """Return a field for figures that are printed on a receipt."""
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.CharField(label=label, help_text=help_text, max_length=most, cleaned=typed.compact, widget=widget)


class ReceiptForm(forms.Form):
    """What is printed on a receipt."""

    code = _figures(gettext_lazy("Receipt code"), gettext_lazy("Eight figures."), 12)
    number = _figures(gettext_lazy("Receipt number"), gettext_lazy("Ten figures."), 14)
    check_code = _figures(gettext_lazy("Check code"), gettext_lazy("Six figures."), 8)
    amount = forms.CharField(
        label=gettext_lazy("Amount in yuan"),
        help_text=gettext_lazy("As in 270.00; of a red receipt without the minus."),
        max_length=20,
        cleaned=typed.number,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def clean_amount(self) -> int:
        try:
            return from_yuan(self.cleaned_data["amount"].replace(",", "").lstrip("¥￥-"))
        except ValueError as error:
            raise forms.ValidationError(_("Write an amount like 270.00.")) from error


@signed_in
def mine(request: Request) -> HttpResponse:
    """Show the bills of the party one stands for."""
    found = Bill.objects.visible_to(request.actor).of_payer(request.actor.represents).with_names()
    pages = keyset_page(found, request.GET, order=("-issued_at", "-pk"))
    rows = [(bill, presenting.light(bill)) for bill in pages.rows]
    return render_page(request, "payments/mine.html", pages=pages, rows=rows)


@signed_in
def bill(request: Request, uid: UUID) -> HttpResponse:
    """Show one bill: what is owed and why, the ways to pay, what was paid, receipts and refunds."""
    found = _own(request, uid)
    return render_page(
        request,
        "payments/bill.html",
        bill=found,
        light=presenting.light(found),
        facts=presenting.facts_of(found),
        ways=presenting.ways(phone=on_phone(request)) if found.state == Bill.State.DUE else [],
        receipts=Receipt.objects.of(found),
        refunds=Refund.objects.of(found),
        paid=[presenting.titled(one) for one in Payment.objects.of(found).paid()],
    )


@signed_in
@require_POST
def begin(request: Request, uid: UUID) -> HttpResponse:
    """Begin to pay by the way that was chosen."""
    found = _own(request, uid)
    chosen, _slash, way = request.POST.get("way", "").partition("/")
    with refusals() as refused:
        payment = payments.begin(actor=request.actor, bill=found, channel=chosen, way=way)
        return redirect("hall:payments:pay", uid=uid, payment=payment.uid)
    messages.warning(request, refused.sentence)
    return redirect("hall:payments:bill", uid=uid)


@signed_in
def pay(request: Request, uid: UUID, payment: UUID) -> HttpResponse:
    """Show the code to scan, or the way to the channel; whoever asks how it stands has the channel asked."""
    found = _own(request, uid)
    one = Payment.objects.of(found).filter(uid=payment).select_related("bill__department").first()
    one = identity.must_find(one, request.actor, "payment", payment)
    if request.method == "POST":
        one = payments.ask(one)
        if one.state == Payment.State.OPEN:
            messages.info(request, _("The channel has not reported a payment yet."))
    if one.state == Payment.State.PAID:
        if one.surplus:
            messages.warning(request, _("What came was not what is due; it goes back the way it came."))
        return redirect("hall:payments:bill", uid=uid)
    if found.state != Bill.State.DUE or one.state == Payment.State.CLOSED:
        messages.info(request, _("This way to pay is closed; choose one again if the bill is still open."))
        return redirect("hall:payments:bill", uid=uid)
    shown = presenting.titled(one)
    return render_page(
        request, "payments/pay.html", bill=found, qr=presenting.qr(one) if one.way == "qr" else "", **shown
    )


@signed_in
def receipt(request: Request, uid: UUID, receipt: UUID) -> HttpResponse:
    """Send the sealed file of a receipt to the payer."""
    one = Receipt.objects.of(_own(request, uid)).filter(uid=receipt).first()
    if one is None or one.document is None:
        raise NotFound()
    return documents.response(one.document, inline="download" not in request.GET)


@public
def verify(request: Request) -> HttpResponse:
    """Check a receipt by what is printed on it."""
    form = ReceiptForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            one = payments.check_receipt(
                actor=request.actor,
                code=said["code"],
                number=said["number"],
                check_code=said["check_code"],
                amount_fen=said["amount"],
            )
            return _verdict(request, one)
    return render_page(request, "payments/verify.html", form=form, status=422 if form.errors else 200)


@public
def code(request: Request, token: str) -> HttpResponse:
    """Answer whoever scanned the QR code of a receipt."""
    return _verdict(request, payments.receipt_of_code(actor=request.actor, token=token))


def _verdict(request: Request, one: Receipt) -> HttpResponse:
    is_person = one.payment.bill.payer.kind == "person"
    payer = masked(one.payer_name) if is_person else one.payer_name
    taken_back = Receipt.objects.filter(reverses=one).first()
    return render_page(
        request,
        "payments/verdict.html",
        receipt=one,
        facts=presenting.receipt_facts(one, payer=payer),
        taken_back=taken_back,
    )


def on_phone(request: Request) -> bool:
    """Say whether the browser is a phone's, by the word that browsers have agreed on for that."""
    return "Mobi" in request.headers.get("User-Agent", "")


def _own(request: Request, uid: UUID) -> Bill:
    """Return a bill of the party one stands for; officials have a page of their own."""
    own = Bill.objects.visible_to(request.actor).of_payer(request.actor.represents).with_names()
    return identity.must_find(own.filter(uid=uid).first(), request.actor, "bill", uid)


routes = [
    path("", mine, name="mine"),
    path("verify/", verify, name="verify"),
    path("v/<slug:token>/", code, name="code"),
    path("<uuid:uid>/", bill, name="bill"),
    path("<uuid:uid>/begin/", begin, name="begin"),
    path("<uuid:uid>/pay/<uuid:payment>/", pay, name="pay"),
    path("<uuid:uid>/receipts/<uuid:receipt>.pdf", receipt, name="receipt"),
]
