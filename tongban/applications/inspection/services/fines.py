"""罚缴分离: the fine as a bill that is paid elsewhere; what is added when it is late; deferral and instalments."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongban.applications.inspection.events import PenaltyMoved
from tongban.applications.inspection.models import PenaltyCase
from tongban.applications.inspection.rules import limits, steps
from tongban.applications.inspection.services import casework, chaining, laws
from tongban.applications.inspection.services.refusing import AgainstTheLaw
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill

FINE, SURCHARGE = "fine", "surcharge"
MAX_INSTALMENTS = 12


class NothingToAdd(Refusal):
    message = gettext_lazy(
        "Nothing is added to this fine today: it is not late, or as much was added as the law allows."
    )


def bill_fine(*, case: PenaltyCase) -> Bill | None:
    """Issue the bill of a fine that was served, once; None where nothing is to be paid."""
    if case.state != steps.SERVED or not case.fine_fen:
        return None
    if bills := Bill.objects.about(case.subject):
        return bills[0]
    return _bill(case, FINE, pgettext("inspection", "Fine"), case.fine_fen, case.pay_until)


@transaction.atomic
def defer(
    *,
    actor: Actor,
    case: PenaltyCase,
    words: str,
    days: Sequence[date],
    version: int | None = None,
) -> PenaltyCase:
    """Grant deferred payment (one day), or instalments (several), on the party's request 暂缓、分期缴纳.

    Bills that are not paid are cancelled, and new ones issued. Raises NotAllowed, AgainstTheLaw.
    """
    case = chaining.lock(case, version)
    casework.must_be_possible(actor, case, "defer", words)
    ordered = sorted(set(days))
    if not ordered or ordered[0] <= clock.today() or len(ordered) > MAX_INSTALMENTS or list(days) != ordered:
        raise AgainstTheLaw("pay", law=laws.law())
    paid = 0
    for bill in Bill.objects.about(case.subject):
        if bill.state == Bill.State.DUE:
            payments.cancel(actor=SYSTEM, bill=bill, reason=words)
        elif bill.state == Bill.State.PAID and bill.occasion != SURCHARGE:
            paid += bill.amount_fen
    left = case.fine_fen - paid
    share = left // len(ordered)
    for turn, day in enumerate(ordered, 1):
        amount = share if turn < len(ordered) else left - share * (len(ordered) - 1)
        title = _("Fine, instalment %(turn)s of %(all)s") % {"turn": turn, "all": len(ordered)}
        _bill(case, f"{FINE}:{case.version}:{turn}", title, amount, day)
    case.pay_until = ordered[-1]
    return casework.take(actor, case, "defer", words)


@transaction.atomic
def contest(
    *, actor: Actor, case: PenaltyCase, words: str, first_on: date, last_on: date, version: int | None = None
) -> PenaltyCase:
    """Note that a decision was contested from day to day; these days add nothing to the fine."""
    case = chaining.lock(case, version)
    casework.must_be_possible(actor, case, "contest", words)
    if case.served_on is None or not case.served_on <= first_on <= last_on:
        raise AgainstTheLaw("contest", law=laws.law())
    case.contested = [*case.contested, [first_on.isoformat(), last_on.isoformat()]]
    return casework.take(actor, case, "contest", words)


@transaction.atomic
def add_surcharge(*, actor: Actor, case: PenaltyCase, words: str = "", version: int | None = None) -> PenaltyCase:
    """Add to a fine that is late what the law adds up to today 加处罚款, as a bill of its own; once more for more days.

    An earlier bill for what was added that is not paid is cancelled. Raises NotAllowed, NothingToAdd.
    """
    case = chaining.lock(case, version)
    casework.must_be_possible(actor, case, "surcharge", words)
    due = surcharge_due(case)
    if due <= case.surcharge_fen:
        raise NothingToAdd()
    settled = 0
    for bill in Bill.objects.about(case.subject):
        if bill.occasion.startswith(SURCHARGE):
            if bill.state == Bill.State.DUE:
                payments.cancel(actor=SYSTEM, bill=bill, reason=_("replaced by a bill up to today"))
            elif bill.state == Bill.State.PAID:
                settled += bill.amount_fen
    case.surcharge_fen = due
    _bill(case, f"{SURCHARGE}:{case.version}", _("Added to a late fine"), due - settled, None)
    return casework.take(actor, case, "surcharge", f"{due / 100:.2f}")


def surcharge_due(case: PenaltyCase, on: date | None = None) -> int:
    """Return what the law adds to a case's fine up to a day, in fen; the days it was contested do not count."""
    today = on or clock.today()
    if case.state != steps.SERVED or case.pay_until is None:
        return 0
    spans = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in case.contested]
    away = limits.contested_days(spans, after=case.pay_until, until=today)
    law = laws.law(case.decided_on)
    return limits.surcharge_fen(law, owed_fen=case.fine_fen, pay_until=case.pay_until, on=today, contested_days=away)


@transaction.atomic
def cancel_bills(*, case: PenaltyCase) -> None:
    """Cancel what is not paid yet of a decision that was taken back; what was paid goes back."""
    for bill in Bill.objects.about(case.subject):
        payments.cancel(actor=SYSTEM, bill=bill, reason=_("The decision was taken back."))
        if bill.state == Bill.State.PAID:
            payments.refund_what_was_paid(
                actor=SYSTEM, bill=bill, cause="revoked", reason=_("The decision was taken back.")
            )


@transaction.atomic
def note_paid(*, case: PenaltyCase) -> PenaltyCase:
    """End a case once fine and what was added are paid; again changes nothing."""
    case = chaining.lock(case)
    bills = list(Bill.objects.about(case.subject))
    paid = sum(bill.amount_fen for bill in bills if bill.state == Bill.State.PAID)
    if case.state != steps.SERVED or paid < case.fine_fen + case.surcharge_fen:
        return case
    case.state, case.ended_on, case.version = steps.PAID, clock.today(), case.version + 1
    chaining.enter(case, SYSTEM, "paid", f"{paid / 100:.2f}")
    case.save()
    journal.write(PenaltyMoved(case.pk, "paid", case.state), by=SYSTEM, subject=case.subject)
    return case


def _bill(case: PenaltyCase, occasion: str, title: str, amount_fen: int, due_on: date | None) -> Bill:
    basis = laws.violation(case.violation).basis
    line = {"name": str(title), "amount_fen": amount_fen, "full_fen": amount_fen, "basis": basis}
    return payments.issue(
        actor=SYSTEM,
        order=payments.BillOrder(
            subject=case.subject,
            occasion=occasion,
            title=_("Fine of decision %(number)s") % {"number": case.number},
            number=case.number,
            department=case.department,
            area=case.area,
            payer=case.party,
            lines=[line],
            due_on=due_on,
        ),
    )
