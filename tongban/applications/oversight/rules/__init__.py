"""How supervision judges: dated rules, what they find in a case, how a card goes on. No database, no framework."""

from tongban.applications.oversight.rules.cards import ALL_KINDS, CLOSED, CardMove, CardStatus, after, project
from tongban.applications.oversight.rules.detecting import CaseEvidence, TaskTime, detect
from tongban.applications.oversight.rules.irregularities import CardFinding, Occurrence, grouped
from tongban.applications.oversight.rules.terms import (
    GRADES,
    Escalation,
    SupervisionRule,
    SupervisionTerms,
    read,
)

__all__ = [
    "ALL_KINDS",
    "CLOSED",
    "GRADES",
    "CardFinding",
    "CardMove",
    "CardStatus",
    "CaseEvidence",
    "Escalation",
    "Occurrence",
    "SupervisionRule",
    "SupervisionTerms",
    "TaskTime",
    "after",
    "detect",
    "grouped",
    "project",
    "read",
]
