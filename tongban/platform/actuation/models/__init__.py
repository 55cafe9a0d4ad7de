"""What can be commanded, what was commanded, and what was approved ahead."""

from tongban.platform.actuation.models.commands import ControlCommand, ControlCommandQuerySet, ControlStep
from tongban.platform.actuation.models.devices import ControlledDevice, ControlSource, StandingApproval

__all__ = [
    "ControlCommand",
    "ControlCommandQuerySet",
    "ControlSource",
    "ControlStep",
    "ControlledDevice",
    "StandingApproval",
]
