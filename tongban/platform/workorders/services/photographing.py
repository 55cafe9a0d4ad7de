"""Keep what a phone photographed: its content is looked at, its place and time stay with it."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.workorders.events import WorkOrderPhotographed
from tongban.platform.workorders.models import WorkOrder, WorkOrderConflict, WorkOrderPhoto
from tongban.platform.workorders.services.moving import PhoneStamp

# Photographs of phones; nobody in the field scans a paper.
PICTURES = ("jpg", "png")
MAX_PHOTO_MB = 15


def keep(
    actor: Actor,
    order: WorkOrder,
    file: Any,
    side: str,
    *,
    stamp: PhoneStamp,
    name: str = "",
    taken_at: datetime | None = None,
    conflict: WorkOrderConflict | None = None,
) -> WorkOrderPhoto:
    """Keep a photograph; the same key again is the same photograph. Raises what storage raises."""
    document = documents.attach(
        actor=actor,
        owner=None,
        kind="workorder-photo",
        title=f"{order.number} {order.title}"[:120],
        file=file,
        name=name,
        accept=PICTURES,
        max_bytes=storage.max_file_mb(MAX_PHOTO_MB) * storage.MEGABYTE,
        origin="field",
    )
    return _keep(actor, order, document, side, taken_at or stamp.at or clock.now(), stamp, conflict)


@transaction.atomic
def _keep(
    actor: Actor,
    order: WorkOrder,
    document: Document,
    side: str,
    taken_at: datetime,
    stamp: PhoneStamp,
    conflict: WorkOrderConflict | None,
) -> WorkOrderPhoto:
    photo = WorkOrderPhoto(
        order=order,
        side=side if side in WorkOrderPhoto.Side.values else WorkOrderPhoto.Side.AFTER,
        document=document,
        conflict=conflict,
        taken_at=taken_at,
        received_at=clock.now(),
        account=actor.account,
        actor=actor.name,
        key=stamp.key or None,
        **stamp.columns,
    )
    try:
        with transaction.atomic():
            bulk.insert(photo)
    except IntegrityError:
        if (sent := WorkOrderPhoto.objects.sent_with(stamp.key)) is not None:
            return sent
        raise
    said = WorkOrderPhotographed(order.pk, order.subject, photo.side)
    journal.write(said, by=actor, subject=order.name)
    return photo
