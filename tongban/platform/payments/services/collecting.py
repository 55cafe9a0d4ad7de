"""The counter: take cash, or note what a card reader took; and pay out what goes back."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.payments.models import Bill, Payment, Refund
from tongban.platform.payments.rules import codes
from tongban.platform.payments.services import paying, refunding
from tongban.platform.payments.services.channels import COUNTER


class NoSuchBill(Refusal):
    status, field = 422, "code"
    message = _("There is no bill with this payment code. Compare it with the notice, figure by figure.")


class NoSlip(Refusal):
    status, field = 422, "slip"
    message = _("Give the number on the slip of the card reader; each slip pays one bill.")


def to_collect(*, actor: Actor, code: str) -> Bill | None:
    """Return the bill with a payment code, if there is one. Raises NotAllowed."""
    actor.must_hold("payments.collect")
    code = typed.compact(code)
    return Bill.objects.coded(code) if codes.is_payment_code(code) else None


def find_to_collect(*, actor: Actor, code: str) -> Bill:
    """Return the bill with a payment code, for whoever stands at the counter. Raises NotAllowed, NoSuchBill."""
    bill = to_collect(actor=actor, code=code)
    if bill is None:
        identity.record_denied(actor, "payment code", code)
        raise NoSuchBill()
    return bill


@transaction.atomic
def collect(*, actor: Actor, code: str, way: str, slip: str = "") -> Payment:
    """Take the whole amount of a bill, in cash or by card. way: "cash" or "pos", whose slip has a number.

    Raises NotAllowed, NoSuchBill, NoSlip, BillClosed.
    """
    found, slip = find_to_collect(actor=actor, code=code), typed.identifier(slip)
    bill = Bill.objects.select_for_update(of=("self",)).select_related("department").get(pk=found.pk)
    if bill.state != Bill.State.DUE:
        raise paying.BillClosed()
    if way == "pos" and (not slip or Payment.objects.filter(channel=COUNTER, trade=slip).exists()):
        raise NoSlip()
    payment = Payment(
        number=paying.new_number(),
        bill=bill,
        channel=COUNTER,
        way=way,
        amount_fen=bill.amount_fen,
        opened_at=clock.now(),
        account=actor.account,
        actor=actor.name,
    )
    trade = slip if way == "pos" else ""
    return paying.settle(payment, trade=trade, at=clock.now(), bill=bill, by=actor)


@transaction.atomic
def pay_out(*, actor: Actor, refund: Refund) -> Refund:
    """Say that money that came at the counter went back there. Twice is the same. Raises NotAllowed, NotFound."""
    actor.must_hold("payments.manage", department=refund.department_id, area=refund.area)
    row = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund.pk)
    if row.payment.channel != COUNTER:
        raise NotFound()
    return refunding.done(row, trade="", by=actor) if row.state == Refund.State.ASKED else row
