"""The tables of emergency command."""

from tongban.applications.emergency.models.forces import (
    EmergencyAction,
    EmergencyAssignment,
    EmergencyTrackPoint,
    EmergencyUnit,
    UnitState,
)
from tongban.applications.emergency.models.incidents import (
    EmergencyCall,
    EmergencyIncident,
    EmergencyLevel,
    EmergencyLogEntry,
)
from tongban.applications.emergency.models.warnings import EmergencyMessage, EmergencyWarning, WarningColour

__all__ = [
    "EmergencyAction",
    "EmergencyAssignment",
    "EmergencyCall",
    "EmergencyIncident",
    "EmergencyLevel",
    "EmergencyLogEntry",
    "EmergencyMessage",
    "EmergencyTrackPoint",
    "EmergencyUnit",
    "EmergencyWarning",
    "UnitState",
    "WarningColour",
]
