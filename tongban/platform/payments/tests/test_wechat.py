"""Pay by WeChat Pay: its counterpart in a process of its own speaks the published protocol over HTTP."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents.models import Document
from tongban.platform.payments import schedule
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill, Payment, Receipt, Refund
from tongban.platform.payments.ports import PaymentStanding
from tongban.platform.payments.tests.counterparts import key_of
from tongban.platform.seals import services as seals

pytestmark = pytest.mark.django_db


def begun(cast, bill, channel="wechat", way="qr"):
    return payments.begin(actor=cast.actor("agent"), bill=bill, channel=channel, way=way)


def denied():
    return Fact.objects.filter(name="identity.AccessDenied", data__what="payment message").count()


@pytest.mark.requirement("PLT-A-05")
def test_a_bill_is_paid_by_a_code_and_the_receipt_is_sealed(cast, bill, wechat, tell):
    payment = begun(cast, bill)
    assert payment.door.startswith("weixin://wxpay/bizpayurl?pr=")

    wechat.pay(payment.door)
    (answer,) = tell()

    assert answer.status_code == 204
    bill.refresh_from_db()
    receipt = Receipt.objects.get()
    assert (bill.state, receipt.amount_fen, receipt.red) == ("paid", 27000, False)
    assert (len(receipt.code), len(receipt.number), len(receipt.check_code)) == (8, 10, 6)
    assert seals.examine(storage.read(Document.objects.get(pk=receipt.document_id).blob)).intact
    assert payments.books_agree() == []


def test_it_is_paid_on_the_phone_itself_and_leads_back(cast, bill, wechat, tell):
    payment = begun(cast, bill, way="h5")
    assert payment.door.startswith(wechat.base)
    assert "redirect_url=" in payment.door

    wechat.pay(payment.door)
    tell()

    assert Bill.objects.get().state == "paid"


def test_jobs_alone_find_out_what_nobody_told(cast, bill, wechat, ear):
    wechat.faults(lost=1)
    payment = begun(cast, bill)
    wechat.pay(payment.door)

    with clock.at(clock.now() + timedelta(minutes=1)):
        schedule.ask_about_payments()
    jobs.run_all()

    assert Bill.objects.get().state == "paid"
    assert ear.heard == []


def test_a_message_that_comes_twice_is_taken_once(cast, bill, wechat, tell):
    wechat.faults(doubled=1)
    wechat.pay(begun(cast, bill).door)

    assert [answer.status_code for answer in tell(2)] == [204, 204]
    assert Receipt.objects.count() == 1
    assert payments.books_agree() == []


def test_a_forged_message_changes_nothing_and_is_recorded(cast, bill, wechat, tell):
    wechat.faults(forged=1)
    wechat.pay(begun(cast, bill).door)

    (answer,) = tell(2, only=slice(1))

    assert answer.status_code == 401
    assert Bill.objects.get().state == "due"
    assert denied() == 1


def test_a_message_with_another_amount_does_not_count(cast, bill, wechat, tell):
    wechat.faults(wrong_amount=1)
    wechat.pay(begun(cast, bill).door)
    tell()

    payment = Payment.objects.get()
    assert (payment.state, payment.came_fen, Bill.objects.get().state) == ("open", 27001, "due")
    assert Fact.objects.filter(name="payments.AmountMismatched").count() == 1


def test_where_only_the_message_was_wrong_the_channel_says_so_when_asked(cast, bill, wechat, tell):
    wechat.faults(wrong_amount=1)
    wechat.pay(begun(cast, bill).door)
    tell()

    schedule.ask_about_payments()

    payment = Payment.objects.get()
    assert (payment.state, payment.came_fen, payment.surplus) == ("paid", None, False)
    assert Bill.objects.get().state == "paid"
    assert payments.books_agree() == []


def test_money_that_came_in_another_amount_goes_back_and_the_bill_stays_due(cast, bill, wechat):
    payment = begun(cast, bill)
    wechat.pay(payment.door)
    came = PaymentStanding("paid", "4200000000000001", 26000, clock.now())

    for _ in range(2):
        payments.take(channel="wechat", number=payment.number, standing=came, asked=True)

    payment, refund = Payment.objects.get(), Refund.objects.get()
    assert (payment.state, payment.taken_fen, payment.surplus, Bill.objects.get().state) == ("paid", 26000, True, "due")
    assert (refund.amount_fen, refund.cause, refund.reason) == (26000, "amount", "缴款金额与应缴金额不符退回")
    assert not Receipt.objects.exists()
    assert payments.books_agree() == []


def altered(request, change):
    """Return a request whose body was changed on its way."""
    path, headers, body = request
    said = json.loads(body)
    change(said)
    return path, headers, json.dumps(said).encode()


def sent(client, request, **headers):
    path, before, body = request
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (before | headers).items()}
    return client.generic("POST", path, body, content_type="application/json", **named)


def test_a_message_that_was_altered_is_refused(cast, bill, wechat, ear, client):
    wechat.pay(begun(cast, bill).door)
    (request,) = ear.wait()

    answer = sent(client, altered(request, lambda said: said.update(summary="x")))

    assert (answer.status_code, Bill.objects.get().state) == (401, "due")


def test_an_old_message_is_refused_though_it_is_genuine(cast, bill, wechat, ear, client):
    wechat.pay(begun(cast, bill).door)
    (request,) = ear.wait()

    with clock.at(clock.now() + timedelta(minutes=6)):
        answer = sent(client, request)

    assert (answer.status_code, Bill.objects.get().state) == (401, "due")


def test_a_message_signed_with_an_unknown_key_is_refused(cast, bill, wechat, ear, client):
    wechat.pay(begun(cast, bill).door)
    (request,) = ear.wait()

    assert sent(client, request, **{"Wechatpay-Serial": "PUB_KEY_ID_OTHER"}).status_code == 401
    assert Bill.objects.get().state == "due"


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[" * 1000])
def test_a_message_without_a_signature_is_refused(db, wechat, client, body):
    answer = client.generic("POST", "/api/v1/payments/notify/wechat", body, content_type="application/json")

    assert answer.status_code == 401


def test_a_message_encrypted_with_another_secret_is_refused(cast, bill, wechat, settings, tmp_path, ear, client):
    wechat.pay(begun(cast, bill).door)
    (request,) = ear.wait()
    other = tmp_path / "merchant.json"
    other.write_text(json.dumps(wechat.said | {"secret": "0" * 32}))
    settings.PAYMENTS_WECHAT = str(other)

    assert sent(client, request).status_code == 401
    assert Bill.objects.get().state == "due"


def test_the_encryption_is_that_of_the_protocol(cast, bill, wechat, ear):
    """Read once more, by nothing but the published description."""
    wechat.pay(begun(cast, bill).door)
    ((_path, _headers, body),) = ear.wait()
    resource = json.loads(body)["resource"]
    secret = wechat.said["secret"].encode()
    plain = AESGCM(secret).decrypt(
        resource["nonce"].encode(), base64.b64decode(resource["ciphertext"]), resource["associated_data"].encode()
    )

    assert json.loads(plain)["amount"]["total"] == 27000


def test_nobody_listens_to_a_channel_that_is_not_in_use(db, client):
    answer = client.post("/api/v1/payments/notify/wechat", {}, content_type="application/json")

    assert answer.status_code == 404


def test_a_silent_channel_is_named_and_the_bill_stays_payable(cast, bill, wechat, settings):
    settings.PAYMENTS_SECONDS = 0.3
    wechat.faults(time_out=1)

    with pytest.raises(payments.ChannelAway, match="微信支付"):
        begun(cast, bill)
    wechat.faults()
    assert begun(cast, bill).door


def test_an_order_that_is_over_is_closed_there_and_here(cast, bill, wechat):
    payment = begun(cast, bill)

    Payment.objects.update(expires_at=clock.now())
    with clock.at(clock.now() + timedelta(minutes=1)):
        schedule.ask_about_payments()

    assert Payment.objects.get().state == "closed"
    assert wechat.post(f"/wallet/{key_of(payment.door)}", {}) == 303
    assert payments.channel("wechat").ask(payment.number).state == "closed"


def test_the_channel_is_asked_less_and_less_often(cast, bill, wechat):
    payment = begun(cast, bill)
    pauses = []
    for _round in range(3):
        payment = payments.ask(payment)
        pauses.append((payment.ask_at - clock.now()).total_seconds())

    assert [round(pause, -1) for pause in pauses] == [20, 40, 80]


def test_the_same_way_shown_twice_is_one_order(cast, bill, wechat):
    assert begun(cast, bill) == begun(cast, bill)


def test_what_is_paid_twice_goes_back_by_itself(cast, bill, wechat, tell):
    first, second = begun(cast, bill), begun(cast, bill, way="h5")
    wechat.pay(first.door)
    tell()
    wechat.pay(second.door)
    tell()
    tell()

    refund = Refund.objects.get()
    assert (refund.payment, refund.cause, refund.state) == (second, "surplus", "done")
    assert Bill.objects.get().state == "paid"
    assert payments.books_agree() == []


def test_somebody_else_does_not_pay_it_from_their_page(cast, bill, wechat):
    with pytest.raises(NotFound):
        payments.begin(actor=cast.actor("stranger"), bill=bill, channel="wechat", way="qr")


def test_a_bill_that_is_paid_is_not_begun_again(cast, bill, wechat, tell):
    wechat.pay(begun(cast, bill).door)
    tell()

    with pytest.raises(payments.BillClosed):
        begun(cast, bill)


def test_the_operator_reads_which_channel_is_in_use(db, wechat):
    assert "演示支付" in str(payments.described("wechat"))
    assert payments.problems_of("wechat") == []
    assert "PAYMENTS_ALIPAY" in str(payments.described("alipay"))
