"""Which departments play the roles of a case: those its definition names, or those of the area that was chosen."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.models import Action, Case, Participation
from tongban.platform.cases.services import plan
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import AreaOffice, Service, Version
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow

MOVED = ("file_sent", "transferred")


class NotHandledThere(Refusal):
    status, field = 422, "area"
    message = _("“%(service)s” is not handled for this area. Choose one of the areas that are offered.")


def roles_of(case: Case, definition: plan.Plan | None = None) -> dict[str, int]:
    """Return the department that plays each role of the process of a case: role -> id.

    definition   by which it is to go on; None for that of its version
    """
    definition = definition or plan.of(case.version)
    if case.area_office is None:
        return definition.departments()
    there = case.area_office
    found = dict(Department.objects.acting_by_key(set(there.roles.values())))
    return {role: found.get(there.roles.get(role, ""), there.department.acting.pk) for role in definition.roles}


def first_of(case: Case) -> int:
    """Return the department that has the first task of a case."""
    tasks = workflow.steps(plan.of(case.version).process.bpmn)
    return roles_of(case)[tasks[0].role]


def taking_part(case: Case) -> set[int]:
    return Participation.objects.departments_in(case.pk)


def choices(version: Version) -> list[Department]:
    """Return the departments among which an applicant may choose, that of the definition first; [] without a choice."""
    offices = catalogue.area_offices(version)
    return [version.service.department, *(office.department for office in offices)] if offices else []


def elsewhere(case: Case) -> list[AreaOffice]:
    """Return the offices of other areas that could handle this case."""
    return [office for office in catalogue.area_offices(case.version) if office.pk != case.area_office_id]


def settle(case: Case, area: str) -> None:
    """Let the office handle a case that has this area for its own; where none has, it stays as it is. Not saved yet."""
    for office in catalogue.area_offices(case.version):
        if area and office.area == area:
            move(case, office)


def choose(draft: Case, area: str) -> None:
    """Let the office of this area handle a draft. Raises NotHandledThere."""
    service: Service = draft.version.service
    if area == service.department.area:
        move(draft, None)
        return
    offices = [office for office in catalogue.area_offices(draft.version) if office.area == area]
    if not offices:
        raise NotHandledThere(service=service.name)
    move(draft, offices[0])


def move(case: Case, office: AreaOffice | None) -> None:
    """Give a case to this office, None: to the one that the definition names; not saved yet."""
    case.area_office = office
    case.department = (office.department if office else case.version.service.department).acting
    case.area = case.department.area


def sender_of(case: Case) -> str:
    """Return the name of the office that the file came from."""
    moved = Action.objects.of(case).of_kinds(MOVED).newest()
    return str(moved.data["from_office"]) if moved else ""


def handling_then(case: Case, action: Action) -> Department:
    """Return the office that handled a case when its file moved, wherever it has gone since."""
    key = action.data.get("handling", "")
    return Department.objects.with_keys([key]).first() or case.department if key else case.department


def contacts_of(case: Case) -> Mapping[str, Any]:
    """Return whom to call about a case: consult, complaint."""
    there = case.area_office
    return there.contacts if there else dict(plan.of(case.version).guide.get("contacts", {}))


def remedies_of(case: Case) -> Mapping[str, Any]:
    """Return how to object to what is decided about a case: review, litigation."""
    there = case.area_office
    return there.remedies if there else dict(plan.of(case.version).guide.get("remedies", {}))
