"""What a crew does with an order: accept it, or give it back; arrive, write down, photograph, finish."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.deadlines import services as deadlines
from tongban.platform.workorders.events import (
    WorkOrderAccepted,
    WorkOrderArrived,
    WorkOrderFinished,
    WorkOrderNoted,
    WorkOrderReturned,
)
from tongban.platform.workorders.models import WorkOrder, WorkOrderPhoto
from tongban.platform.workorders.rules import kinds as kind_rules
from tongban.platform.workorders.services import moving, photographing, todo
from tongban.platform.workorders.services.moving import HERE, PhoneStamp
from tongban.platform.workorders.services.terms import kinds, terms

MAX_PHOTOS = 30

_LACKING = {
    "before": ("photos", _("A photograph from before the work is missing.")),
    "after": ("photos", _("A photograph from after the work is missing.")),
    "position": ("latitude", _("Say where you are: use the position of the phone, or type it in.")),
}


class EvidenceMissing(Invalid):
    message = _("This order cannot be finished yet: its evidence is incomplete.")


class PhotosFull(Refusal):
    status, field = 422, "photos"
    message = _("There are already %(most)s photographs with this order.")


@transaction.atomic
def accept(*, actor: Actor, order: WorkOrder, version: int | None = None, stamp: PhoneStamp = HERE) -> WorkOrder:
    """Take an order on. Raises NotAllowed, OrderChanged, NotInThisState, TakenByAnother."""
    held = moving.hold(actor, order, "accept", version=version, stamp=stamp)
    order = held.order
    if held.again:
        return order
    order.handler_id = actor.account
    moving.keep(held, actor, stamp=stamp)
    todo.claim(actor, order)
    journal.write(WorkOrderAccepted(order.pk, order.subject), by=actor, subject=order.name)
    return order


@transaction.atomic
def return_order(
    *, actor: Actor, order: WorkOrder, words: str, version: int | None = None, stamp: PhoneStamp = HERE
) -> WorkOrder:
    """Give an order back that is not the department's to do 退单, with a reason.

    Raises NotAllowed, OrderChanged, NotInThisState, TakenByAnother, ReasonMissing.
    """
    held = moving.hold(actor, order, "return", words=words, version=version, stamp=stamp)
    order, source = held.order, held.order.department.key
    if held.again:
        return order
    order.department_id, order.team, order.handler = order.dispatcher_id, None, None
    order.handling_due_at, order.due_at = None, deadlines.moment_due(held.received, terms().dispatch)
    moving.keep(held, actor, words=words, stamp=stamp, moved=False, source=source)
    said = WorkOrderReturned(order.pk, order.subject, source)
    journal.write(said, by=actor, subject=order.name, reason=words)
    return order


@transaction.atomic
def arrive(*, actor: Actor, order: WorkOrder, version: int | None = None, stamp: PhoneStamp = HERE) -> WorkOrder:
    """Say that the crew is there. Raises NotAllowed, OrderChanged, NotInThisState, TakenByAnother."""
    held = moving.hold(actor, order, "arrive", version=version, stamp=stamp)
    order = held.order
    if held.again:
        return order
    moving.keep(held, actor, stamp=stamp)
    said = WorkOrderArrived(order.pk, order.subject, held.said.isoformat())
    journal.write(said, by=actor, subject=order.name)
    return order


@transaction.atomic
def note(*, actor: Actor, order: WorkOrder, words: str, stamp: PhoneStamp = HERE) -> WorkOrder:
    """Write something down about an order that goes on. Raises NotAllowed, NotInThisState, ReasonMissing, …"""
    held = moving.hold(actor, order, "note", words=words, stamp=stamp)
    if not held.again:
        if not words.strip():
            raise moving.ReasonMissing()
        moving.keep(held, actor, words=words, stamp=stamp)
        journal.write(WorkOrderNoted(held.order.pk, held.order.subject), by=actor, subject=held.order.name)
    return held.order


def add_photo(
    *, actor: Actor, order: WorkOrder, file: Any, side: str, name: str = "", stamp: PhoneStamp = HERE
) -> WorkOrderPhoto:
    """Keep a photograph from the field; its content is looked at. Raises NotAllowed, NotInThisState, and as storage.

    side   "before" or "after" the work
    """
    if (sent := WorkOrderPhoto.objects.sent_with(stamp.key)) is not None and sent.order_id == order.pk:
        return sent
    with transaction.atomic():
        held = moving.hold(actor, order, "note", stamp=stamp, words="-")
    if sum(WorkOrderPhoto.objects.counted(order).values()) >= MAX_PHOTOS:
        raise PhotosFull(most=MAX_PHOTOS)
    return photographing.keep(actor, order, file, side, name=name, taken_at=held.said, stamp=stamp)


@transaction.atomic
def finish(
    *, actor: Actor, order: WorkOrder, words: str, version: int | None = None, stamp: PhoneStamp = HERE
) -> WorkOrder:
    """Say what was done; somebody else verifies it. The photographs that its kind asks for are there already.

    Raises NotAllowed, OrderChanged, NotInThisState, TakenByAnother, ReasonMissing, EvidenceMissing.
    """
    held = moving.hold(actor, order, "finish", words=words, version=version, stamp=stamp)
    order = held.order
    if held.again:
        return order
    _must_have_evidence(order, stamp)
    if order.in_time is None:
        order.in_time, order.finished_at = order.handling_due_at is None or held.at <= order.handling_due_at, held.at
    order.due_at = deadlines.moment_due(held.received, terms().verify)
    moving.keep(held, actor, words=words, stamp=stamp)
    said = WorkOrderFinished(order.pk, order.subject, order.department.key, bool(order.in_time), held.said.isoformat())
    journal.write(said, by=actor, subject=order.name)
    return order


def lacking(order: WorkOrder, *, placed: bool) -> list[str]:
    """Return what a finished order would lack today: "before", "after", "position"."""
    kind = kinds().get(order.kind)
    there = WorkOrderPhoto.objects.counted(order)
    return kind_rules.missing(kind, before=there["before"], after=there["after"], placed=placed) if kind else []


def _must_have_evidence(order: WorkOrder, stamp: PhoneStamp) -> None:
    errors: dict[str, list[Any]] = {}
    for name in lacking(order, placed=stamp.is_placed):
        field, sentence = _LACKING[name]
        errors.setdefault(field, []).append(sentence)
    if errors:
        raise EvidenceMissing(errors)
