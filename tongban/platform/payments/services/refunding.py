"""Send money back by the way it came."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui.templatetags.ui import yuan
from tongban.platform.payments.events import RefundAsked, RefundDone, RefundFailed
from tongban.platform.payments.models import Bill, Payment, Refund
from tongban.platform.payments.ports import ChannelRefused, ChannelSilent, RefundStanding
from tongban.platform.payments.services import books, channels, terms

log = structlog.get_logger(__name__)

AT_ONCE = 100


class TooMuch(Refusal):
    status, field = 422, "amount"
    message = _("At most %(left)s of this bill can still go back.")


class NoReasonForRefund(Refusal):
    status, field = 422, "reason"
    message = _("Say why it goes back; the payer will read it.")


@transaction.atomic
def refund(*, actor: Actor, bill: Bill, amount_fen: int, reason: str) -> Refund:
    """Send some or all of what was paid back. Raises NotAllowed, TooMuch, NoReasonForRefund."""
    actor.must_hold("payments.manage", department=bill.department_id, area=bill.area)
    bill = _locked(bill)
    left = left_of(bill)
    if not 0 < amount_fen <= left:
        raise TooMuch(left=yuan(left))
    if not reason.strip():
        raise NoReasonForRefund()
    return order(_paid_by(bill), amount_fen=amount_fen, cause="office", reason=reason.strip(), by=actor)


@transaction.atomic
def refund_what_was_paid(*, actor: Actor, bill: Bill, cause: str, reason: str) -> Refund | None:
    """Send back all that is left of a bill, because its matter ended so; None where nothing is. Raises NotAllowed."""
    actor.must_hold("payments.manage", department=bill.department_id, area=bill.area)
    bill = _locked(bill)
    left = left_of(bill)
    if bill.state != Bill.State.PAID or not left:
        return None
    return order(_paid_by(bill), amount_fen=left, cause=cause, reason=reason, by=actor)


@transaction.atomic
def retry(*, actor: Actor, refund: Refund) -> Refund:
    """Try a refund again that failed, once what was wrong was seen to. Raises NotAllowed."""
    actor.must_hold("payments.manage", department=refund.department_id, area=refund.area)
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment__bill").get(pk=refund.pk)
    if refund.state == Refund.State.FAILED:
        refund.state, refund.problem, refund.asked = Refund.State.ASKED, "", 0
        refund.ask_at = clock.now()
        refund.save()
        jobs.enqueue(send_refund, refund=refund.pk)
    return refund


def order(payment: Payment, *, amount_fen: int, cause: str, reason: str, by: Actor) -> Refund:
    """Order a refund of a payment whose bill is held, and let the worker send it."""
    bill = payment.bill
    now = clock.now()
    rhythm = terms.term("asking", clock.today())
    made = Refund.objects.create(
        number=f"{now:%Y%m%d%H%M%S}{ids.digits(12)}",
        payment=payment,
        department_id=bill.department_id,
        area=bill.area,
        amount_fen=amount_fen,
        cause=cause,
        reason=reason[:200],
        asked_at=now,
        ask_at=None if payment.channel == channels.COUNTER else now + timedelta(seconds=rhythm["first_seconds"]),
        account=by.account,
        actor=by.name,
    )
    books.book_refund_asked(made)
    told = RefundAsked(bill.pk, made.number, amount_fen, cause)
    journal.write(told, by=by, subject=bill.subject, reason=reason)
    # Cash and cards go back at the counter, by hand.
    if payment.channel != channels.COUNTER:
        jobs.enqueue(send_refund, refund=made.pk)
    return made


@jobs.task(atomic=False)
def send_refund(refund: int) -> None:
    """Send a refund to its channel; again is the same, for it has a number of its own."""
    row = Refund.objects.select_related("payment__bill").get(pk=refund)
    if row.state != Refund.State.ASKED or row.payment.channel == channels.COUNTER:
        return
    chosen = channels.channel(row.payment.channel)
    from_us = row.payment
    try:
        standing = chosen.refund(
            number=from_us.number,
            refund=row.number,
            amount_fen=row.amount_fen,
            whole_fen=from_us.taken_fen,
            reason=row.reason,
            told_at=channels.told_at(from_us.channel),
        )
    except ChannelSilent as silent:
        log.warning("a refund is not answered", channel=from_us.channel, reason=str(silent))
        return  # it is asked about, and sent again where the channel knows nothing of it
    except ChannelRefused as refused:
        standing = RefundStanding("failed", str(refused))
    finish(channel=from_us.channel, number=row.number, standing=standing)


def ask_about_refunds() -> int:
    """Ask about refunds of which nothing was heard; send those again that the channel does not know."""
    used = {one.key for one in channels.in_use()}
    waiting = [one for one in Refund.objects.to_ask(clock.now())[:AT_ONCE] if one.payment.channel in used]
    for row in waiting:
        _ask_about(row)
    return len(waiting)


@transaction.atomic
def finish(*, channel: str, number: str, standing: RefundStanding) -> Refund | None:
    """Take what a channel says of a refund; again changes nothing. None for one that is not ours.

    Where less went back than was ordered that much is done, and the rest is ordered anew; where more did, an official
    looks at it.
    """
    found = Refund.objects.select_for_update(of=("self",)).filter(payment__channel=channel, number=number)
    row = found.select_related("payment").first()
    if row is None or row.state != Refund.State.ASKED or standing.state in {"open", "unknown"}:
        return row
    if standing.state == "failed":
        return _failed(row, standing.trade)
    if standing.amount_fen > row.amount_fen:
        return _failed(row, f"渠道实际退款{yuan(standing.amount_fen)}，多于应退金额")
    if standing.amount_fen < row.amount_fen:
        _order_rest(row, standing.amount_fen)
    return done(row, trade=standing.trade, by=SYSTEM, at=standing.done_at)


def done(row: Refund, *, trade: str, by: Actor, at: datetime | None = None) -> Refund:
    """Let a refund that is held be done: the money is gone, and so is the receipt for it."""
    bill = Bill.objects.select_for_update(of=("self",)).select_related("department").get(pk=row.payment.bill_id)
    row.payment.bill = bill
    row.state, row.trade, row.done_at, row.ask_at = Refund.State.DONE, trade, at or clock.now(), None
    row.problem = ""
    row.save()
    books.book_refund_done(row)
    if not row.payment.surplus:
        bill.refunded_fen += row.amount_fen
        bill.state = Bill.State.REFUNDED if bill.refunded_fen == bill.amount_fen else bill.state
        bill.save(update_fields=["refunded_fen", "state"])
    whole = bill.state == Bill.State.REFUNDED
    told = RefundDone(bill.pk, bill.subject, row.number, row.amount_fen, row.cause, whole)
    journal.write(told, by=by, subject=bill.subject)
    return row


def left_of(bill: Bill) -> int:
    """Return how much of a bill can still go back: what was paid, without what went back or is about to."""
    if bill.state != Bill.State.PAID:
        return 0
    mine = Refund.objects.filter(payment__bill=bill, payment__surplus=False)
    ordered = mine.aggregate(total=Sum("amount_fen"))["total"] or 0
    return bill.amount_fen - int(ordered)


def _locked(bill: Bill) -> Bill:
    return Bill.objects.select_for_update(of=("self",)).select_related("department").get(pk=bill.pk)


def _paid_by(bill: Bill) -> Payment:
    payment = Payment.objects.of(bill).paid().filter(surplus=False).get()
    payment.bill = bill
    return payment


def _order_rest(row: Refund, went_fen: int) -> None:
    """Let a refund be about what went back of it, and order the rest, which has a number of its own."""
    bill = Bill.objects.select_for_update(of=("self",)).select_related("department").get(pk=row.payment.bill_id)
    row.payment.bill = bill
    rest = row.amount_fen - went_fen
    row.amount_fen = went_fen
    row.save(update_fields=["amount_fen"])
    books.book_refund_short(row, rest)
    order(row.payment, amount_fen=rest, cause=row.cause, reason=row.reason, by=SYSTEM)


def _failed(row: Refund, why: str) -> Refund:
    row.state, row.problem, row.ask_at = Refund.State.FAILED, why[:200], None
    row.save(update_fields=["state", "problem", "ask_at"])
    told = RefundFailed(row.payment.bill_id, row.number, row.amount_fen)
    journal.write(told, by=SYSTEM, subject=Bill.objects.get(pk=row.payment.bill_id).subject)
    return row


def _ask_about(row: Refund) -> None:
    chosen = channels.channel(row.payment.channel)
    rhythm = terms.term("asking", clock.today())
    pause = min(rhythm["first_seconds"] * 2 ** min(row.asked, 10), rhythm["most_seconds"])
    asked = {"asked": row.asked + 1, "ask_at": clock.now() + timedelta(seconds=pause)}
    Refund.objects.open().filter(pk=row.pk).update(**asked)
    try:
        standing = chosen.ask_refund(number=row.payment.number, refund=row.number)
    except (ChannelSilent, ChannelRefused) as problem:
        log.warning("a refund cannot be asked about", channel=row.payment.channel, reason=str(problem))
        return
    if standing.state == "unknown":
        send_refund(refund=row.pk)
    else:
        finish(channel=row.payment.channel, number=row.number, standing=standing)
