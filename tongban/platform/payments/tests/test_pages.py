"""Pages of payers, of the counter, of the desk; and anybody's check of a receipt."""

import re

import pytest
from django.utils import timezone

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill, Payment, PaymentDifference, Receipt, Refund

pytestmark = pytest.mark.django_db
CASHIER = Actor("staff", name="收费员", grants=(Grant("payments.collect"),))


@pytest.fixture
def desk(cast):
    """The browser of an official with all duties of money."""
    duties = ("payments.collect", "payments.manage", "payments.reconcile")
    role = identity.define_role(actor=SYSTEM, key="cashier", name="收费", duties=duties)
    office = Department.objects.get(key="market-regulation")
    identity.appoint(actor=SYSTEM, account=cast.accounts["approver"], department=office, role=role)
    return cast.browser("approver")


def text(answer):
    return answer.content.decode()


def paid(bill):
    payments.collect(actor=CASHIER, code=bill.code, way="cash")
    jobs.run_all()
    bill.refresh_from_db()
    return bill


def test_a_payer_reads_what_is_owed_why_and_how_to_pay(cast, bill, wechat, alipay):
    page = text(cast.browser("agent").get(f"/payments/{bill.uid}/"))

    for words in ("¥270.00", bill.code, "信用良好", "微信支付", "支付宝", "演示支付"):
        assert words in page


@pytest.mark.parametrize(("browser", "first"), [("Mozilla/5.0 (Linux; Android 14) Mobile Safari", "h5"), ("", "qr")])
def test_on_a_phone_paying_on_it_stands_before_scanning(cast, bill, wechat, alipay, browser, first):
    page = text(cast.browser("agent").get(f"/payments/{bill.uid}/", headers={"user-agent": browser}))

    ways = re.findall(r'value="(\w+)/(\w+)"', page)
    assert ways[0] == ("wechat", first)
    assert {way for _channel, way in ways} == {"qr", "h5", "page"}


def test_without_channels_the_counter_is_named(cast, bill):
    page = text(cast.browser("agent").get(f"/payments/{bill.uid}/"))

    assert "本平台未启用网上支付" in page
    assert bill.code in page


def test_the_list_holds_ones_own_bills_only(cast, bill):
    assert bill.code in text(cast.browser("agent").get("/payments/"))
    assert "没有缴费记录" in text(cast.browser("stranger").get("/payments/"))
    assert cast.browser("stranger").get(f"/payments/{bill.uid}/").status_code == 404


def test_paying_shows_a_code_and_says_that_it_is_a_demonstration(cast, bill, wechat, tell):
    browser = cast.browser("agent")
    answer = browser.post(f"/payments/{bill.uid}/begin/", {"way": "wechat/qr"}, follow=True)
    assert "data:image/svg+xml" in text(answer)
    assert f"{wechat.base}/wallet" in text(answer)

    wechat.pay(Payment.objects.get().door)
    answer = browser.post(answer.request["PATH_INFO"], follow=True)

    assert answer.redirect_chain[-1][0] == f"/payments/{bill.uid}/"
    assert "已缴" in text(answer)


def test_a_way_that_is_not_in_use_is_refused_in_words(cast, bill, wechat):
    answer = cast.browser("agent").post(f"/payments/{bill.uid}/begin/", {"way": "gold/coins"}, follow=True)

    assert "未启用" in text(answer)


def test_the_payer_opens_the_sealed_receipt(cast, bill):
    paid(bill)
    receipt = Receipt.objects.get()
    answer = cast.browser("agent").get(f"/payments/{bill.uid}/receipts/{receipt.uid}.pdf")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")


def test_anybody_verifies_a_receipt(bill, client):
    paid(bill)
    receipt = Receipt.objects.get()
    said = {"code": receipt.code, "number": receipt.number, "check_code": receipt.check_code, "amount": "270.00"}

    assert "票据真实有效" in text(client.post("/payments/verify/", said))
    assert "票据真实有效" in text(client.get(f"/payments/v/{receipt.token}/"))
    assert client.post("/payments/verify/", said | {"check_code": "1"}).status_code == 422
    assert "270.00" in text(client.post("/payments/verify/", said | {"amount": "much"}))


def test_a_receipt_that_was_taken_back_says_so(bill, client):
    paid(bill)
    payments.pay_out(actor=SYSTEM, refund=payments.refund(actor=SYSTEM, bill=bill, amount_fen=27000, reason="错缴"))
    jobs.run_all()
    first, red = Receipt.objects.order_by("pk")

    assert "已冲红" in text(client.get(f"/payments/v/{first.token}/"))
    assert "红字票据真实" in text(client.get(f"/payments/v/{red.token}/"))


def test_a_clerk_takes_cash(desk, bill):
    answer = desk.post("/counter/payments/", {"code": bill.code}, follow=True)
    assert "¥270.00" in text(answer)

    answer = desk.post(f"/counter/payments/{bill.code}/", {"way": "cash", "slip": ""}, follow=True)

    assert "已登记收款" in text(answer)
    assert Bill.objects.get().state == "paid"


def test_a_card_without_its_slip_is_refused_at_the_field(desk, bill):
    answer = desk.post(f"/counter/payments/{bill.code}/", {"way": "pos", "slip": ""})

    assert answer.status_code == 422
    assert "凭条号" in text(answer)


def test_the_desk_lists_bills_by_state(desk, bill):
    assert bill.code in text(desk.get("/desk/payments/"))
    assert "没有这种状态的缴款单" in text(desk.get("/desk/payments/?state=paid"))


def test_an_official_sends_money_back(desk, bill):
    paid(bill)
    answer = desk.post(f"/desk/payments/{bill.uid}/", {"amount": "300", "reason": "错缴"})
    assert answer.status_code == 422

    desk.post(f"/desk/payments/{bill.uid}/", {"amount": "70.00", "reason": "面积核减"})
    refund = Refund.objects.get()
    assert (refund.amount_fen, refund.actor) == (7000, "赵国清")

    desk.post(f"/desk/payments/refunds/{refund.uid}/retry/")
    assert Refund.objects.get().state == "done"
    assert "面积核减" in text(desk.get("/desk/payments/refunds/"))


def test_differences_are_compared_and_cleared_up_at_the_desk(desk, cast, bill, wechat, tell):
    wechat.pay(payments.begin(actor=cast.actor("agent"), bill=bill, channel="wechat", way="qr").door)
    tell()
    Payment.objects.update(number="20260101000000000000")
    today = timezone.localdate(Payment.objects.get().paid_at).isoformat()
    answer = desk.post("/desk/payments/reconciliation/", {"channel": "wechat", "on": today}, follow=True)
    assert "本方有、渠道无" in text(answer)

    row = PaymentDifference.objects.get(kind="missing-there")
    desk.post(f"/desk/payments/reconciliation/{row.pk}/", {"reason": "渠道漏报"})

    assert "渠道漏报" in text(desk.get("/desk/payments/reconciliation/?cleared=1"))


@pytest.mark.parametrize("page", ["/desk/payments/", "/desk/payments/reconciliation/", "/counter/payments/"])
def test_officials_without_the_duty_stay_outside(cast, page):
    assert cast.browser("reviewer").get(page).status_code == 403
