"""Every step in one table, and what follows from it."""

from collections.abc import Iterable
from datetime import date

from tongban.platform.cases import rules
from tongban.platform.cases.steps.accepting import ACCEPTING
from tongban.platform.cases.steps.afterwards import AFTERWARDS
from tongban.platform.cases.steps.charging import CHARGING
from tongban.platform.cases.steps.deciding import DECIDING
from tongban.platform.cases.steps.ending import ENDING
from tongban.platform.cases.steps.sending import SENDING
from tongban.platform.cases.steps.shape import LegalStep
from tongban.platform.deadlines.services import Calendar

STEPS: dict[str, LegalStep] = {**ACCEPTING, **SENDING, **DECIDING, **CHARGING, **ENDING, **AFTERWARDS}


def is_allowed(kind: str, state: str) -> bool:
    """Say whether this step may happen to a case in that state."""
    return rules.allowed(STEPS[kind], state)


def project(done: Iterable[tuple[str, date]], limits: rules.Limits, calendar: Calendar) -> rules.CaseStatus:
    """Recompute where a case stands from the steps that were taken, oldest first."""
    return rules.project(((STEPS[kind], on) for kind, on in done), limits, calendar)
