"""Services go over to the successor of a department that was dissolved."""

from tongban.infrastructure.journal import services as journal
from tongban.platform.catalogue import services as catalogue
from tongban.platform.identity.events import DepartmentDissolved
from tongban.platform.identity.models import Department


@journal.on(DepartmentDissolved)
def offer_from_successor(event: DepartmentDissolved) -> None:
    if event.successor:
        department = Department.objects.get(key=event.department)
        catalogue.take_over(department=department, successor=department.acting)
