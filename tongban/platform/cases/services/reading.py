"""Who reads a case that is not theirs: each reading is a fact, and the applicant is shown it."""

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import duty_title
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.cases.apps import Cases
from tongban.platform.cases.events import CaseOpened, CasePaperOpened
from tongban.platform.cases.models import READING, Case
from tongban.platform.identity import services as identity


def record_opened(actor: Actor, case: Case, reason: str = "") -> None:
    """Write down that an official or another system read the whole of a case.

    reason   why, where that is not the duty by which they read it
    """
    if not _is_read_by_another(actor, case):
        return
    purpose = _duty(actor)
    event = CaseOpened(case.pk, str(case.number or ""), purpose)
    journal.write_reading(
        event,
        by=actor,
        of=[case.applicant_id],
        office=identity.office_of(actor),
        subject=case.subject,
        reason=reason or recorded(duty_title(purpose)),
    )


def record_paper_opened(actor: Actor, case: Case, paper: str, reason: str = "") -> None:
    """Write down that an official or another system opened a material or a letter of a case."""
    if not _is_read_by_another(actor, case):
        return
    event = CasePaperOpened(case.pk, str(case.number or ""), paper, actor.channel)
    journal.write_reading(
        event,
        by=actor,
        of=[case.applicant_id],
        office=identity.office_of(actor),
        subject=case.subject,
        reason=reason or recorded(duty_title(_duty(actor))),
    )


def _is_read_by_another(actor: Actor, case: Case) -> bool:
    return actor.kind in {"staff", "client"} and case.applicant_id != actor.party


def _duty(actor: Actor) -> str:
    """Return the first duty by which somebody may read the case: of an office, or one that reaches the whole city."""
    return next((duty for duty in (*READING, *sorted(Cases.citywide_duties)) if actor.holds(duty, department=None)), "")
