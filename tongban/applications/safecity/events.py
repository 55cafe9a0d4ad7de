"""What is written to the journal."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class CameraRegistered:
    """A camera in a public place was registered, or what the register says of it changed."""

    title: ClassVar[StrOrPromise] = _("Camera registered")

    camera_id: int
    number: str


@dataclass(frozen=True)
class CameraEnded:
    """A camera is used no more."""

    title: ClassVar[StrOrPromise] = _("Camera taken out of use")

    camera_id: int


@dataclass(frozen=True)
class VideoAsked:
    """Somebody asked to see through a camera. matter: what it is about."""

    title: ClassVar[StrOrPromise] = _("Video asked for")

    request_id: int
    camera_id: int
    matter: str


@dataclass(frozen=True)
class VideoDecided:
    """Somebody else decided whether they may."""

    title: ClassVar[StrOrPromise] = _("Video request decided")

    request_id: int
    granted: bool


@dataclass(frozen=True)
class CameraSeen:
    """A one-time link to a camera was opened."""

    title: ClassVar[StrOrPromise] = _("Saw through a camera")

    request_id: int
    camera_id: int
    matter: str


@dataclass(frozen=True)
class SipDeviceRegistered:
    """A device was entered in the register; number: its 20 figures."""

    title: ClassVar[StrOrPromise] = _("Safety device registered")

    device_id: int
    number: str


@dataclass(frozen=True)
class SipDeviceAppeared:
    """A device registered at the gateway and counts as there."""

    title: ClassVar[StrOrPromise] = _("Safety device online")

    device_id: int


@dataclass(frozen=True)
class SipDeviceLost:
    """A device left, or was not heard for too long."""

    title: ClassVar[StrOrPromise] = _("Safety device offline")

    device_id: int


@dataclass(frozen=True)
class PatrolRoutePlanned:
    """A route with its checkpoints was planned."""

    title: ClassVar[StrOrPromise] = _("Patrol route planned")

    route_id: int
    checkpoints: int


@dataclass(frozen=True)
class PatrolRouteEnded:
    """A route is patrolled no more."""

    title: ClassVar[StrOrPromise] = _("Patrol route ended")

    route_id: int


@dataclass(frozen=True)
class PatrolShiftPlanned:
    """An officer patrols a route on a day. officer: their account."""

    title: ClassVar[StrOrPromise] = _("Patrol shift planned")

    shift_id: int
    officer: int


@dataclass(frozen=True)
class CheckpointReached:
    """An officer checked in at a checkpoint."""

    title: ClassVar[StrOrPromise] = _("Checked in at a checkpoint")

    visit_id: int
    offline: bool


@dataclass(frozen=True)
class CheckpointMissed:
    """The window of a checkpoint passed and nobody checked in."""

    title: ClassVar[StrOrPromise] = _("Checkpoint missed")

    visit_id: int


@dataclass(frozen=True)
class SafetyAlarmRaised:
    """An alarm was raised. kind: device, patrol, position or outside."""

    title: ClassVar[StrOrPromise] = _("Safety alarm raised")

    alarm_id: int
    kind: str
    level: int


@dataclass(frozen=True)
class OutsideAlarmConfirmed:
    """One of the two people stood for an alarm from outside. by: 1 or 2."""

    title: ClassVar[StrOrPromise] = _("Outside alarm confirmed by a person")

    alarm_id: int
    by: int


@dataclass(frozen=True)
class SafetyAlarmSent:
    """Somebody was sent because of an alarm. order: number of the work order in the database."""

    title: ClassVar[StrOrPromise] = _("Somebody sent because of a safety alarm")

    alarm_id: int
    order: int


@dataclass(frozen=True)
class SafetyAlarmEnded:
    """An alarm is over. state: closed, rejected or expired."""

    title: ClassVar[StrOrPromise] = _("Safety alarm ended")

    alarm_id: int
    state: str


@dataclass(frozen=True)
class SafetyAlarmForgotten:
    """The content of an alarm from outside was deleted, its time being over."""

    title: ClassVar[StrOrPromise] = _("Content of an outside alarm deleted")

    alarm_id: int


@dataclass(frozen=True)
class OutsideSourceProposed:
    """A system outside was proposed as one that may send alarms."""

    title: ClassVar[StrOrPromise] = _("Outside source of alarms proposed")

    source_id: int


@dataclass(frozen=True)
class OutsideSourceApproved:
    """Somebody else approved it, until a day."""

    title: ClassVar[StrOrPromise] = _("Outside source of alarms approved")

    source_id: int
    valid_until: str


@dataclass(frozen=True)
class OutsideSourceEnded:
    """It may send no more."""

    title: ClassVar[StrOrPromise] = _("Outside source of alarms ended")

    source_id: int


@dataclass(frozen=True)
class PositionOrderProposed:
    """An order to take the positions of a device was proposed."""

    title: ClassVar[StrOrPromise] = _("Order of positions proposed")

    order_id: int


@dataclass(frozen=True)
class PositionOrderApproved:
    """Somebody else approved it."""

    title: ClassVar[StrOrPromise] = _("Order of positions approved")

    order_id: int


@dataclass(frozen=True)
class PositionOrderEnded:
    """An order ended; by_term: because its last day is over."""

    title: ClassVar[StrOrPromise] = _("Order of positions ended")

    order_id: int
    by_term: bool


@dataclass(frozen=True)
class PersonPositionsRead:
    """Somebody read positions of an order, for a purpose."""

    title: ClassVar[StrOrPromise] = _("Positions read")

    order_id: int
    positions: int


@dataclass(frozen=True)
class PersonPositionsDeleted:
    """The positions of an ended order were deleted."""

    title: ClassVar[StrOrPromise] = _("Positions of an ended order deleted")

    order_id: int
