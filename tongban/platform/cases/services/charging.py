"""The fee of a case: charged when the definition says so, awaited, and paid back where the definition says so.

`[fee.payment]` of a definition: `due` "decision" (charged on acceptance, paid before a grant) or "result" (charged on
the grant, paid before the result is issued), `days`, `overdue` "remind" or "withdraw", `refund`: after which outcomes
it goes back. Without it the office collects the fee in its own way, as the guide says.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.ui.templatetags.ui import yuan
from tongban.platform.cases import steps
from tongban.platform.cases.events import CaseWithdrawn, FeeCharged, FeePaid, FeeRefunded, FeeReminded
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import plan, terms
from tongban.platform.cases.services.acting import act, lock
from tongban.platform.cases.services.fees import bill_of, fee_open, payment_of
from tongban.platform.cases.services.lapsing import StillTime
from tongban.platform.codes import services as codes
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill
from tongban.platform.workflow import services as workflow

OCCASION = "fee"


class FeeNotPaid(Refusal):
    message = _("Nothing can be granted yet: the applicant still has to pay the fee of %(amount)s.")


def must_be_paid(case: Case, *, granted: bool) -> None:
    """Raise FeeNotPaid where a grant has to wait for the fee."""
    if granted and payment_of(case).get("due") == "decision" and fee_open(case):
        raise FeeNotPaid(amount=yuan(sum(fee["amount_fen"] for fee in case.fees)))


@transaction.atomic
def charge(*, case: Case, due: str) -> Bill | None:
    """Issue the bill of a case; once. due: what it is charged before, "decision" or "result"; None where it is not."""
    case = lock(pk=case.pk)
    rule = payment_of(case)
    if rule.get("due") != due or not fee_open(case) or not steps.is_allowed("fee_charged", case.state):
        return None
    if (bill := bill_of(case)) is not None:
        return bill
    bill = payments.issue(actor=SYSTEM, order=_order(case, rule))
    data = {
        "amount": yuan(bill.amount_fen),
        "capitals": payments.capitals(bill.amount_fen),
        "code": bill.code,
        "due_on": str(bill.due_on),
    }
    act(case, "fee_charged", actor=SYSTEM, data=data)
    told = FeeCharged(case.pk, str(case.number), bill.code, bill.amount_fen, str(bill.due_on))
    journal.write(told, by=SYSTEM, subject=case.subject)
    return bill


@transaction.atomic
def record_paid(*, case: Case, bill: Bill) -> None:
    """Let a case go on whose fee was paid; once. Of one that ended meanwhile the fee is settled by its rule."""
    case = lock(pk=case.pk)
    if Action.objects.of(case).of_kinds(["fee_paid"]).exists():
        return
    if not steps.is_allowed("fee_paid", case.state):
        settle(case=case)
        return
    act(case, "fee_paid", actor=SYSTEM, data={"amount": yuan(bill.amount_fen), "code": bill.code})
    journal.write(FeePaid(case.pk, str(case.number), bill.amount_fen), by=SYSTEM, subject=case.subject)


@transaction.atomic
def record_refunded(*, case: Case, refund: str, amount_fen: int) -> None:
    """Write down that a fee, or a part of it, went back; once for each refund."""
    case = lock(pk=case.pk)
    if Action.objects.of(case).of_kinds(["fee_refunded"]).filter(data__refund=refund).exists():
        return
    act(case, "fee_refunded", actor=SYSTEM, data={"amount": yuan(amount_fen), "refund": refund})
    journal.write(FeeRefunded(case.pk, str(case.number), amount_fen), by=SYSTEM, subject=case.subject)


@transaction.atomic
def settle(*, case: Case) -> None:
    """See to the fee of a case that ended: an open bill is cancelled, what was paid goes back by its rule."""
    bill, outcome = bill_of(case), case.outcome
    if bill is None or not outcome or outcome == "granted":
        return
    reason = _ended(case)
    if bill.state == Bill.State.DUE:
        payments.cancel(actor=SYSTEM, bill=bill, reason=reason)
    elif outcome in payment_of(case).get("refund", ()):
        payments.refund_what_was_paid(actor=SYSTEM, bill=bill, cause=outcome, reason=reason)


def see_to_unpaid() -> int:
    """Remind of fees whose last day is near, and end what may not wait any longer; return how many cases."""
    today = clock.today()
    soon = codes.calendar().add(today, terms.days("reminder", today))
    found = Bill.objects.in_state(Bill.State.DUE).filter(occasion=OCCASION, due_on__lte=soon)
    done = 0
    for bill in found.order_by("due_on", "pk").iterator():
        if (pk := Subject.parse(bill.subject).number("case")) is not None:
            done += _see_to(Case.objects.get_with_related(pk), bill, today)
    return done


@transaction.atomic
def lapse_unpaid(*, case: Case) -> Case:
    """End an application whose fee was not paid in time, where the definition says so. Twice is the same.

    Raises StillTime, WrongCaseState.
    """
    case = lock(pk=case.pk)
    bill = bill_of(case)
    if case.state == Case.State.WITHDRAWN or bill is None or bill.state != Bill.State.DUE:
        return case
    if bill.due_on is None or clock.today() <= bill.due_on:
        raise StillTime(until=bill.due_on)
    act(case, "fee_lapsed", actor=SYSTEM, data={"due_on": str(bill.due_on), "amount": yuan(bill.amount_fen)})
    workflow.cancel(actor=SYSTEM, subject=case.subject, reason="fee overdue")
    journal.write(CaseWithdrawn(case.pk, str(case.number)), by=SYSTEM, subject=case.subject)
    return case


def _see_to(case: Case, bill: Bill, today: date) -> bool:
    if bill.due_on and bill.due_on < today and payment_of(case).get("overdue") == "withdraw":
        lapse_unpaid(case=case)
        return True
    return _remind(case, bill)


@transaction.atomic
def _remind(case: Case, bill: Bill) -> bool:
    case = lock(pk=case.pk)
    reminded = Action.objects.of(case).of_kinds(["fee_reminded"]).exists()
    if reminded or not steps.is_allowed("fee_reminded", case.state):
        return False
    act(case, "fee_reminded", actor=SYSTEM, data={"due_on": str(bill.due_on), "amount": yuan(bill.amount_fen)})
    journal.write(FeeReminded(case.pk, str(case.number), str(bill.due_on)), by=SYSTEM, subject=case.subject)
    return True


def _order(case: Case, rule: Mapping[str, Any]) -> payments.BillOrder:
    today, days = clock.today(), rule["days"]
    is_working = plan.of(case.version).limits.unit == "workday"
    return payments.BillOrder(
        subject=case.subject,
        occasion=OCCASION,
        title=case.version.service.name,
        number=str(case.number),
        department=case.department,
        area=case.area,
        payer=case.applicant,
        lines=case.fees,
        due_on=codes.calendar().add(today, days) if is_working else today + timedelta(days=days),
        service=case.version.service.code,
    )


def _ended(case: Case) -> str:
    return f"“{case.version.service.name}”（{case.number}）：{case.get_state_display()}"
