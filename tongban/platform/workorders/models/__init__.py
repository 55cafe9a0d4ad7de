"""Work orders with their steps, photographs and what came too late from a phone; crews on duty; routing rules."""

from tongban.platform.workorders.models.crews import (
    CrewMember,
    CrewMemberQuerySet,
    CrewPosition,
    CrewPositionQuerySet,
    CrewShift,
    CrewShiftQuerySet,
    CrewTeam,
    CrewTeamQuerySet,
)
from tongban.platform.workorders.models.orders import NO_DUE, WorkOrder, WorkOrderQuerySet
from tongban.platform.workorders.models.routing import RoutingEdition, RoutingEditionQuerySet
from tongban.platform.workorders.models.steps import (
    OrderProposal,
    OrderProposalQuerySet,
    WorkOrderConflict,
    WorkOrderConflictQuerySet,
    WorkOrderPhoto,
    WorkOrderPhotoQuerySet,
    WorkOrderStep,
    WorkOrderStepQuerySet,
)

__all__ = [
    "NO_DUE",
    "CrewMember",
    "CrewMemberQuerySet",
    "CrewPosition",
    "CrewPositionQuerySet",
    "CrewShift",
    "CrewShiftQuerySet",
    "CrewTeam",
    "CrewTeamQuerySet",
    "OrderProposal",
    "OrderProposalQuerySet",
    "RoutingEdition",
    "RoutingEditionQuerySet",
    "WorkOrder",
    "WorkOrderConflict",
    "WorkOrderConflictQuerySet",
    "WorkOrderPhoto",
    "WorkOrderPhotoQuerySet",
    "WorkOrderQuerySet",
    "WorkOrderStep",
    "WorkOrderStepQuerySet",
]
