"""生效: from which day a decision takes effect, by what the definition says."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import localdate

from tongban.infrastructure.kernel import clock
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.outcomes import last_day_to_object
from tongban.platform.letters.models import Letter


@dataclass(frozen=True)
class Effect:
    """begins: "decision", "delivery" or "objection"; on: None as long as it cannot be said; source: of the rule."""

    begins: str
    on: date | None
    source: str


def effect_of(case: Case) -> Effect | None:
    """Return from when the decision about a case takes effect; None where nothing is decided, or nothing says it."""
    rule = plan.of(case.version).effect
    if not rule or case.decided_on is None:
        return None
    return Effect(rule["begins"], _day(case, rule["begins"], case.decided_on), rule["source"])


def licence_begins(case: Case) -> date:
    """Return the first day of what a granted case is given.

    With delivery: that of today, for an electronic licence is delivered as it is issued. After the time for objections:
    the day after its last, counted from today where the decision is not sealed yet.
    """
    decided = case.decided_on or clock.today()
    begins = plan.of(case.version).effect.get("begins", "decision")
    if begins == "decision":
        return decided
    if begins == "delivery":
        return clock.today()
    return _day(case, begins, decided) or last_day_to_object(clock.today()) + timedelta(days=1)


def _day(case: Case, begins: str, decided: date) -> date | None:
    if begins == "decision":
        return decided
    if begins == "delivery":
        first = Action.objects.of(case).deliveries().first()
        return first.on if first else None
    action = Action.objects.of(case).of_kinds(("granted", "refused")).newest()
    letter = Letter.objects.on_occasion(case.subject, action.occasion) if action else None
    return last_day_to_object(localdate(letter.issued_at)) + timedelta(days=1) if letter else None
