"""Pay a bill by a channel: begin, hear or ask how it stands, and take what came.

Channels are spoken to outside transactions. What came is taken once, whoever tells of it and however often.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity import services as identity
from tongban.platform.payments.events import AmountMismatched, BillPaid, SurplusReceived
from tongban.platform.payments.models import Bill, Payment
from tongban.platform.payments.ports import ChannelRefused, ChannelSilent, PaymentStanding, PayOrder
from tongban.platform.payments.services import books, channels, refunding, terms

log = structlog.get_logger(__name__)

# So many payments are asked about in one round.
AT_ONCE = 100
# Shown in the same minute, a way to pay is the same one.
REUSED = timedelta(minutes=1)
# Why money goes back that was not owed, as its payer reads it.
WHY_BACK = {"surplus": "重复缴款退回", "amount": "缴款金额与应缴金额不符退回"}


class BillClosed(Refusal):
    message = _("This bill has been paid or cancelled already.")


class NotYourBill(Refusal):
    status = 403
    message = _("Only whoever owes it, or acts for them, pays a bill here.")


def begin(*, actor: Actor, bill: Bill, channel: str, way: str) -> Payment:
    """Begin to pay a bill; return what a QR code says, or where a browser goes, in `door`.

    Raises NotFound, NotYourBill, BillClosed, NoSuchChannel, ChannelAway.
    """
    chosen = channels.channel(channel)
    if way not in chosen.ways:
        raise channels.NoSuchChannel()
    payment = _reserved(actor, bill, channel, way)
    if payment.door:
        return payment
    try:
        door = chosen.open(_order(payment, actor))
    except ChannelSilent as silent:
        log.warning("a payment channel is silent", channel=channel, reason=str(silent))
        raise channels.ChannelAway(channel=chosen.title) from silent
    except ChannelRefused as refused:
        log.error("a payment channel refuses an order", channel=channel, reason=str(refused))
        _closed(payment)
        raise channels.ChannelAway(channel=chosen.title) from refused
    Payment.objects.filter(pk=payment.pk).update(door=door)
    payment.door = door
    return payment


def ask(payment: Payment) -> Payment:
    """Ask the channel how a payment stands, and do what follows; where it is silent, it is asked again later."""
    if payment.state == Payment.State.PAID or payment.channel == channels.COUNTER:
        return payment
    chosen = channels.channel(payment.channel)
    try:
        standing = chosen.ask(payment.number)
        if standing.state in {"open", "unknown"} and payment.expires_at and payment.expires_at <= clock.now():
            if standing.state == "open":
                chosen.close(payment.number)
            standing = PaymentStanding("closed")
    except (ChannelSilent, ChannelRefused) as problem:
        log.warning("a payment cannot be asked about", channel=payment.channel, reason=str(problem))
        return _later(payment)
    if standing.state == "paid":
        return take(channel=payment.channel, number=payment.number, standing=standing, asked=True) or payment
    return _closed(payment) if standing.state == "closed" else _later(payment)


def ask_channels() -> int:
    """Ask about the payments that were begun and of which nothing was heard; return how many."""
    used = {one.key for one in channels.in_use()}
    waiting = [one for one in Payment.objects.to_ask(clock.now())[:AT_ONCE] if one.channel in used]
    for payment in waiting:
        ask(payment)
    return len(waiting)


@transaction.atomic
def take(*, channel: str, number: str, standing: PaymentStanding, asked: bool = False) -> Payment | None:
    """Take what a channel says was paid; again changes nothing. None for a payment that is not ours.

    Another amount than was asked for does not count: the channel is asked, and what it says then (asked) goes back, as
    does what comes for a bill that is paid or cancelled already.
    """
    found = Payment.objects.select_for_update(of=("self",)).filter(channel=channel, number=number)
    payment = found.first()
    if payment is None or standing.state != "paid" or payment.state == Payment.State.PAID:
        return payment
    if _is_used(payment, standing.trade):
        log.error("a channel names one transaction for two payments", channel=channel, number=number)
        return payment
    payment.bill = bill = (
        Bill.objects.select_for_update(of=("self",)).select_related("department").get(pk=payment.bill_id)
    )
    if standing.amount_fen != payment.amount_fen:
        _note_mismatch(payment, standing)
        if not asked:
            return payment
    payment.came_fen = None if standing.amount_fen == payment.amount_fen else standing.amount_fen
    return settle(payment, trade=standing.trade, at=standing.paid_at or clock.now(), bill=bill, by=SYSTEM)


def settle(payment: Payment, *, trade: str, at: datetime, bill: Bill, by: Actor) -> Payment:
    """Let a payment whose bill is held count: the bill is paid, or the money is not what was owed and goes back."""
    payment.state, payment.trade, payment.paid_at, payment.ask_at = Payment.State.PAID, trade, at, None
    payment.surplus = bill.state != Bill.State.DUE or payment.came_fen is not None
    payment.save()
    if payment.surplus:
        books.book_surplus(payment)
        told = SurplusReceived(bill.pk, payment.number, payment.channel, payment.taken_fen)
        journal.write(told, by=by, subject=bill.subject)
        cause = "surplus" if payment.came_fen is None else "amount"
        refunding.order(payment, amount_fen=payment.taken_fen, cause=cause, reason=WHY_BACK[cause], by=SYSTEM)
        return payment
    books.book_paid(payment)
    bill.state, bill.paid_at = Bill.State.PAID, at
    bill.save(update_fields=["state", "paid_at"])
    paid = BillPaid(bill.pk, bill.subject, bill.code, bill.amount_fen, payment.number, payment.channel)
    journal.write(paid, by=by, subject=bill.subject)
    return payment


@transaction.atomic
def _reserved(actor: Actor, bill: Bill, channel: str, way: str) -> Payment:
    """Return a payment with a number of its own; the one of a moment ago, where the same is asked twice."""
    held = Bill.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=bill.pk).first()
    if held is None:
        raise identity.not_found(actor, "bill", bill.uid)
    if actor.kind != "system" and held.payer_id != actor.represents:
        raise NotYourBill()
    if held.state != Bill.State.DUE:
        raise BillClosed()
    now = clock.now()
    since = Payment.objects.of(held).open().filter(channel=channel, way=way, opened_at__gt=now - REUSED)
    if (earlier := since.exclude(door="").select_related("bill").first()) is not None:
        return earlier
    term, rhythm = terms.term("expiry", clock.today()), terms.term("asking", clock.today())
    return Payment.objects.create(
        number=new_number(),
        bill=held,
        channel=channel,
        way=way,
        amount_fen=held.amount_fen,
        opened_at=now,
        expires_at=now + timedelta(minutes=term["minutes"]),
        ask_at=now + timedelta(seconds=rhythm["first_seconds"]),
        account=actor.account,
        actor=actor.name,
    )


def new_number() -> str:
    """Return a number of ours for an order: when it was made, and figures by chance."""
    return f"{clock.now():%Y%m%d%H%M%S}{ids.digits(12)}"


def _order(payment: Payment, actor: Actor) -> PayOrder:
    back = reverse("hall:payments:pay", args=[payment.bill.uid, payment.uid])
    return PayOrder(
        number=payment.number,
        title=payment.bill.title,
        amount_fen=payment.amount_fen,
        expires_at=payment.expires_at or clock.now(),
        way=payment.way,
        payer_ip=actor.address,
        told_at=channels.told_at(payment.channel),
        back_to=settings.PUBLIC_URL + back,
    )


def _is_used(payment: Payment, trade: str) -> bool:
    others = Payment.objects.filter(channel=payment.channel, trade=trade).exclude(pk=payment.pk)
    return not trade or others.exists()


def _note_mismatch(payment: Payment, standing: PaymentStanding) -> None:
    """Write down, once, that another amount is said to have come; the channel is asked about it at the next round."""
    if payment.came_fen is None:
        payment.came_fen, payment.ask_at = standing.amount_fen, clock.now()
        payment.save(update_fields=["came_fen", "ask_at"])
        told = AmountMismatched(
            payment.bill_id, payment.number, payment.channel, payment.amount_fen, standing.amount_fen
        )
        journal.write(told, by=SYSTEM, subject=payment.bill.subject)


@transaction.atomic
def _later(payment: Payment) -> Payment:
    """Ask again after a while, each time after a longer one."""
    rhythm = terms.term("asking", clock.today())
    pause = min(rhythm["first_seconds"] * 2 ** min(payment.asked, 10), rhythm["most_seconds"])
    payment = Payment.objects.select_for_update(of=("self",)).select_related("bill").get(pk=payment.pk)
    if payment.state == Payment.State.OPEN:
        payment.asked, payment.ask_at = payment.asked + 1, clock.now() + timedelta(seconds=pause)
        payment.save(update_fields=["asked", "ask_at"])
    return payment


@transaction.atomic
def _closed(payment: Payment) -> Payment:
    payment = Payment.objects.select_for_update(of=("self",)).select_related("bill").get(pk=payment.pk)
    if payment.state == Payment.State.OPEN:
        payment.state, payment.ask_at = Payment.State.CLOSED, None
        payment.save(update_fields=["state", "ask_at"])
    return payment
