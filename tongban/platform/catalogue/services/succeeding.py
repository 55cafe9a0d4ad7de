"""机构撤并: the services of a department that was dissolved are offered by the one that took it over."""

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue.events import ServicesTakenOver
from tongban.platform.catalogue.models import AreaOffice, Edition, Service
from tongban.platform.catalogue.services import changes
from tongban.platform.identity.models import Department


@transaction.atomic
def take_over(*, department: Department, successor: Department) -> int:
    """Let a department offer the services of one that was dissolved, and handle them for its area; say how many.

    Definitions keep naming the old one: whatever they say of it counts for the successor. A second time it is none.
    """
    services = list(Service.objects.select_for_update(of=("self",)).of(department))
    for service in services:
        service.department, service.area, service.changed_at = successor, successor.area, clock.now()
        service.save(update_fields=["department", "area", "changed_at"])
        changes.record(changes.Kind.MOVED, service, department=successor)
    offices = list(AreaOffice.objects.select_for_update(of=("self",)).at(department).in_force(clock.today()))
    for office in offices:
        _move(office, successor)
    if services or offices:
        Edition.objects.bump()
        told = ServicesTakenOver(department.key, successor.key, len(services) + len(offices))
        journal.write(told, by=SYSTEM, subject=f"department:{department.pk}")
    return len(services) + len(offices)


def offered_at(department: int) -> int:
    """Return how many services people can apply for at a department."""
    return int(Service.objects.online().of(department).count())


def _move(office: AreaOffice, successor: Department) -> None:
    """Let the successor handle a service for the area; where it does already, the office ends."""
    service = Service.objects.get(pk=office.service_id)
    if successor.pk == service.department_id or AreaOffice.objects.of(service).at(successor).exists():
        office.ended_on = clock.today()
        office.save(update_fields=["ended_on"])
        return
    office.department = successor
    office.save(update_fields=["department"])
