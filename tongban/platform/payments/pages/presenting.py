"""What pages say of bills, payments, refunds and receipts."""

from typing import Any, NamedTuple

import segno
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui.templatetags.ui import day, moment, yuan
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill, Payment, Receipt

BILL_COLOURS = {"due": "yellow", "paid": "green", "refunded": "grey", "cancelled": "grey"}


class WayToPay(NamedTuple):
    """channel, way: what is posted; simulated: no real money, but a local counterpart."""

    channel: str
    way: str
    title: StrOrPromise
    how: StrOrPromise
    simulated: bool


def light(bill: Bill) -> tuple[str, str]:
    """Return colour and word of how a bill stands."""
    if bill.state == Bill.State.DUE and bill.due_on and bill.due_on < clock.today():
        return "red", _("overdue")
    if bill.state == Bill.State.PAID and bill.refunded_fen:
        return "green", _("paid, refunded in part")
    return BILL_COLOURS[bill.state], str(Bill.State(bill.state).label)


def ways(*, phone: bool = False) -> list[WayToPay]:
    """Return every way to pay that is in use here; on a phone, which cannot scan itself, paying on it comes first."""
    found = [
        WayToPay(one.key, way, one.title, payments.WAYS[way], bool(payments.wallet_of(one.key)))
        for one in payments.in_use()
        for way in one.ways
    ]
    return sorted(found, key=lambda one: one.way == "qr") if phone else found


def facts_of(bill: Bill) -> list[tuple[str, str]]:
    """Return what a bill says, line by line."""
    rows = [
        (_("For"), bill.title),
        (pgettext("bill", "Case number"), bill.number),
        (pgettext("bill", "To"), bill.department.title),
        (_("Owed by"), bill.payer_name),
        (_("Payment code"), bill.code),
        (_("Issued on"), day(bill.issued_at)),
        (_("To be paid by"), day(bill.due_on)),
        (_("Reduced by"), yuan(bill.reduced_fen) if bill.reduced_fen else ""),
        (_("Paid on"), moment(bill.paid_at)),
        (_("Refunded"), yuan(bill.refunded_fen) if bill.refunded_fen else ""),
        (pgettext("bill", "Reason"), bill.reason),
    ]
    return [(str(label), text) for label, text in rows if text]


def receipt_facts(receipt: Receipt, *, payer: str) -> list[tuple[str, str]]:
    """Return what a receipt says, line by line. payer: as far as the reader may know."""
    sign = "-" if receipt.red else ""
    rows = [
        (_("Receipt code"), receipt.code),
        (_("Receipt number"), receipt.number),
        (_("Check code"), receipt.check_code),
        (_("Paid by"), payer),
        (_("For"), receipt.payment.bill.title),
        (_("Amount"), f"{sign}{yuan(receipt.amount_fen)}"),
        (_("Issued by"), receipt.department.title),
        (_("Issued on"), day(receipt.issued_at)),
    ]
    return [(str(label), text) for label, text in rows if text]


def qr(payment: Payment) -> str:
    """Return the picture of the QR code that the payer's phone scans."""
    return str(segno.make(payment.door, error="m").svg_data_uri(scale=6, border=2))


def titled(payment: Payment) -> dict[str, Any]:
    return {
        "payment": payment,
        "channel": payments.TITLES[payment.channel],
        "way": payments.WAYS[payment.way],
        "wallet": payments.wallet_of(payment.channel),
    }
