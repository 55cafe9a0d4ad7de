"""What the room keeps: cameras, devices, patrols, alarms, orders of positions."""

from tongban.applications.safecity.models.alarms import OutsideSource, SafetyAlarm
from tongban.applications.safecity.models.cameras import Camera, VideoLook, VideoRequest
from tongban.applications.safecity.models.corrections import PersonPosition, PositionOrder, PositionReading
from tongban.applications.safecity.models.devices import SipChannel, SipDevice
from tongban.applications.safecity.models.patrols import PatrolCheckpoint, PatrolRoute, PatrolShift, PatrolVisit

__all__ = [
    "Camera",
    "OutsideSource",
    "PatrolCheckpoint",
    "PatrolRoute",
    "PatrolShift",
    "PatrolVisit",
    "PersonPosition",
    "PositionOrder",
    "PositionReading",
    "SafetyAlarm",
    "SipChannel",
    "SipDevice",
    "VideoLook",
    "VideoRequest",
]
