"""Bills, the counter, refunds, receipts and the daily comparison."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.ledger.models import LedgerAccount
from tongban.platform.notices.models import Notice
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill, Payment, PaymentDifference, Receipt, Refund
from tongban.platform.payments.ports import RefundStanding
from tongban.platform.payments.rules.codes import is_payment_code
from tongban.platform.payments.services import refunding
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import SealUse

pytestmark = pytest.mark.django_db
CASHIER = Actor("staff", name="收费员", grants=(Grant("payments.collect"),))


def collected(bill, way="cash", slip=""):
    payment = payments.collect(actor=CASHIER, code=bill.code, way=way, slip=slip)
    jobs.run_all()
    return payment


def balance(code):
    return LedgerAccount.objects.get(code=code).balance


def test_a_bill_has_a_code_a_reduction_and_a_debt_in_the_ledger(bill):
    assert is_payment_code(bill.code)
    assert (bill.amount_fen, bill.full_fen, bill.reduced_fen) == (27000, 32000, 5000)
    assert (balance(f"due:{bill.uid}"), balance("income:market-regulation")) == (27000, -27000)


def test_the_same_occasion_gives_the_same_bill(bill, order):
    assert payments.issue(actor=SYSTEM, order=order()) == bill


def test_nothing_owed_is_no_bill(order):
    with pytest.raises(payments.NothingDue):
        payments.issue(actor=SYSTEM, order=order(lines=[{"name": "x", "amount_fen": 0, "basis": ""}]))


def test_nobody_without_the_duty_issues_bills(cast, order):
    with pytest.raises(NotAllowed):
        payments.issue(actor=cast.actor("clerk"), order=order())


def test_the_payer_is_told(bill):
    jobs.run_all()

    assert bill.code in Notice.objects.get(key=f"bill:{bill.pk}:issued").body


def test_a_cancelled_bill_owes_nothing_and_cannot_be_paid(bill):
    payments.cancel(actor=SYSTEM, bill=bill, reason="撤回申请")

    assert balance(f"due:{bill.uid}") == 0
    with pytest.raises(payments.BillClosed):
        collected(bill)


@pytest.mark.parametrize(("kept", "name"), [(True, "财务专用章"), (False, "行政审批专用章")])
def test_a_receipt_bears_the_seal_for_money_of_the_office_that_has_one(bill, kept, name):
    if kept:
        seals.make(actor=SYSTEM, department=bill.department, name="财务专用章")

    collected(bill)

    receipt = Receipt.objects.get()
    assert SealUse.objects.get(subject=f"receipt:{receipt.pk}").seal.name == name


def test_cash_at_the_counter_pays_it(bill):
    payment = collected(bill)

    assert (payment.state, Bill.objects.get().state, payment.actor) == ("paid", "paid", "收费员")
    assert balance("channel:counter") == 27000
    assert Receipt.objects.get().document_id


def test_a_code_is_found_however_it_is_typed(bill):
    typed = " ".join(bill.code[place : place + 4] for place in range(0, 20, 4))

    assert payments.find_to_collect(actor=CASHIER, code=typed) == bill


@pytest.mark.parametrize("code", ["", "123", "9" * 20, "abc"])
def test_a_wrong_code_is_said_to_be_wrong(bill, code):
    with pytest.raises(payments.NoSuchBill):
        payments.find_to_collect(actor=CASHIER, code=code)


def test_only_cashiers_take_money(cast, bill):
    with pytest.raises(NotAllowed):
        payments.collect(actor=cast.actor("approver"), code=bill.code, way="cash")


def test_a_slip_pays_one_bill(bill, order):
    collected(bill, "pos", "a-77")
    other = payments.issue(actor=SYSTEM, order=order("other"))

    for slip in ("", "A-77"):
        with pytest.raises(payments.NoSlip):
            collected(other, "pos", slip)


def test_a_bill_is_never_paid_twice_even_by_hand(bill):
    collected(bill)

    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerAccount.objects.filter(code=f"due:{bill.uid}").update(balance=-1)


def test_numbers_of_receipts_have_no_gaps(order):
    for occasion in "abc":
        collected(payments.issue(actor=SYSTEM, order=order(occasion)))

    assert [int(one.number) for one in Receipt.objects.order_by("pk")] == [1, 2, 3]


def test_a_refund_turns_the_receipt_red_and_leaves_one_for_the_rest(bill):
    collected(bill)
    bill.refresh_from_db()
    refund = payments.refund(actor=SYSTEM, bill=bill, amount_fen=7000, reason="面积核减")
    payments.pay_out(actor=SYSTEM, refund=refund)
    jobs.run_all()

    first, red, rest = Receipt.objects.order_by("pk")
    assert (red.red, red.reverses, red.amount_fen, rest.amount_fen) == (True, first, 27000, 20000)
    assert Bill.objects.get().refunded_fen == 7000
    assert balance("owed:market-regulation") == 0
    assert payments.books_agree() == []


def test_a_whole_refund_leaves_no_receipt_in_force(bill):
    collected(bill)
    bill.refresh_from_db()
    payments.pay_out(actor=SYSTEM, refund=payments.refund(actor=SYSTEM, bill=bill, amount_fen=27000, reason="错缴"))
    jobs.run_all()

    assert Bill.objects.get().state == "refunded"
    assert not Receipt.objects.in_force().exists()


def test_no_more_goes_back_than_was_paid(bill):
    collected(bill)
    bill.refresh_from_db()
    payments.refund(actor=SYSTEM, bill=bill, amount_fen=20000, reason="错缴")

    with pytest.raises(payments.TooMuch):
        payments.refund(actor=SYSTEM, bill=bill, amount_fen=7001, reason="错缴")
    with pytest.raises(payments.NoReasonForRefund):
        payments.refund(actor=SYSTEM, bill=bill, amount_fen=1, reason=" ")


def test_whoever_collects_does_not_refund(bill):
    collected(bill)
    bill.refresh_from_db()

    with pytest.raises(NotAllowed):
        payments.refund(actor=CASHIER, bill=bill, amount_fen=1, reason="错缴")


@pytest.fixture
def paid(cast, bill, wechat, tell):
    """The bill, paid by WeChat Pay."""
    wechat.pay(payments.begin(actor=cast.actor("agent"), bill=bill, channel="wechat", way="qr").door)
    tell()
    bill.refresh_from_db()
    return bill


def test_a_refund_by_a_channel_is_done_once_the_channel_says_so(paid, tell):
    payments.refund(actor=SYSTEM, bill=paid, amount_fen=27000, reason="错缴")
    jobs.run_all()
    assert Refund.objects.get().state == "asked"

    tell()

    assert (Refund.objects.get().state, Bill.objects.get().state) == ("done", "refunded")
    assert payments.books_agree() == []


def test_a_refund_of_which_nothing_is_heard_is_asked_about(paid, wechat):
    wechat.faults(lost=1)
    payments.refund(actor=SYSTEM, bill=paid, amount_fen=27000, reason="错缴")
    jobs.run_all()
    with clock.at(clock.now() + timedelta(minutes=1)):
        refunding.ask_about_refunds()

    assert Refund.objects.get().state == "done"


def test_a_refund_the_channel_never_got_is_sent_again(paid, wechat, settings, tell):
    settings.PAYMENTS_SECONDS = 0.3
    wechat.faults(time_out=1)
    payments.refund(actor=SYSTEM, bill=paid, amount_fen=27000, reason="错缴")
    jobs.run_all()
    settings.PAYMENTS_SECONDS = 6.0
    wechat.faults()
    with clock.at(clock.now() + timedelta(minutes=1)):
        refunding.ask_about_refunds()
    tell()

    assert Refund.objects.get().state == "done"


def test_where_less_went_back_than_was_ordered_the_rest_is_ordered_anew(paid, wechat, tell):
    wechat.faults(partial_refund=1)
    payments.refund(actor=SYSTEM, bill=paid, amount_fen=20000, reason="错缴")
    jobs.run_all()
    wechat.faults()
    tell()
    tell()

    assert sorted(Refund.objects.values_list("amount_fen", "state")) == [(10000, "done"), (10000, "done")]
    assert (Bill.objects.get().refunded_fen, Bill.objects.get().state) == (20000, "paid")
    assert payments.books_agree() == []


def test_where_more_went_back_than_was_ordered_somebody_has_to_look(paid, wechat):
    refund = payments.refund(actor=SYSTEM, bill=paid, amount_fen=20000, reason="错缴")
    more = RefundStanding("done", "5000000000000001", 20001, clock.now())

    refunding.finish(channel="wechat", number=refund.number, standing=more)

    refund.refresh_from_db()
    assert refund.state == "failed"
    assert "200.01" in refund.problem


def checked(receipt, **other):
    said = {"code": receipt.code, "number": receipt.number, "check_code": receipt.check_code, "amount_fen": 27000}
    return payments.check_receipt(actor=Actor("anonymous", address="10.0.0.1"), **(said | other))


def test_anybody_verifies_a_receipt_by_what_is_printed_on_it(bill):
    collected(bill)
    receipt = Receipt.objects.get()

    assert checked(receipt) == receipt
    assert payments.receipt_of_code(actor=Actor("anonymous"), token=receipt.token) == receipt


@pytest.mark.parametrize("wrong", [{"check_code": "000000"}, {"number": "0000000009"}, {"amount_fen": 1}])
def test_a_receipt_that_is_not_ours_is_not_verified(bill, wrong):
    collected(bill)
    with pytest.raises(payments.NoSuchReceipt):
        checked(Receipt.objects.get(), **wrong)


def test_an_unknown_code_is_nothing(db):
    with pytest.raises(NotFound):
        payments.receipt_of_code(actor=Actor("anonymous"), token="NOSUCH")


@pytest.mark.requirement("PLT-A-08")
def test_a_day_that_agrees_is_settled_into_the_treasury(paid):
    row = payments.compare_day(actor=SYSTEM, channel="wechat", on=clock.today())
    number = Payment.objects.get().number

    assert not row.differences.filter(number=number).exists()
    assert balance("treasury") == row.paid_fen - row.refunded_fen
    assert payments.books_agree() == []


def test_what_was_not_heard_is_asked_about_before_it_is_a_difference(cast, bill, wechat, ear):
    wechat.faults(lost=1)
    payment = payments.begin(actor=cast.actor("agent"), bill=bill, channel="wechat", way="qr")
    wechat.pay(payment.door)
    row = payments.compare_day(actor=SYSTEM, channel="wechat", on=clock.today())

    assert Bill.objects.get().state == "paid"
    # Its receipt is issued by the worker a moment later; compared again, all three agree.
    jobs.run_all()
    payments.compare_day(actor=SYSTEM, channel="wechat", on=clock.today())
    assert not row.differences.open().filter(number=payment.number).exists()


def test_what_the_channel_does_not_know_is_a_difference_until_it_is_cleared_up(paid):
    Payment.objects.update(number="20260101000000000000")
    row = payments.compare_day(actor=SYSTEM, channel="wechat", on=clock.today())
    difference = row.differences.get(kind="missing-there")

    with pytest.raises(payments.WhyCleared):
        payments.clear_difference(actor=SYSTEM, difference=difference, reason="")
    payments.clear_difference(actor=SYSTEM, difference=difference, reason="渠道漏报，已补")
    assert not PaymentDifference.objects.open().filter(number=difference.number).exists()


def test_only_who_reconciles_compares(cast, wechat):
    with pytest.raises(NotAllowed):
        payments.compare_day(actor=cast.actor("approver"), channel="wechat", on=date(2026, 3, 2))


def test_a_statement_that_is_not_out_yet_is_waited_for(db, wechat):
    with pytest.raises(payments.ChannelAway):
        payments.compare_day(actor=SYSTEM, channel="wechat", on=clock.today() + timedelta(days=2))
