"""What remote control tells the house. `origin` is what a command is about: "incident:12", "" for nothing.

Rooms above hear these to go on with their own matter: an incident that asked for power to be cut, say. `drill`: no
device heard of it.
"""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class ControlRequested:
    """A command was asked for. rule: name of the automatic rule that asked, "" for a human."""

    title: ClassVar[StrOrPromise] = _("Command to a device asked for")

    command: int
    origin: str
    device: str
    kind: str
    rule: str
    drill: bool


@dataclass(frozen=True)
class ControlBlocked:
    """Interlocks did not let a command through. interlocks: their keys."""

    title: ClassVar[StrOrPromise] = _("Command stopped by an interlock")

    command: int
    origin: str
    device: str
    interlocks: list[str]
    drill: bool


@dataclass(frozen=True)
class ControlApproved:
    """A command may be carried out. standing: number of what approved it ahead, 0 where humans did now."""

    title: ClassVar[StrOrPromise] = _("Command to a device approved")

    command: int
    origin: str
    device: str
    standing: int
    drill: bool


@dataclass(frozen=True)
class ControlRefused:
    """Somebody did not approve a command."""

    title: ClassVar[StrOrPromise] = _("Command to a device not approved")

    command: int
    origin: str
    device: str


@dataclass(frozen=True)
class ControlWithdrawn:
    """A command was taken back before it was carried out."""

    title: ClassVar[StrOrPromise] = _("Command to a device withdrawn")

    command: int
    origin: str
    device: str


@dataclass(frozen=True)
class ControlLapsed:
    """A command was not approved, or not carried out, in time, and never will be."""

    title: ClassVar[StrOrPromise] = _("Command to a device lapsed")

    command: int
    origin: str
    device: str


@dataclass(frozen=True)
class ControlTookEffect:
    """The device says that a command is in force. until: when it is released, ISO 8601; "" where it is done already."""

    title: ClassVar[StrOrPromise] = _("Command to a device took effect")

    command: int
    origin: str
    device: str
    until: str
    drill: bool


@dataclass(frozen=True)
class ControlReleased:
    """The device is in its fail-safe state again. by_hand: before its time was over."""

    title: ClassVar[StrOrPromise] = _("Device released")

    command: int
    origin: str
    device: str
    by_hand: bool
    drill: bool


@dataclass(frozen=True)
class ControlFailed:
    """A command was not carried out, or nobody knows. problem: why, in a sentence."""

    title: ClassVar[StrOrPromise] = _("Command to a device failed")

    command: int
    origin: str
    device: str
    problem: str


@dataclass(frozen=True)
class ControlReleaseOverdue:
    """A device that should be in its fail-safe state does not say that it is; somebody has to go and look."""

    title: ClassVar[StrOrPromise] = _("Device does not confirm its release")

    command: int
    origin: str
    device: str


@dataclass(frozen=True)
class ControlledDeviceRegistered:
    """A device can be commanded from now on."""

    title: ClassVar[StrOrPromise] = _("Controlled device registered")

    device: str
    kind: str


@dataclass(frozen=True)
class ControlledDeviceChanged:
    """What is known of a device changed. fields: what."""

    title: ClassVar[StrOrPromise] = _("Controlled device changed")

    device: str
    fields: list[str]


@dataclass(frozen=True)
class StandingApprovalGranted:
    """A human approved ahead what an automatic rule may command. expires_at: ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Automatic command approved ahead")

    approval: int
    device: str
    command: str
    rule: str
    expires_at: str


@dataclass(frozen=True)
class StandingApprovalEnded:
    """An approval ahead was taken back."""

    title: ClassVar[StrOrPromise] = _("Approval ahead taken back")

    approval: int
    device: str


@dataclass(frozen=True)
class ControlCommandOpened:
    """An official read a command."""

    title: ClassVar[StrOrPromise] = _("Command to a device read")

    command: int
