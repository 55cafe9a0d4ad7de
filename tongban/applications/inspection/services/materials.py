"""调取材料: what the city holds about whom is inspected, fetched for one inspection and written down as read."""

from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tongban.applications.inspection.events import MaterialsRead
from tongban.applications.inspection.models import CorrectionOrder, FieldInspection, PenaltyCase
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.licences.models import Licence
from tongban.platform.registers import services as registers
from tongban.platform.registers.services import UnknownRegister

REGISTER = "enterprise"
MOST = 20


class InspectionMaterials(NamedTuple):
    """What is known of a party: lines of the enterprise register, licences, earlier penalties and corrections."""

    register: list[tuple[str, str]]
    licences: list[Licence]
    penalties: list[PenaltyCase]
    corrections: list[CorrectionOrder]


@transaction.atomic
def fetch_materials(*, actor: Actor, inspection: FieldInspection) -> InspectionMaterials:
    """Fetch what the city holds about the party of an inspection, for its two officers; the party sees who read it.

    Raises NotAllowed.
    """
    if actor.account not in {inspection.first_account, inspection.second_account}:
        actor.must_hold("inspection.manage", department=inspection.department_id, area=inspection.area)
    elif not actor.holds("inspection.inspect"):
        raise NotAllowed()
    party = inspection.entity.party
    if party is None:
        return InspectionMaterials([], [], [], [])
    purpose = _("To inspect %(entity)s (%(number)s)") % {
        "entity": inspection.entity.name,
        "number": inspection.number,
    }
    journal.write_reading(
        MaterialsRead(inspection.pk),
        by=actor,
        of=[party.pk],
        office=inspection.department.name,
        subject=inspection.subject,
        reason=purpose,
    )
    try:
        # The house asks for the officers: their right comes from the inspection, and the reading above names them.
        answer = registers.find(
            actor=SYSTEM, register=REGISTER, party=party, purpose=purpose, subject=inspection.subject
        )
    except UnknownRegister:
        answer = None
    lines = [(title, str(value)) for title, value in answer.rows] if answer else []
    return InspectionMaterials(
        lines,
        list(Licence.objects.of_party(party.pk)[:MOST]),
        list(PenaltyCase.objects.of_party(party.pk).with_names().order_by("-pk")[:MOST]),
        list(CorrectionOrder.objects.of_party(party.pk).with_names().order_by("-pk")[:MOST]),
    )
