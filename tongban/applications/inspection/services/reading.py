"""That an official read the case of a person is on record, and shown to the person."""

from django.db import transaction
from django.utils.translation import gettext as _

from tongban.applications.inspection.events import PenaltyCaseRead
from tongban.applications.inspection.models import PenaltyCase
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor


@transaction.atomic
def note_case_read(*, actor: Actor, case: PenaltyCase) -> None:
    """Write down that an official opened the case of a person, for the person to see."""
    if not case.citizen:
        return
    journal.write_reading(
        PenaltyCaseRead(case.pk),
        by=actor,
        of=[case.party_id],
        office=case.department.name,
        subject=case.subject,
        reason=_("To handle penalty case %(number)s") % {"number": case.number},
    )
