"""What the watch over the environment tells. Packets come by the thousand a second and are told nobody."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class PollutionSourceRegistered:
    """A source was registered, or what is known of it changed. kind: "waste-water", "flue-gas" …"""

    title: ClassVar[StrOrPromise] = _("Pollution source registered")

    source: int
    kind: str


@dataclass(frozen=True)
class MonitoringPointRegistered:
    """A point was registered, or what is known of it changed. mn: of its data logger."""

    title: ClassVar[StrOrPromise] = _("Monitoring point registered")

    point: int
    mn: str
    kind: str


@dataclass(frozen=True)
class EmissionLimitSet:
    """A limit holds for a point from a day on, ISO 8601. most: as it is written, in the unit of the factor."""

    title: ClassVar[StrOrPromise] = _("Emission limit set")

    point: int
    factor: str
    most: str
    valid_from: str


@dataclass(frozen=True)
class DeviceCommandAsked:
    """A data logger is to be told something. cn: code of HJ 212; its parameters are not repeated here."""

    title: ClassVar[StrOrPromise] = _("Command to a data logger")

    command: int
    point: int
    cn: str


@dataclass(frozen=True)
class DeviceCommandEnded:
    """A data logger carried a command out, or did not. state: done, refused, failed or silent."""

    title: ClassVar[StrOrPromise] = _("Command to a data logger ended")

    command: int
    state: str


@dataclass(frozen=True)
class SampleRetained:
    """A logger kept a sample."""

    title: ClassVar[StrOrPromise] = _("Sample retained")

    sample: int
    point: int
    occasion: str


@dataclass(frozen=True)
class SampleTested:
    """A laboratory said what is in a retained sample."""

    title: ClassVar[StrOrPromise] = _("Retained sample tested")

    sample: int


@dataclass(frozen=True)
class VideoOpened:
    """An official looked at a point by its camera. The purpose is the fact's reason."""

    title: ClassVar[StrOrPromise] = _("Camera of a monitoring point opened")

    point: int


@dataclass(frozen=True)
class ExceedanceCrewSent:
    """A department was sent to look at an exceedance on the spot. The words for it are the fact's reason."""

    title: ClassVar[StrOrPromise] = _("Crew sent to an exceedance")

    alert: int
    order: int
    department: str


@dataclass(frozen=True)
class ExceedanceHandled:
    """An official said what came of an exceedance."""

    title: ClassVar[StrOrPromise] = _("Exceedance handled")

    alert: int
    point: int
