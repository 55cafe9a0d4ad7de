"""The seals of a department that was dissolved are never used again; its successor has one of each kind."""

from tongban.infrastructure.journal import services as journal
from tongban.platform.identity.events import DepartmentDissolved
from tongban.platform.identity.models import Department
from tongban.platform.seals import services as seals


@journal.on(DepartmentDissolved)
def withdraw_seals(event: DepartmentDissolved) -> None:
    seals.take_over(department=Department.objects.get(key=event.department))
