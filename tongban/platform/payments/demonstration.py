"""Whose duty money is in the demonstration's city, and which of its offices have a seal for receipts."""

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.demonstration import Demonstration
from tongban.platform.identity.models import Department
from tongban.platform.seals import services as seals

SEAL = "财务专用章"
# Who collects fees there.
COLLECT = ("public-security", "urban-management")

PLAN = {
    "role": [
        {"key": "window-clerk", "duties": ["payments.collect"]},
        {"key": "approver", "duties": ["payments.manage"]},
        {"key": "operator", "duties": ["payments.reconcile"]},
    ]
}


def found(_city: Demonstration) -> None:
    for department in Department.objects.with_keys(COLLECT):
        seals.make(actor=SYSTEM, department=department, name=SEAL, order=9)
