"""Whose duty money is in the demonstration's city, and which of its offices have a seal for receipts."""

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.demonstration import Demonstration
from tongban.platform.identity.models import Department
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import Seal

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
        if not Seal.objects.first_usable(department=department, on=clock.today(), name=SEAL):
            seals.make(actor=SYSTEM, department=department, name=SEAL, order=9)
