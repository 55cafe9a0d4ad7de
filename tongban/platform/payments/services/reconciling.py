"""Every day three ways: what the channel says, what moved in the ledger, and what the receipts say."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.ledger import services as ledger
from tongban.platform.ledger.models import LedgerAccount, LedgerMove
from tongban.platform.payments.events import DayCompared, DifferenceCleared
from tongban.platform.payments.models import ChannelStatement, Payment, PaymentDifference, Receipt, Refund
from tongban.platform.payments.ports import ChannelRefused, ChannelSilent, DayStatement
from tongban.platform.payments.rules import reconciling
from tongban.platform.payments.rules.reconciling import OurEntry
from tongban.platform.payments.services import books, channels, paying, terms

log = structlog.get_logger(__name__)

AGREES = "再次核对一致"


class WhyCleared(Refusal):
    status, field = 422, "reason"
    message = _("Say how the difference was cleared up.")


def compare_day(*, actor: Actor, channel: str, on: date) -> ChannelStatement:
    """Fetch the statement of a day and compare it; again compares anew, and closes what agrees by now.

    What the channel took and we heard nothing of is asked about first, so that a lost message is no difference.
    Raises NotAllowed, NoSuchChannel, ChannelAway.
    """
    actor.must_hold("payments.reconcile")
    chosen = channels.channel(channel)
    try:
        statement = chosen.statement(on)
    except (ChannelSilent, ChannelRefused) as problem:
        log.warning("a statement cannot be fetched", channel=channel, on=str(on), reason=str(problem))
        raise channels.ChannelAway(channel=chosen.title) from problem
    _ask_about_unheard(channel, statement)
    return _compared(actor, channel, on, statement)


def compare_yesterday() -> int:
    """Compare yesterday with every channel, once its statement is out; return how many were compared."""
    now = timezone.localtime(clock.now())
    yesterday = now.date() - timedelta(days=1)
    if now.hour < terms.term("statement", now.date())["hour"]:
        return 0
    known = set(ChannelStatement.objects.filter(on=yesterday).values_list("channel", flat=True))
    done = 0
    for one in channels.in_use():
        if one.key not in known:
            try:
                compare_day(actor=SYSTEM, channel=one.key, on=yesterday)
                done += 1
            except channels.ChannelAway:
                continue  # said in the log; asked again in an hour
    return done


@transaction.atomic
def clear_difference(*, actor: Actor, difference: PaymentDifference, reason: str) -> PaymentDifference:
    """Say how a difference was cleared up. Twice is the same. Raises NotAllowed, WhyCleared."""
    actor.must_hold("payments.reconcile")
    row = PaymentDifference.objects.select_for_update(of=("self",)).with_statement().get(pk=difference.pk)
    if not reason.strip():
        raise WhyCleared()
    if row.closed_at is None:
        row.closed_at, row.reason = clock.now(), reason.strip()[:200]
        row.account, row.actor = actor.account, actor.name
        row.save()
        told = DifferenceCleared(row.statement.channel, str(row.statement.on), row.number)
        journal.write(told, by=actor, subject=f"payment:{row.number}", reason=row.reason)
    return row


def books_agree() -> list[str]:
    """Return what is wrong with our own books; [] where all agree: ledger, bills, payments, refunds, receipts."""
    wrong = [f"account {one.code}: {one.balance} is not {one.moved}" for one in ledger.discrepancies()]
    if total := LedgerAccount.objects.total(books.UNIT):
        wrong.append(f"all accounts together: {total}")
    expected: dict[str, int] = {}
    for payment in Payment.objects.paid().iterator():
        expected[payment.channel] = expected.get(payment.channel, 0) + payment.taken_fen
    for refund in Refund.objects.filter(state=Refund.State.DONE).select_related("payment").iterator():
        expected[refund.payment.channel] = expected.get(refund.payment.channel, 0) - refund.amount_fen
    settled = _settled()
    for channel, amount in expected.items():
        lies = books.balance(books.lies_at(channel)) + settled.get(channel, 0)
        if lies != amount:
            wrong.append(f"channel {channel}: {lies} is not {amount}")
    return wrong


@transaction.atomic
def _compared(actor: Actor, channel: str, on: date, statement: DayStatement) -> ChannelStatement:
    paid = [line for line in statement.lines if not line.refund]
    back = [line for line in statement.lines if line.refund]
    row, _made = ChannelStatement.objects.update_or_create(
        channel=channel,
        on=on,
        defaults={
            "digest": statement.digest,
            "payments": len(paid),
            "paid_fen": sum(line.amount_fen for line in paid),
            "refunds": len(back),
            "refunded_fen": sum(line.amount_fen for line in back),
            "compared_at": clock.now(),
        },
    )
    theirs = {line.refund or line.number: line.amount_fen for line in statement.lines}
    found = reconciling.compared(_ours(channel, on), theirs)
    _keep(row, found)
    settled = f"settled:{channel}:{on}"
    if settled not in LedgerMove.objects.amounts_of([settled]):
        books.book_settled(channel, str(on), row.paid_fen - row.refunded_fen)
    journal.write(DayCompared(channel, str(on), len(found)), by=actor, subject=settled)
    return row


def _keep(row: ChannelStatement, found: Iterable[reconciling.FoundDifference]) -> None:
    """Write down what is new, and close what agrees by now."""
    now = clock.now()
    still = set()
    for one in found:
        difference, _made = PaymentDifference.objects.get_or_create(
            statement=row,
            kind=one.kind,
            number=one.number,
            defaults={"ours_fen": one.ours_fen, "theirs_fen": one.theirs_fen, "found_at": now},
        )
        still.add(difference.pk)
    gone = PaymentDifference.objects.open().filter(statement=row).exclude(pk__in=still)
    gone.update(closed_at=now, reason=AGREES, actor=SYSTEM.name)


def _ours(channel: str, on: date) -> dict[str, OurEntry]:
    """Return what we hold of a day, by our numbers of payments and refunds."""
    first = timezone.make_aware(datetime.combine(on, time()))
    after = first + timedelta(days=1)
    payments = list(Payment.objects.of_day(channel, first, after))
    refunds = list(Refund.objects.of_day(channel, first, after))
    moved = LedgerMove.objects.amounts_of(
        [f"payment:{one.uid}:paid" for one in payments] + [f"refund:{one.uid}:done" for one in refunds]
    )
    receipts = _receipts([one.pk for one in payments] + [one.payment_id for one in refunds])
    ours = {}
    for one in payments:
        given = None if one.surplus else receipts.get((one.pk, "paid"), 0)
        ours[one.number] = OurEntry(one.taken_fen, moved.get(f"payment:{one.uid}:paid", 0), given)
    for back in refunds:
        taken = None if back.payment.surplus else -receipts.get((back.payment_id, f"refund:{back.number}"), 0)
        ours[back.number] = OurEntry(back.amount_fen, moved.get(f"refund:{back.uid}:done", 0), taken)
    return ours


def _receipts(payments: list[int]) -> dict[tuple[int, str], int]:
    """Return what the receipts of payments say, by occasion; what a red one takes back counts below nothing."""
    found: dict[tuple[int, str], int] = {}
    rows = Receipt.objects.filter(payment__in=payments).values_list("payment", "occasion", "amount_fen", "red")
    for payment, occasion, amount, red in rows:
        found[payment, occasion] = found.get((payment, occasion), 0) + (-amount if red else amount)
    return found


def _ask_about_unheard(channel: str, statement: DayStatement) -> None:
    """Ask about payments that the channel took and of which we heard nothing."""
    numbers = [line.number for line in statement.lines if not line.refund]
    for start in range(0, len(numbers), 500):
        some = Payment.objects.filter(channel=channel, number__in=numbers[start : start + 500])
        for payment in some.exclude(state=Payment.State.PAID).select_related("bill"):
            paying.ask(payment)


def _settled() -> dict[str, int]:
    """Return how much of each channel's money lies in the treasury."""
    found: dict[str, int] = {}
    for move in LedgerMove.objects.because_of("settled"):
        out = move.taker.code == books.TREASURY
        channel = (move.giver if out else move.taker).code.removeprefix("channel:")
        found[channel] = found.get(channel, 0) + (move.amount if out else -move.amount)
    return found
