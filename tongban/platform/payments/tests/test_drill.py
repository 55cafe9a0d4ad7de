"""A drill: many payments, channels that fail in every way and are killed meanwhile; in the end all books are equal.

`TONGBAN_DRILL=10000 pytest tongban/platform/payments/tests/test_drill.py` makes it a long one.
"""

import os
import random
from datetime import timedelta

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill, Payment, Receipt, Refund
from tongban.platform.payments.services import paying, receipts, refunding

PAYMENTS = int(os.environ.get("TONGBAN_DRILL", "120"))
FAULTS = {
    "late": 0.1,
    "doubled": 0.2,
    "lost": 0.2,
    "forged": 0.2,
    "wrong_amount": 0.1,
    "partial_refund": 0.1,
    "time_out": 0.03,
    "late_seconds": 0.2,
}
ROUNDS = 12


def deliver(client, ear):
    """Hand everything to the house that was told so far."""
    heard, ear.heard[:] = list(ear.heard), []
    for path, headers, body in heard:
        sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        client.generic("POST", path, body, content_type=headers["Content-Type"], **sent)


def one(cast, order, counterpart, number, dice):
    """Somebody owes something and pays it: once, twice, or not at all; some of it goes back."""
    bill = payments.issue(actor=SYSTEM, order=order(f"drill-{number}"))
    try:
        door = payments.begin(actor=cast.actor("agent"), bill=bill, channel=counterpart.channel, way="qr").door
        if dice.random() < 0.9:
            counterpart.pay(door)
    except (payments.ChannelAway, OSError):
        return
    bill.refresh_from_db()
    if bill.state == Bill.State.PAID and dice.random() < 0.5:
        payments.refund(actor=SYSTEM, bill=bill, amount_fen=dice.randint(1, 27000), reason="演练退付")


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_fails_all_books_are_equal_in_the_end(cast, order, wechat, ear, client, settings, monkeypatch):
    settings.PAYMENTS_SECONDS = 0.4
    # Numbers, not papers, are what is drilled: a sealed file for each would take the hour.
    monkeypatch.setattr(receipts.seals, "apply", lambda *, pdf, **_more: pdf + str(random.random()).encode())
    dice = random.Random(20260302)
    wechat.faults(**FAULTS)
    for number in range(PAYMENTS):
        one(cast, order, wechat, number, dice)
        if number % 40 == 20:
            wechat.stop()
            wechat.start()
        if dice.random() < 0.5:
            deliver(client, ear)
        for earlier in Bill.objects.in_state("paid").filter(refunded_fen=0).order_by("?")[:1]:
            if dice.random() < 0.2 and refunding.left_of(earlier) == earlier.amount_fen:
                payments.refund(actor=SYSTEM, bill=earlier, amount_fen=dice.randint(1, 27000), reason="演练退付")
    wechat.faults()
    settings.PAYMENTS_SECONDS = 6.0
    settle(client, ear)

    assert payments.books_agree() == []
    row = payments.compare_day(actor=SYSTEM, channel="wechat", on=clock.today())
    with clock.at(clock.now() + timedelta(minutes=5)):
        jobs.run_all()
    payments.compare_day(actor=SYSTEM, channel="wechat", on=clock.today())
    ours = set(Payment.objects.values_list("number", flat=True)) | set(Refund.objects.values_list("number", flat=True))
    assert not row.differences.open().filter(number__in=ours).exists()
    assert Bill.objects.exclude(state="due").count() > PAYMENTS // 2
    paid = Payment.objects.paid().filter(surplus=False).count()
    assert Receipt.objects.filter(red=False, occasion="paid").count() == paid
    numbers = sorted(int(one.number) for one in Receipt.objects.all())
    assert numbers == list(range(1, len(numbers) + 1))


def settle(client, ear):
    """Let the worker do what it does for some minutes: deliver, ask, send again."""
    for minute in range(1, ROUNDS):
        deliver(client, ear)
        with clock.at(clock.now() + timedelta(seconds=20 * minute)):
            paying.ask_channels()
            refunding.ask_about_refunds()
            jobs.run_all()
