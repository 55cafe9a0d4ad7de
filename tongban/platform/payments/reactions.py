"""What follows from money: receipts are issued and sealed, people are told."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.ui.templatetags.ui import day, yuan
from tongban.platform.documents.events import GlyphsAdded
from tongban.platform.notices import services as notices
from tongban.platform.payments import services as payments
from tongban.platform.payments.events import BillIssued, BillPaid, ReceiptIssued, RefundDone
from tongban.platform.payments.models import Bill, Payment, Receipt, Refund


@journal.on(BillIssued)
def tell_payer(event: BillIssued) -> None:
    bill = _bill(event.bill_id)
    _tell(
        bill,
        "issued",
        _("Please pay %(amount)s for “%(title)s”") if bill.due_on is None else _("Please pay %(amount)s by %(due)s"),
        _("For “%(title)s”, to %(office)s. Payment code %(code)s. You can pay here, by phone, or at the counter."),
        due=lambda: day(bill.due_on),
    )


@journal.on(BillPaid)
def issue_receipt(event: BillPaid) -> None:
    payment = Payment.objects.select_related("bill__department").get(channel=event.channel, number=event.payment)
    payments.issue_receipt(payment=payment)


@journal.on(BillPaid)
def thank_payer(event: BillPaid) -> None:
    _tell(
        _bill(event.bill_id),
        "paid",
        _("We have received %(amount)s for “%(title)s”"),
        _("Payment code %(code)s. The electronic receipt is with your bill."),
    )


@journal.on(ReceiptIssued, atomic=False)
def seal_receipts(event: ReceiptIssued) -> None:
    """Make the sealed files of a bill's receipts, those that have none yet."""
    for receipt in Receipt.objects.of(_bill(event.bill_id)).without_file():
        payments.make_file(_whole(receipt.pk))


@journal.on(GlyphsAdded, atomic=False)
def seal_receipt_that_waited(event: GlyphsAdded) -> None:
    if pk := Subject.parse(event.origin).number("receipt"):
        payments.make_file(_whole(pk))


@journal.on(RefundDone)
def take_receipt_back(event: RefundDone) -> None:
    refund = Refund.objects.select_related("payment__bill__department").get(number=event.refund)
    payments.reverse_receipt(refund=refund)


@journal.on(RefundDone)
def tell_of_refund(event: RefundDone) -> None:
    refund = Refund.objects.get(number=event.refund)
    _tell(
        _bill(event.bill_id),
        f"refund:{event.refund}",
        _("%(back)s of your payment for “%(title)s” was refunded"),
        _("Reason: %(reason)s. It went back the way it came; banks may need some days. Payment code %(code)s."),
        back=lambda: yuan(refund.amount_fen),
        reason=lambda: refund.reason,
    )


def _bill(pk: int) -> Bill:
    return Bill.objects.with_names().get(pk=pk)


def _whole(pk: int) -> Receipt:
    return Receipt.objects.select_related("department", "payment__bill__payer", "reverses").get(pk=pk)


def _tell(bill: Bill, occasion: str, title: StrOrPromise, body: StrOrPromise, **more: object) -> None:
    words = {
        "amount": yuan(bill.amount_fen),
        "title": bill.title,
        "office": lambda: bill.department.title,
        "code": bill.code,
        **more,
    }
    notices.send(
        to=bill.payer,
        **notices.in_both(title, body, words),
        url=reverse("hall:payments:bill", args=[bill.uid]),
        subject=bill.subject,
        service=bill.service,
        key=f"bill:{bill.pk}:{occasion}",
    )
