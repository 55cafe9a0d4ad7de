"""Work orders with their steps, photographs, and what came too late from a phone."""

from tongban.platform.workorders.models.orders import NO_DUE, WorkOrder, WorkOrderQuerySet
from tongban.platform.workorders.models.steps import (
    WorkOrderConflict,
    WorkOrderConflictQuerySet,
    WorkOrderPhoto,
    WorkOrderPhotoQuerySet,
    WorkOrderStep,
    WorkOrderStepQuerySet,
)

__all__ = [
    "NO_DUE",
    "WorkOrder",
    "WorkOrderConflict",
    "WorkOrderConflictQuerySet",
    "WorkOrderPhoto",
    "WorkOrderPhotoQuerySet",
    "WorkOrderQuerySet",
    "WorkOrderStep",
    "WorkOrderStepQuerySet",
]
