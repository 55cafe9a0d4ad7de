"""What supervision keeps: objects and officers, draws, inspections, orders to correct, penalty cases, clues."""

from tongban.applications.inspection.models.clues import ClueRecord, ClueSource, RiskClue
from tongban.applications.inspection.models.draws import InspectionDraw
from tongban.applications.inspection.models.entities import (
    EnforcementOfficer,
    EntityRisk,
    OfficerConflict,
    SupervisedEntity,
)
from tongban.applications.inspection.models.inspections import (
    CorrectionOrder,
    CorrectionProof,
    FieldInspection,
    InspectionPhoto,
)
from tongban.applications.inspection.models.penalties import PenaltyCase, PenaltyEntry

__all__ = [
    "ClueRecord",
    "ClueSource",
    "CorrectionOrder",
    "CorrectionProof",
    "EnforcementOfficer",
    "EntityRisk",
    "FieldInspection",
    "InspectionDraw",
    "InspectionPhoto",
    "OfficerConflict",
    "PenaltyCase",
    "PenaltyEntry",
    "RiskClue",
    "SupervisedEntity",
]
