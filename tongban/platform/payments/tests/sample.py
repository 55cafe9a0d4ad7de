"""What the laws need to know of payments."""

from datetime import timedelta

from tests.copies import copies, earlier, spread_over, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.identity.models import Department
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import (
    Bill,
    ChannelStatement,
    Payment,
    PaymentDifference,
    Receipt,
    ReceiptSeries,
    Refund,
)
from tongban.platform.payments.services import billing

CASHIER = Actor("staff", name="收费员", grants=(Grant("payments.collect"),))


def make(city: SampleCity) -> None:
    """Two bills of the company: one is due, one was paid and partly went back."""
    due, paid = (_bill(city, occasion) for occasion in ("due", "paid"))
    payment = payments.collect(actor=CASHIER, code=paid.code, way="cash")
    receipt = payments.issue_receipt(payment=payment)
    refund = payments.refund(actor=SYSTEM, bill=paid, amount_fen=1000, reason="多收退付")
    open_payment = Payment.objects.create(
        number="20260302000000000001", bill=due, channel="wechat", way="qr", amount_fen=due.amount_fen,
        door="weixin://wxpay/bizpayurl?pr=sample", opened_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=30),
    )  # fmt: skip
    statement = ChannelStatement.objects.create(
        channel="wechat", on=clock.today(), digest="0" * 64, payments=1, paid_fen=27000, refunds=0, refunded_fen=0,
        compared_at=clock.now(),
    )  # fmt: skip
    row = PaymentDifference.objects.create(
        statement=statement, kind="missing-here", number="20260302000000000002", theirs_fen=100, found_at=clock.now()
    )
    file = payments.make_file(
        Receipt.objects.select_related("department", "payment__bill__payer", "reverses").get(pk=receipt.pk)
    )
    city.name(
        bill=due.uid,
        bill_paid=paid.uid,
        payment_code=due.code,
        payment_open=open_payment.uid,
        refund=refund.uid,
        receipt=file.uid,
        receipt_token=receipt.token,
        difference=row.pk,
    )


def _bill(city: SampleCity, occasion: str) -> Bill:
    order = billing.BillOrder(
        subject="sample:1",
        occasion=occasion,
        title="临时占用城市道路审批",
        number="990102-20260302-SAMPLE1",
        department=Department.objects.get(key="market-regulation"),
        area="990102",
        payer=city.company,
        lines=[{"name": "占用费", "amount_fen": 27000, "full_fen": 27000, "unit": "次", "basis": "收费目录"}],
        due_on=clock.today() + timedelta(days=10),
        service="food-business",
    )
    return payments.issue(actor=SYSTEM, order=order)


def many(city: SampleCity, number: int) -> None:
    due, paid = (Bill.objects.get(uid=city.ids[name]) for name in ("bill", "bill_paid"))
    spread = {
        "payer_id": lambda n: city.companies[n % 2].pk,
        "area": lambda n: AREAS[n % 3],
        "issued_at": earlier(due.issued_at),
    }
    subjects = {"subject": lambda _n: f"sample:{token(20)}"}
    copies(due, number, **spread, **subjects)
    made = copies(paid, number, **spread, occasion="more", **subjects)
    payment = Payment.objects.get(bill=paid)
    attempts = copies(
        payment, len(made), bill_id=lambda n: made[n].pk, number=lambda _n: token(24), trade=lambda _n: token(24)
    )
    copies(
        Refund.objects.get(uid=city.ids["refund"]),
        len(attempts),
        payment_id=lambda n: attempts[n].pk,
        asked_at=earlier(due.issued_at),
        department_id=spread_over(due.department_id),
        area=lambda n: AREAS[n // 2 % 3],
    )
    copies(
        Receipt.objects.get(uid=city.ids["receipt"]),
        len(attempts),
        payment_id=lambda n: attempts[n].pk,
        number=lambda _n: ids.digits(10),
        document_id=None,
    )
    statement = ChannelStatement.objects.order_by("on")[0]
    days = copies(statement, number, on=lambda n: statement.on - timedelta(days=n + 1))
    row = PaymentDifference.objects.get(pk=city.ids["difference"])
    copies(row, len(days), statement_id=lambda n: days[n].pk, found_at=earlier(row.found_at))
    copies(
        row,
        len(days),
        statement_id=lambda n: days[n].pk,
        kind="amount",
        closed_at=earlier(row.found_at),
        reason="已核对",
    )


sample = Sample(
    make=make,
    many=many,
    small=(ReceiptSeries,),
    owned={
        "payments/<uuid:uid>/": "bill",
        "payments/<uuid:uid>/begin/": "bill",
        "payments/<uuid:uid>/pay/<uuid:payment>/": "bill payment_open",
        "payments/<uuid:uid>/receipts/<uuid:receipt>.pdf": "bill_paid receipt",
    },
    posted=("payments/<uuid:uid>/begin/",),
    office={
        "desk/payments/<uuid:uid>/": "bill",
        "desk/payments/<uuid:uid>/receipts/<uuid:receipt>.pdf": "bill_paid receipt",
        "desk/payments/refunds/<uuid:uid>/retry/": "refund",
        "desk/payments/reconciliation/<int:pk>/": "difference",
        "counter/payments/<slug:code>/": "payment_code",
    },
    arealess=("difference", "payment_code"),
    common={"payments/v/<slug:token>/": "receipt_token"},
    lists={
        "official": lambda city: [
            *(f"/desk/payments/?state={state}" for state in ("paid", "refunded", "cancelled")),
            "/desk/payments/reconciliation/?cleared=1",
        ]
    },
    shown=(
        Shown(
            Bill,
            duties=("payments.manage",),
            spread=(Bill,),
            reaches=lambda actor, row: any(
                grant.duty == "payments.manage" and grant.covers(row.department_id, row.area) for grant in actor.grants
            ),
            owns=lambda actor, party, services: Bill.objects.filter(
                payer=party, **({"service__in": services} if services else {})
            ),
            doors=(
                Door(
                    "official",
                    ("/desk/payments/", *(f"/desk/payments/?state={one}" for one in ("paid", "refunded", "cancelled"))),
                    r"/desk/payments/([0-9a-f-]{36})/",
                    duties=("payments.manage",),
                ),
                Door("official", ("/desk/payments/{}/",), duties=("payments.manage",)),
                Door("person", ("/payments/",), r"/payments/([0-9a-f-]{36})/"),
                Door("person", ("/payments/{}/",)),
            ),
        ),
        Shown(
            Refund,
            duties=("payments.manage",),
            spread=(Refund,),
            reaches=lambda actor, row: any(
                grant.duty == "payments.manage" and grant.covers(row.department_id, row.area) for grant in actor.grants
            ),
            key=lambda row: str(row.payment.bill.uid),
            doors=(Door("official", ("/desk/payments/refunds/",), r"/desk/payments/([0-9a-f-]{36})/"),),
        ),
    ),
)
