"""Cards with their steps, and the questions that who supervises asks a department."""

from tongban.applications.oversight.models.cards import (
    CardStep,
    CardStepQuerySet,
    SupervisionCard,
    SupervisionCardQuerySet,
)
from tongban.applications.oversight.models.orders import SupervisionOrder, SupervisionOrderQuerySet

__all__ = [
    "CardStep",
    "CardStepQuerySet",
    "SupervisionCard",
    "SupervisionCardQuerySet",
    "SupervisionOrder",
    "SupervisionOrderQuerySet",
]
