"""What is measured where, what was measured, and what was alarming about it."""

from tongban.platform.sensing.models.alerts import (
    Alert,
    AlertLevel,
    AlertRule,
    AlertRuleState,
    AlertRuleVersion,
    AlertStep,
)
from tongban.platform.sensing.models.readings import (
    HourSummary,
    LatestObservation,
    Observation,
    RawFrame,
)
from tongban.platform.sensing.models.things import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)

__all__ = [
    "Alert",
    "AlertLevel",
    "AlertRule",
    "AlertRuleState",
    "AlertRuleVersion",
    "AlertStep",
    "Datastream",
    "FeatureOfInterest",
    "HistoricalLocation",
    "HourSummary",
    "LatestObservation",
    "Location",
    "Observation",
    "ObservedProperty",
    "RawFrame",
    "Sensor",
    "Thing",
]
