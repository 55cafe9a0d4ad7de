"""What a crew asks for and somebody else decides: more time, or that an order is hung up."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.deadlines.services import TimeLimit
from tongban.platform.workorders.events import OrderProposalDecided, OrderProposalMade
from tongban.platform.workorders.models import OrderProposal, WorkOrder
from tongban.platform.workorders.rules import moves
from tongban.platform.workorders.services import dispatching, moving
from tongban.platform.workorders.services.moving import NotInThisState, ReasonMissing, TakenByAnother


class ProposalPending(Conflict):
    message = _("The dispatcher has not answered yet what was asked for before.")


class ProposalDecided(Conflict):
    message = _("Somebody has decided this already.")


class ProposedByYourself(Refusal):
    status = 403
    message = _("You asked for this yourself; someone else has to decide it.")


@transaction.atomic
def propose(*, actor: Actor, order: WorkOrder, kind: str, words: str, more: TimeLimit | None = None) -> OrderProposal:
    """Ask the dispatcher for more time, or to hang an order up. The clock goes on until they grant it.

    Raises NotAllowed, NotInThisState, TakenByAnother, ReasonMissing, ProposalPending, NoMoreTime.
    """
    order = WorkOrder.objects.locked(order.pk)
    actor.must_hold("workorders.handle", department=order.department_id, area=order.area)
    if not moves.may(kind, order.state):
        raise NotInThisState(number=order.number, state=order.get_state_display())
    if order.handler_id not in {None, actor.account} and actor.kind != "system":
        raise TakenByAnother(number=order.number, name=order.handler.name if order.handler else "")
    if not words.strip():
        raise ReasonMissing()
    if kind == "extend" and (more is None or more.amount < 1):
        raise dispatching.NoMoreTime()
    if OrderProposal.objects.of(order).open().exists():
        raise ProposalPending()
    found: OrderProposal = OrderProposal.objects.create(
        order=order,
        dispatcher_id=order.dispatcher_id,
        kind=kind,
        words=words.strip(),
        amount=more.amount if more else None,
        unit=more.unit if more else "",
        asked_at=clock.now(),
        asked_by=actor.account,
        asker=actor.name,
    )
    journal.write(OrderProposalMade(order.pk, order.subject, kind), by=actor, subject=order.name, reason=words)
    return found


@transaction.atomic
def decide_proposal(*, actor: Actor, proposal: OrderProposal, granted: bool, words: str = "") -> OrderProposal:
    """Grant what a crew asked for, or refuse it with a reason. Raises NotAllowed, ProposedByYourself, …"""
    order = proposal.order
    actor.must_hold("workorders.dispatch", department=order.dispatcher_id, area=order.area)
    found: OrderProposal = OrderProposal.objects.select_for_update().get(pk=proposal.pk)
    if found.decided_at:
        raise ProposalDecided()
    if actor.account is not None and actor.account == found.asked_by:
        raise ProposedByYourself()
    if not granted and not words.strip():
        raise moving.ReasonMissing()
    found.decided_at, found.decided_by, found.granted, found.answer = clock.now(), actor.account, granted, words.strip()
    found.save()
    said = OrderProposalDecided(order.pk, order.subject, found.kind, granted)
    journal.write(said, by=actor, subject=order.name, reason=words)
    if granted and found.kind == OrderProposal.Kind.HANG_UP:
        dispatching.hang_up(actor=actor, order=order, words=found.words)
    elif granted:
        more = TimeLimit(found.amount or 1, found.unit)
        dispatching.extend(actor=actor, order=order, more=more, words=found.words)
    return found
