"""The fee of a case: charged, awaited, paid, overdue, paid back, as the definition says."""

from datetime import timedelta

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.cases import schedule
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import charging, fees
from tongban.platform.catalogue.models import Service
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.payments import services as payments

CASHIER = Actor("staff", name="收费员", grants=(Grant("payments.collect"),))
ITEM = {"key": "place", "name": "许可工本费", "amount_fen": 5000, "unit": "证", "basis": "收费目录"}
RULE = {"due": "decision", "days": 5, "overdue": "remind", "refund": ["refused", "withdrawn"], "source": "规定"}


@pytest.fixture
def charged(cast, monkeypatch):
    """Let the service cost something, paid as a rule says."""

    def charged(**rule):
        definition = cases.plan_of(Service.objects.get(code="food-business").current)
        fee = {"charged": True, "basis": "有依据", "item": [ITEM], "payment": RULE | rule}
        monkeypatch.setitem(definition.guide, "fee", fee)

    return charged


def accepted(cast):
    case = cast.accepted()
    jobs.run_all()
    return case


def ready(cast):
    """A case that only waits for its decision."""
    case = cast.examined()
    jobs.run_all()
    return case


def grant(cast, case):
    cases.decide(actor=cast.actor("approver"), task=cast.task(case, "approve"), granted=True, reason="符合条件。")
    jobs.run_all()
    return Case.objects.get(pk=case.pk)


def pay(case):
    payments.collect(actor=CASHIER, code=fees.bill_of(case).code, way="cash")
    jobs.run_all()


def kinds(case):
    return list(Action.objects.of(case).values_list("kind", flat=True))


def test_the_bill_is_issued_on_acceptance_with_a_sealed_notice_and_a_message(cast, charged):
    charged()
    case = accepted(cast)
    bill = fees.bill_of(case)

    assert (bill.amount_fen, bill.payer, bill.state) == (5000, case.applicant, "due")
    assert Letter.objects.about(case.subject).get(kind="payment-notice").title == "缴款通知书"
    assert Notice.objects.filter(key=f"bill:{bill.pk}:issued").exists()


def test_nothing_is_granted_before_the_fee_is_paid(cast, charged):
    charged()
    case = ready(cast)
    task = cast.task(case, "approve")

    with pytest.raises(charging.FeeNotPaid, match="50"):
        cases.decide(actor=cast.actor("approver"), task=task, granted=True, reason="符合条件。")

    pay(case)
    assert grant(cast, case).state == "completed"
    assert "fee_paid" in kinds(case)


def test_a_refusal_need_not_wait_for_the_fee_and_the_bill_is_cancelled(cast, charged):
    charged()
    case = ready(cast)
    cases.decide(actor=cast.actor("approver"), task=cast.task(case, "approve"), granted=False, reason="不符合条件。")
    jobs.run_all()

    assert fees.bill_of(case).state == "cancelled"


def test_what_was_paid_goes_back_where_the_definition_says_so(cast, charged):
    charged()
    case = accepted(cast)
    pay(case)
    cases.withdraw(actor=cast.actor("agent"), case=case, reason="不办了")
    jobs.run_all()
    (refund,) = fees.bill_of(case).payments.get().refunds.all()

    assert (refund.cause, refund.state) == ("withdrawn", "asked")
    payments.pay_out(actor=SYSTEM, refund=refund)
    jobs.run_all()
    assert fees.bill_of(case).state == "refunded"
    assert "fee_refunded" in kinds(case)


def test_what_was_paid_stays_where_the_definition_does_not_say_so(cast, charged):
    charged(refund=[])
    case = accepted(cast)
    pay(case)
    cases.withdraw(actor=cast.actor("agent"), case=case, reason="不办了")
    jobs.run_all()

    assert fees.bill_of(case).state == "paid"


def test_the_licence_waits_until_the_fee_of_a_grant_is_paid(cast, charged):
    charged(due="result", refund=[])
    case = grant(cast, ready(cast))
    assert (case.state, fees.bill_of(case).state) == ("granted", "due")
    assert not Licence.objects.of_subject(case.subject).exists()

    pay(case)

    assert Case.objects.get(pk=case.pk).state == "completed"
    assert Licence.objects.of_subject(case.subject).exists()


def test_a_fee_that_was_waived_is_no_bill(cast, charged):
    charged()
    case = cast.submitted()
    Case.objects.filter(pk=case.pk).update(fees=[{**ITEM, "amount_fen": 0, "waived": "免收"}])
    cases.accept(actor=cast.actor("clerk"), task=cast.task(case, "accept"))
    jobs.run_all()

    assert fees.bill_of(case) is None
    assert not fees.fee_open(Case.objects.get(pk=case.pk))


def test_the_applicant_is_reminded_once(cast, charged):
    charged()
    case = accepted(cast)
    with clock.at(clock.now() + timedelta(days=30)):
        schedule.see_to_unpaid_fees()
        schedule.see_to_unpaid_fees()
        jobs.run_all()

    assert kinds(case).count("fee_reminded") == 1
    assert fees.bill_of(case).state == "due"


def test_an_application_whose_fee_is_overdue_counts_as_withdrawn_where_the_definition_says_so(cast, charged):
    charged(overdue="withdraw")
    case = accepted(cast)
    with clock.at(clock.now() + timedelta(days=30)):
        schedule.see_to_unpaid_fees()
        jobs.run_all()

    assert Case.objects.get(pk=case.pk).state == "withdrawn"
    assert fees.bill_of(case).state == "cancelled"
    assert Letter.objects.about(case.subject).filter(kind="fee-overdue").exists()


def test_money_that_comes_after_the_end_goes_back(cast, charged):
    charged()
    case = accepted(cast)
    code = fees.bill_of(case).code
    cases.withdraw(actor=cast.actor("agent"), case=case, reason="不办了")
    payments.collect(actor=CASHIER, code=code, way="cash")
    jobs.run_all()

    assert fees.bill_of(case).payments.get().refunds.get().cause == "withdrawn"


def test_the_page_of_the_case_leads_to_the_bill(cast, charged):
    charged()
    case = accepted(cast)
    page = cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()

    assert "缴费 ¥50.00" in page
    assert f"/payments/{fees.bill_of(case).uid}/" in page


def test_an_official_reads_in_the_file_whether_it_was_paid(cast, charged):
    charged()
    case = accepted(cast)
    pay(case)
    page = cast.browser("approver").get(f"/desk/cases/{case.uid}/").content.decode()

    assert fees.bill_of(case).code in page
