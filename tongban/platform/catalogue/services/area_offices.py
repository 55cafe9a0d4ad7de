"""Which office handles a service in an area of its own, and where an applicant may choose among them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.catalogue.events import AreaOfficeEnded, AreaOfficePut
from tongban.platform.catalogue.models import AreaOffice, Service, Version
from tongban.platform.catalogue.services import changes
from tongban.platform.identity.models import Department


class AreaFixed(Refusal):
    message = _("The law gives “%(service)s” to one office: its definition has no [areas] that says otherwise.")


class RoleWithoutOffice(Refusal):
    status = 422
    message = _("No department plays the role “%(role)s” there. Name one for each role of the process.")


def area_choice(version: Version) -> Mapping[str, Any]:
    """Return by which law applicants choose among the areas that handle the service; {} where they do not."""
    return dict(version.guide.get("areas", {}))


def area_offices(version: Version) -> list[AreaOffice]:
    """Return the offices of other areas that may be applied to today; none where the law lets nobody choose."""
    if not area_choice(version):
        return []
    return list(AreaOffice.objects.of(version.service).in_force(clock.today()))


@transaction.atomic
def put_area_office(
    *,
    actor: Actor,
    service: Service,
    department: Department,
    roles: Mapping[str, str],
    contacts: Mapping[str, str] | None = None,
    remedies: Mapping[str, str] | None = None,
    basis: str = "",
) -> AreaOffice:
    """Say that a department handles the service for its area, or change how; the same again changes nothing.

    roles   role of the process -> key of the department that plays it there
    basis   by which decision the item is delegated, for the public record
    Raises NotAllowed, AreaFixed, RoleWithoutOffice.
    """
    actor.must_hold("catalogue.publish", department=department.pk, area=department.area)
    service = Service.objects.select_for_update(of=("self",)).select_related("current").get(pk=service.pk)
    if service.current is None or not area_choice(service.current):
        raise AreaFixed(service=service.name)
    known = set(Department.objects.with_keys(roles.values()).values_list("key", flat=True))
    for role in service.current.guide.get("role", ()):
        if roles.get(role["key"]) not in known:
            raise RoleWithoutOffice(role=role["key"])
    wanted: dict[str, Any] = {
        "area": department.area,
        "roles": dict(roles),
        "contacts": dict(contacts or {}),
        "remedies": dict(remedies or {}),
        "ended_on": None,
    }
    found = AreaOffice.objects.filter(service=service, department=department).first()
    if found and all(getattr(found, name) == value for name, value in wanted.items()):
        return found
    is_new = found is None or found.ended_on is not None
    office = found or AreaOffice(service=service, department=department, valid_from=clock.today())
    for name, value in wanted.items():
        setattr(office, name, value)
    office.save()
    if is_new:
        changes.record(changes.Kind.DELEGATED, service, department=department, basis=basis.strip())
    fact = AreaOfficePut(service.code, department.key, department.area, dict(roles))
    journal.write(fact, by=actor, subject=f"service:{service.code}")
    return office


@transaction.atomic
def end_area_office(*, actor: Actor, office: AreaOffice, reason: str) -> AreaOffice:
    """Let nobody apply to this office any more; its open cases go on. Doing it twice changes nothing.

    Raises NotAllowed.
    """
    actor.must_hold("catalogue.publish", department=office.department_id, area=office.area)
    office = (
        AreaOffice.objects.select_for_update(of=("self",)).select_related("department", "service").get(pk=office.pk)
    )
    if office.ended_on:
        return office
    office.ended_on = clock.today()
    office.save(update_fields=["ended_on"])
    changes.record(changes.Kind.TAKEN_BACK, office.service, department=office.department, basis=reason)
    fact = AreaOfficeEnded(office.service.code, office.department.key, office.area)
    journal.write(fact, by=actor, subject=f"service:{office.service.code}", reason=reason)
    return office
