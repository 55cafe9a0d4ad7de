"""How a case moves and which day is its last (`clocks`); what an inspection must bring (`inspection`)."""

from tongban.platform.cases.rules.clocks import (
    BACKGROUND_STEPS,
    CLOSED,
    OPEN,
    STEPS,
    CaseStatus,
    Limits,
    SupplementScope,
    after,
    allowed,
    case_number,
    counted_anew,
    project,
    required,
    scope_of,
)

__all__ = [
    "BACKGROUND_STEPS",
    "CLOSED",
    "OPEN",
    "STEPS",
    "CaseStatus",
    "Limits",
    "SupplementScope",
    "after",
    "allowed",
    "case_number",
    "counted_anew",
    "project",
    "required",
    "scope_of",
]
