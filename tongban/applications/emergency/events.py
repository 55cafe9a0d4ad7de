"""What emergency command tells. Who called and what they said is not repeated here."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class EmergencyIncidentOpened:
    """An incident was opened. source: "call", "alert" or "cap"; department: key of the centre that leads."""

    title: ClassVar[StrOrPromise] = _("Incident opened")

    incident: int
    kind: str
    level: str
    source: str
    department: str
    drill: bool


@dataclass(frozen=True)
class EmergencyCallTaken:
    """A call was taken. joined: the incident was there before."""

    title: ClassVar[StrOrPromise] = _("Emergency call taken")

    call: int
    incident: int
    channel: str
    joined: bool
    drill: bool


@dataclass(frozen=True)
class EmergencyAlarmConfirmed:
    """Somebody confirmed what devices had reported."""

    title: ClassVar[StrOrPromise] = _("Alarm confirmed")

    incident: int
    kind: str
    drill: bool


@dataclass(frozen=True)
class EmergencyLevelSet:
    """The level of an incident was raised or lowered."""

    title: ClassVar[StrOrPromise] = _("Level of an incident set")

    incident: int
    level: str
    previous: str
    drill: bool


@dataclass(frozen=True)
class EmergencyResponseStarted:
    """A response of level "1" to "4" was started."""

    title: ClassVar[StrOrPromise] = _("Emergency response started")

    incident: int
    response: str
    drill: bool


@dataclass(frozen=True)
class EmergencyPlanActivated:
    """A plan was activated. actions: how many it has."""

    title: ClassVar[StrOrPromise] = _("Emergency plan activated")

    incident: int
    plan: str
    actions: int
    drill: bool


@dataclass(frozen=True)
class EmergencyActionSettled:
    """An action of a plan was done, or left out for a reason."""

    title: ClassVar[StrOrPromise] = _("Action of a plan settled")

    incident: int
    action: str
    done: bool
    drill: bool


@dataclass(frozen=True)
class EmergencyUnitsDispatched:
    """Units were sent. units: their keys."""

    title: ClassVar[StrOrPromise] = _("Units dispatched")

    incident: int
    units: list[str]
    drill: bool


@dataclass(frozen=True)
class EmergencyUnitMoved:
    """A unit took a step. unit: its key; incident: None where it is at work for none."""

    title: ClassVar[StrOrPromise] = _("Unit took a step")

    unit: str
    step: str
    state: str
    incident: int | None
    drill: bool


@dataclass(frozen=True)
class EmergencyUnitRegistered:
    """A unit was registered, or what is known of it changed."""

    title: ClassVar[StrOrPromise] = _("Unit registered")

    unit: str
    kind: str


@dataclass(frozen=True)
class EmergencyControlled:
    """An incident is under control; its response has ended."""

    title: ClassVar[StrOrPromise] = _("Incident under control")

    incident: int
    drill: bool


@dataclass(frozen=True)
class EmergencyIncidentClosed:
    """An incident was closed with its report. false_alarm: there was nothing."""

    title: ClassVar[StrOrPromise] = _("Incident closed")

    incident: int
    false_alarm: bool
    drill: bool


@dataclass(frozen=True)
class EmergencyWarningPublished:
    """A warning was published, replaced or lifted. message: "Alert", "Update" or "Cancel"."""

    title: ClassVar[StrOrPromise] = _("Warning published")

    warning: int
    identifier: str
    message: str
    colour: str
    drill: bool


@dataclass(frozen=True)
class EmergencyWarningReceived:
    """A warning of another office came in."""

    title: ClassVar[StrOrPromise] = _("Warning received")

    warning: int
    identifier: str
    sender: str
    message: str


@dataclass(frozen=True)
class EmergencyMessageAsked:
    """Somebody asked that the public is told something through a medium."""

    title: ClassVar[StrOrPromise] = _("Message to the public asked for")

    incident: int
    medium: str
    drill: bool


@dataclass(frozen=True)
class EmergencyMessageSent:
    """A medium took a message, or rejected it."""

    title: ClassVar[StrOrPromise] = _("Message to the public sent")

    message: int
    medium: str
    sent: bool


@dataclass(frozen=True)
class EmergencyCallerShown:
    """Somebody looked at who called. calls: how many."""

    title: ClassVar[StrOrPromise] = _("Callers of an incident looked at")

    incident: int
    calls: int
