"""Say what somebody owes, and take it back where it need not be paid any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party
from tongban.platform.payments.events import BillCancelled, BillIssued
from tongban.platform.payments.models import Bill
from tongban.platform.payments.rules import codes
from tongban.platform.payments.services import books, terms


class NothingDue(Refusal):
    status = 422
    message = _("Nothing is owed, so there is no bill.")


@dataclass(frozen=True, kw_only=True)
class BillOrder:
    """A bill to be issued; subject and occasion together stand for the one bill that it is. Fields: see `Bill`."""

    subject: str
    occasion: str
    title: str
    number: str
    department: Department
    area: str
    payer: Party
    lines: Sequence[Mapping[str, Any]]
    due_on: date | None = None
    service: str = ""


@transaction.atomic
def issue(*, actor: Actor, order: BillOrder) -> Bill:
    """Issue a bill with its payment code; the same subject and occasion again give the same bill.

    Raises NotAllowed, NothingDue.
    """
    actor.must_hold("payments.manage", department=order.department.pk, area=order.area)
    if issued := Bill.objects.on_occasion(order.subject, order.occasion):
        return issued
    amount = sum(line["amount_fen"] for line in order.lines)
    if amount <= 0:
        raise NothingDue()
    bill = Bill.objects.create(
        code=_code(order),
        subject=order.subject,
        occasion=order.occasion,
        title=order.title,
        number=order.number,
        service=order.service,
        department=order.department,
        area=order.area,
        payer=order.payer,
        payer_name=order.payer.name,
        lines=[dict(line) for line in order.lines],
        amount_fen=amount,
        full_fen=sum(line.get("full_fen", line["amount_fen"]) for line in order.lines),
        issued_at=clock.now(),
        due_on=order.due_on,
    )
    books.book_issued(bill)
    told = BillIssued(bill.pk, bill.subject, bill.code, bill.amount_fen, str(bill.due_on or ""))
    journal.write(told, by=actor, subject=bill.subject)
    return bill


@transaction.atomic
def cancel(*, actor: Actor, bill: Bill, reason: str) -> Bill:
    """Say that a bill need not be paid any more; one that was paid stays as it is. Twice is the same.

    Raises NotAllowed.
    """
    actor.must_hold("payments.manage", department=bill.department_id, area=bill.area)
    bill = Bill.objects.select_for_update(of=("self",)).select_related("department").get(pk=bill.pk)
    if bill.state != Bill.State.DUE:
        return bill
    bill.state, bill.reason = Bill.State.CANCELLED, reason[:200]
    bill.save(update_fields=["state", "reason"])
    books.book_cancelled(bill)
    told = BillCancelled(bill.pk, bill.subject, bill.code)
    journal.write(told, by=actor, subject=bill.subject, reason=reason)
    return bill


def _code(order: BillOrder) -> str:
    """Return a payment code that no bill has yet."""
    today = clock.today()
    scheme = terms.scheme("payment_code", today)
    unit = f"{order.department.pk:0{scheme['unit_digits']}}"[-scheme["unit_digits"] :]
    while True:
        chance = ids.digits(scheme["random_digits"])
        area = order.area or order.department.area
        code = codes.payment_code(scheme, area=area, unit=unit, on=today, chance=chance)
        if not Bill.objects.filter(code=code).exists():
            return code
