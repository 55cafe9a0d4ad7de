"""What a phone did offline and the order no longer allows: kept beside the order, shown to both sides, dealt with."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.workorders.events import WorkOrderConflicted, WorkOrderConflictSettled
from tongban.platform.workorders.models import WorkOrder, WorkOrderConflict
from tongban.platform.workorders.services import photographing
from tongban.platform.workorders.services.moving import PhoneStamp, ReasonMissing


class SettledAlready(Conflict):
    message = _("Somebody has dealt with this already.")


@transaction.atomic
def keep_conflict(
    *,
    actor: Actor,
    order: WorkOrder,
    move: str,
    refusal: Refusal,
    words: str = "",
    stamp: PhoneStamp,
    photos: Sequence[tuple[str, Any]] = (),
) -> WorkOrderConflict:
    """Keep a step that was taken offline and refused; the same key again is the same conflict.

    Whether the phone was given the order is the caller's question.
    photos   (side, file): kept with it, and no evidence of the order's
    """
    if stamp.key and (sent := WorkOrderConflict.objects.sent_with(stamp.key)) is not None:
        return sent
    now = clock.now()
    conflict: WorkOrderConflict = WorkOrderConflict.objects.create(
        order=order,
        dispatcher_id=order.dispatcher_id,
        move=move,
        state=order.state,
        reason=str(refusal)[:300],
        at=stamp.at or now,
        received_at=now,
        account=actor.account,
        actor=actor.name,
        words=words.strip(),
        latitude=stamp.latitude,
        longitude=stamp.longitude,
        key=stamp.key or None,
    )
    for side, file in photos:
        photographing.keep(actor, order, file, side, stamp=replace(stamp, key=""), conflict=conflict)
    journal.write(WorkOrderConflicted(order.pk, order.subject, move), by=actor, subject=order.name)
    return conflict


@transaction.atomic
def settle_conflict(*, actor: Actor, conflict: WorkOrderConflict, words: str) -> WorkOrderConflict:
    """Say what becomes of a step that came too late. Raises NotAllowed, ReasonMissing, SettledAlready."""
    order = conflict.order
    actor.must_hold("workorders.dispatch", department=order.dispatcher_id, area=order.area)
    found: WorkOrderConflict = WorkOrderConflict.objects.select_for_update().get(pk=conflict.pk)
    if not words.strip():
        raise ReasonMissing()
    if found.settled_at:
        raise SettledAlready()
    found.settled, found.settled_at, found.settled_by = words.strip(), clock.now(), actor.account
    found.save()
    journal.write(WorkOrderConflictSettled(order.pk, order.subject), by=actor, subject=order.name)
    return found
