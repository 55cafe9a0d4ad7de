"""What every step of an order has in common: may they, is it possible, keep it, let the to-do list follow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk, changes
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.workorders.models import NO_DUE, WorkOrder, WorkOrderStep
from tongban.platform.workorders.models.orders import SIDES
from tongban.platform.workorders.rules import moments, moves
from tongban.platform.workorders.services import todo
from tongban.platform.workorders.services.terms import terms


class NotInThisState(Conflict):
    message = _("Work order %(number)s is “%(state)s” by now, so this can no longer be done. Reload the page.")


class TakenByAnother(Conflict):
    message = _("Work order %(number)s was taken on by %(name)s.")


class OrderChanged(Conflict):
    message = _("Someone else changed work order %(number)s in the meantime. Reload the page and look at it again.")


class KeyUsedAlready(Conflict):
    message = _("Another step bears this key already. Send it again with a key of its own.")


class ReasonMissing(Refusal):
    status, field = 422, "words"
    message = _("Write a few words about it; they stay with the order.")


@dataclass(frozen=True)
class PhoneStamp:
    """When and where a phone says that a step was taken.

    at        the moment as the phone says it; None: now
    offline   it waited on the phone for a connection
    key       the phone's own name of the step; the same again changes nothing
    crs       the coordinate system of the position; phones say WGS 84
    """

    at: datetime | None = None
    offline: bool = False
    key: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    crs: str = "WGS84"

    @property
    def is_placed(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a row that say where it was."""
        if not self.is_placed:
            return {}
        places = ("latitude", "longitude", "accuracy_m", "crs")
        return {name: getattr(self, name) for name in places}


HERE = PhoneStamp()


@dataclass
class HeldOrder:
    """An order that is held for a step, and when that happened.

    again   the step is there already: it was sent twice
    """

    order: WorkOrder
    move: str
    before: str
    received: datetime
    said: datetime
    doubt: str = ""
    again: bool = False

    @property
    def at(self) -> datetime:
        """The moment that clocks count."""
        return moments.counted(self.said, received=self.received, doubtful=bool(self.doubt))


def hold(
    actor: Actor, order: WorkOrder, move: str, *, words: str = "", version: int | None = None, stamp: PhoneStamp = HERE
) -> HeldOrder:
    """Hold an order for a step. Raises NotAllowed, OrderChanged, NotInThisState, TakenByAnother, ReasonMissing."""
    order = WorkOrder.objects.locked(order.pk)
    row = moves.MOVES[move]
    duty = f"workorders.{row.side}"
    received = clock.now()
    held = HeldOrder(order, move, moves.side_of(order.state), received, stamp.at or received)
    if (sent := WorkOrderStep.objects.sent_with(stamp.key)) is not None:
        if (sent.order_id, sent.account, sent.move) != (order.pk, actor.account, move):
            raise KeyUsedAlready()
        held.again = True
        return held
    actor.must_hold(duty, department=getattr(order, f"{SIDES[duty]}_id"), area=order.area)
    if version is not None and version != order.version:
        raise OrderChanged(number=order.number)
    if not moves.may(move, order.state):
        raise NotInThisState(number=order.number, state=order.get_state_display())
    taken = row.own or move in {"accept", "return"}
    if taken and order.handler_id not in {None, actor.account} and actor.kind != "system":
        raise TakenByAnother(number=order.number, name=order.handler.name if order.handler else "")
    if row.words and not words.strip():
        raise ReasonMissing()
    if stamp.at:
        held.doubt = moments.doubt(stamp.at, received=received, after=_last(order), tolerance=terms().clock_tolerance)
    return held


def keep(
    held: HeldOrder,
    actor: Actor,
    *,
    words: str = "",
    stamp: PhoneStamp = HERE,
    state: str = "",
    moved: bool = False,
    **details: Any,
) -> WorkOrderStep:
    """Keep the step and what it changed in the order.

    state   where the table leaves it open; moved: the order lies with another department or crew now
    """
    order = held.order
    order.state = state or moves.MOVES[held.move].target or order.state
    if order.state in moves.OVER:
        order.due_at, order.ended_at = NO_DUE, held.received
    order.version += 1
    changes.write(order)
    step = WorkOrderStep(
        order=order,
        move=held.move,
        state=order.state,
        at=held.said,
        received_at=held.received,
        doubt=held.doubt,
        offline=stamp.offline,
        account=actor.account,
        actor=actor.name,
        words=words.strip(),
        details=details,
        key=stamp.key or None,
        **stamp.columns,
    )
    bulk.insert(step)
    todo.follow(actor, order, before=held.before, moved=moved)
    return step


def _last(order: WorkOrder) -> datetime | None:
    step = WorkOrderStep.objects.of(order).last()
    return (step.received_at if step.doubt else step.at) if step else None
