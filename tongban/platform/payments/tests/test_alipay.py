"""Pay by Alipay: its counterpart in a process of its own speaks the published protocol over HTTP."""

from urllib.parse import parse_qsl, urlencode

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.payments import services as payments
from tongban.platform.payments.adapters.calling import call
from tongban.platform.payments.models import Bill, Payment, Receipt, Refund

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def begun(cast, bill, way="qr"):
    return payments.begin(actor=cast.actor("agent"), bill=bill, channel="alipay", way=way)


def test_a_bill_is_paid_by_a_code(cast, bill, alipay, tell):
    payment = begun(cast, bill)
    assert payment.door.startswith("https://qr.alipay.com/")

    alipay.pay(payment.door)
    (answer,) = tell()

    assert answer.content == b"success"
    assert (Bill.objects.get().state, Receipt.objects.get().amount_fen) == ("paid", 27000)
    assert payments.books_agree() == []


def test_the_browser_brings_a_signed_order(cast, bill, alipay, tell):
    payment = begun(cast, bill, way="page")
    answer = call("GET", payment.door, headers={}, seconds=5)
    assert answer.status == 302

    alipay.pay(answer.headers["location"])
    tell()

    assert Bill.objects.get().state == "paid"


def test_an_order_whose_amount_was_changed_in_the_browser_is_refused(cast, bill, alipay):
    door = begun(cast, bill, way="page").door

    assert call("GET", door.replace("270.00", "0.01"), headers={}, seconds=5).status == 400


def posted(client, body):
    return client.generic("POST", "/api/v1/payments/notify/alipay", body, content_type=FORM)


@pytest.mark.parametrize(
    ("field", "value"),
    [("total_amount", "1.00"), ("out_trade_no", "x"), ("sign", ""), ("sign_type", "RSA"), ("seller_id", "2088")],
)
def test_a_message_that_was_altered_is_refused(cast, bill, alipay, ear, client, field, value):
    alipay.pay(begun(cast, bill).door)
    ((_path, _headers, body),) = ear.wait()

    answer = posted(client, urlencode(dict(parse_qsl(body.decode())) | {field: value}).encode())

    assert (answer.content, Bill.objects.get().state) == (b"failure", "due")


def test_a_message_that_says_something_twice_is_refused(cast, bill, alipay, ear, client):
    alipay.pay(begun(cast, bill).door)
    ((_path, _headers, body),) = ear.wait()

    assert posted(client, body + b"&total_amount=1.00").content == b"failure"


def test_a_forged_message_changes_nothing(cast, bill, alipay, tell):
    alipay.faults(forged=1)
    alipay.pay(begun(cast, bill).door)

    (answer,) = tell(2, only=slice(1))

    assert (answer.content, Bill.objects.get().state) == (b"failure", "due")


def test_the_same_message_again_changes_nothing(cast, bill, alipay, ear, client):
    alipay.pay(begun(cast, bill).door)
    ((_path, _headers, body),) = ear.wait()

    assert {posted(client, body).content for _time in range(3)} == {b"success"}
    jobs.run_all()
    assert Receipt.objects.count() == 1


def test_a_code_that_nobody_scanned_is_unknown_to_the_channel_and_closed_here(cast, bill, alipay):
    payment = begun(cast, bill)
    Payment.objects.update(expires_at=clock.now())
    payment.refresh_from_db()

    assert payments.ask(payment).state == "closed"


def test_a_refund_is_made_at_once(cast, bill, alipay, tell):
    alipay.pay(begun(cast, bill).door)
    tell()
    bill.refresh_from_db()
    payments.refund(actor=SYSTEM, bill=bill, amount_fen=7000, reason="多收")
    jobs.run_all()

    assert Refund.objects.get().state == "done"
    assert [(one.red, one.amount_fen) for one in Receipt.objects.order_by("pk")] == [
        (False, 27000),
        (True, 27000),
        (False, 20000),
    ]


def test_the_statement_of_the_day_agrees(cast, bill, alipay, tell):
    alipay.pay(begun(cast, bill).door)
    tell()
    row = payments.compare_day(actor=SYSTEM, channel="alipay", on=clock.today())

    mine = {one.number: one.amount_fen for one in payments.channel("alipay").statement(clock.today()).lines}
    assert mine[Payment.objects.get().number] == 27000
    assert not row.differences.filter(number=Payment.objects.get().number).exists()
