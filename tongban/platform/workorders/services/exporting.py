"""A copy of a list of orders: what for is asked first, and written down."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.workorders.events import WorkOrdersExported
from tongban.platform.workorders.models import WorkOrder, WorkOrderQuerySet

# Whoever needs more narrows the list.
MAX_EXPORTED = 20_000


class ExportPurposeMissing(Refusal):
    status, field = 422, "purpose"
    message = _("Say what the export is for.")


@transaction.atomic
def exported(
    *, actor: Actor, parts: Sequence[WorkOrderQuerySet], purpose: str, narrowed: Mapping[str, str]
) -> list[WorkOrder]:
    """Return the orders of a list for a copy that leaves the house. Raises ExportPurposeMissing.

    parts   of what the actor sees, narrowed as the page was
    """
    if not purpose.strip():
        raise ExportPurposeMissing()
    found: dict[int, WorkOrder] = {}
    for order in islice(_rows(parts), MAX_EXPORTED):
        found.setdefault(order.pk, order)
    said = WorkOrdersExported(len(found), dict(narrowed))
    journal.write(said, by=actor, subject="workorders", reason=purpose.strip())
    return list(found.values())


def _rows(parts: Sequence[WorkOrderQuerySet]) -> Iterable[WorkOrder]:
    for part in parts:
        yield from part.order_by("due_at", "pk")[:MAX_EXPORTED]
