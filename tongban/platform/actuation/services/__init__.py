"""The verbs of remote control: register a device, ask for a command, approve it, release it."""

from tongban.platform.actuation.services.approving import (
    ControlApprovedAlready,
    NoStanding,
    NotAHuman,
    OwnRequest,
    RuleMissing,
    StandingEnded,
    approve,
    end_standing,
    grant_standing,
    may_approve,
    record_opened,
    refuse,
)
from tongban.platform.actuation.services.devices import register_device
from tongban.platform.actuation.services.kinds import (
    InterlocksSaid,
    UnknownControl,
    UnknownKindOfDevice,
    command_of,
    interlocks,
    kind_of,
    kinds,
    latest_values,
)
from tongban.platform.actuation.services.moving import ControlChanged, ControlGoneOn, ControlWordsMissing
from tongban.platform.actuation.services.releasing import may_release, release
from tongban.platform.actuation.services.requesting import (
    ControlKeyUsed,
    ControlReasonMissing,
    ControlTooLong,
    OutOfService,
    request,
)
from tongban.platform.actuation.services.running import look_at_due

__all__ = [
    "ControlApprovedAlready",
    "ControlChanged",
    "ControlGoneOn",
    "ControlKeyUsed",
    "ControlReasonMissing",
    "ControlTooLong",
    "ControlWordsMissing",
    "InterlocksSaid",
    "NoStanding",
    "NotAHuman",
    "OutOfService",
    "OwnRequest",
    "RuleMissing",
    "StandingEnded",
    "UnknownControl",
    "UnknownKindOfDevice",
    "approve",
    "command_of",
    "end_standing",
    "grant_standing",
    "interlocks",
    "kind_of",
    "kinds",
    "latest_values",
    "look_at_due",
    "may_approve",
    "may_release",
    "record_opened",
    "refuse",
    "register_device",
    "release",
    "request",
]
