"""公示: what was decided, for everybody, with the names of persons masked; and its withdrawal."""

from django.db import transaction

from tongban.applications.inspection.models import PenaltyCase
from tongban.applications.inspection.services import casework, laws
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party


def shown_name(party: Party) -> str:
    """Return a party's name as everybody may read it: of a person masked, of an organisation whole."""
    return parties.masked("name", party.name) if party.kind == Party.Kind.PERSON else party.name


def sentence_of(case: PenaltyCase) -> str:
    """Return what is published of a decision: no more of a person than the masked name."""
    violation = laws.violation(case.violation)
    outcome = f"罚款 {ui.yuan(case.fine_fen)}" if case.fine_fen else "警告"
    day = case.decided_on.isoformat() if case.decided_on else ""
    return (
        f"{shown_name(case.party)}：{violation.name}。依据{violation.basis}，"
        f"{case.department.name}于 {day} 决定给予{outcome}。"
    )[:500]


@transaction.atomic
def publish(*, actor: Actor, case: PenaltyCase, words: str = "", version: int | None = None) -> PenaltyCase:
    """Publish a decision; twice is once. Raises NotAllowed, StepNotPossible."""
    case = casework.begin(actor, case, "publish", words, version)
    if case.published_on and case.withdrawn_on is None:
        return case
    if case.withdrawn_on is not None:
        raise casework.StepNotPossible(state=case.get_state_display())
    case.published, case.published_on = sentence_of(case), clock.today()
    return casework.take(actor, case, "publish", case.published)


@transaction.atomic
def withdraw(*, actor: Actor, case: PenaltyCase, words: str, version: int | None = None) -> PenaltyCase:
    """Withdraw what was published, and say why; twice is once. Raises NotAllowed, StepNotPossible."""
    case = casework.begin(actor, case, "withdraw", words, version)
    if case.published_on is None:
        raise casework.StepNotPossible(state=case.get_state_display())
    if case.withdrawn_on is None:
        case.withdrawn_on = clock.today()
        return casework.take(actor, case, "withdraw", words)
    return case


def late_publications(case: PenaltyCase) -> str:
    """Return which limit of publishing a case misses today: "publish", "withdraw", "" for none."""
    today = clock.today()
    if case.withdraw_until and case.withdrawn_on is None and today > case.withdraw_until:
        return "withdraw"
    late = case.publish_until is not None and case.published_on is None and today > case.publish_until
    return "publish" if late and case.state != PenaltyCase.State.ENDED else ""
