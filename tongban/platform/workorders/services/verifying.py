"""What a verifier does: close a finished order, or send it back. Whoever carried it out may do neither."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.deadlines import services as deadlines
from tongban.platform.workorders.events import WorkOrderOpened, WorkOrderSentBack, WorkOrderVerified
from tongban.platform.workorders.models import WorkOrder, WorkOrderStep
from tongban.platform.workorders.services import moving
from tongban.platform.workorders.services.moving import HERE, HeldOrder, PhoneStamp
from tongban.platform.workorders.services.terms import terms


class OwnWork(Refusal):
    status = 403
    message = _("You had a hand in this order; someone else has to verify it.")


@transaction.atomic
def verify(
    *, actor: Actor, order: WorkOrder, words: str = "", version: int | None = None, stamp: PhoneStamp = HERE
) -> WorkOrder:
    """Find good what was done, and close the order. Raises NotAllowed, OwnWork, OrderChanged, NotInThisState."""
    held = _held(actor, order, "verify", words, version, stamp)
    order = held.order
    if held.again:
        return order
    order.verified_by = actor.account
    moving.keep(held, actor, words=words, stamp=stamp)
    journal.write(WorkOrderVerified(order.pk, order.subject, order.kind), by=actor, subject=order.name)
    return order


@transaction.atomic
def send_back(
    *, actor: Actor, order: WorkOrder, words: str, version: int | None = None, stamp: PhoneStamp = HERE
) -> WorkOrder:
    """Have it done again 返工, with a reason; where little of the limit is left, there is more time for it.

    Raises NotAllowed, OwnWork, OrderChanged, NotInThisState, ReasonMissing.
    """
    held = _held(actor, order, "send_back", words, version, stamp)
    order = held.order
    if held.again:
        return order
    order.reworks += 1
    again = deadlines.moment_due(held.received, terms().rework)
    order.handling_due_at = order.due_at = max(order.handling_due_at or again, again)
    moving.keep(held, actor, words=words, stamp=stamp, times=order.reworks)
    said = WorkOrderSentBack(order.pk, order.subject, order.reworks)
    journal.write(said, by=actor, subject=order.name, reason=words)
    return order


def record_opened(*, actor: Actor, order: WorkOrder) -> None:
    """Write down that an official read an order."""
    journal.write(WorkOrderOpened(order.pk), by=actor, subject=order.name)


def may_verify(actor: Actor, order: WorkOrder) -> bool:
    """Say whether they had no hand in carrying it out."""
    if actor.account is None:
        return True
    return actor.account not in {order.handler_id, *WorkOrderStep.objects.handlers_of(order)}


def _held(actor: Actor, order: WorkOrder, move: str, words: str, version: int | None, stamp: PhoneStamp) -> HeldOrder:
    held = moving.hold(actor, order, move, words=words, version=version, stamp=stamp)
    if not held.again and not may_verify(actor, held.order):
        raise OwnWork()
    return held
