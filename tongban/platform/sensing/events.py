"""What sensing tells. Readings come by the thousand a second and are told nobody; what is alarming about them is."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class ThingRegistered:
    """A thing was registered. key: as gateways name it; kind: "water-station"."""

    title: ClassVar[StrOrPromise] = _("Thing registered")

    thing_id: int
    key: str
    kind: str


@dataclass(frozen=True)
class ThingChanged:
    """Something of a thing was changed. fields: which."""

    title: ClassVar[StrOrPromise] = _("Thing changed")

    thing_id: int
    key: str
    fields: list[str]


@dataclass(frozen=True)
class StreamOpened:
    """A stream of readings was opened. measures: the key of its property."""

    title: ClassVar[StrOrPromise] = _("Stream of readings opened")

    stream_id: int
    key: str
    thing_id: int
    measures: str


@dataclass(frozen=True)
class FramesReplayed:
    """Raw frames were read once more. fresh: how many readings came of it that were not there."""

    title: ClassVar[StrOrPromise] = _("Raw frames replayed")

    frames: int
    fresh: int


@dataclass(frozen=True)
class AlertRulePublished:
    """A version of an alert rule was published. valid_from: a moment, as ISO 8601 writes it."""

    title: ClassVar[StrOrPromise] = _("Alert rule published")

    rule: str
    number: int
    valid_from: str


@dataclass(frozen=True)
class AlertRaised:
    """A rule came to hold for a thing. Told once, however often it is hit.

    rule, thing   their keys; kind: of thing; level: "blue", "yellow", "orange" or "red"
    department    key of the department that answers for it
    value         of the reading that raised it; None where the clock did
    """

    title: ClassVar[StrOrPromise] = _("Alert raised")

    alert_id: int
    rule: str
    thing: str
    kind: str
    level: str
    department: str
    value: float | None


@dataclass(frozen=True)
class AlertLevelChanged:
    """An open alert rose or fell. escalated: it rose because nobody acknowledged it in time."""

    title: ClassVar[StrOrPromise] = _("Level of an alert changed")

    alert_id: int
    rule: str
    thing: str
    level: str
    previous: str
    escalated: bool


@dataclass(frozen=True)
class AlertCleared:
    """The condition of an alert does not hold any more; somebody may still have to close it."""

    title: ClassVar[StrOrPromise] = _("Alert cleared")

    alert_id: int
    rule: str
    thing: str
    level: str


@dataclass(frozen=True)
class AlertAcknowledged:
    """An official looks after an alert."""

    title: ClassVar[StrOrPromise] = _("Alert acknowledged")

    alert_id: int


@dataclass(frozen=True)
class AlertLinked:
    """Something elsewhere takes care of an alert. subject: "workorder:12"."""

    title: ClassVar[StrOrPromise] = _("Alert taken care of elsewhere")

    alert_id: int
    subject: str


@dataclass(frozen=True)
class AlertClosed:
    """Somebody said what came of an alert. cleared: its condition had ended before."""

    title: ClassVar[StrOrPromise] = _("Alert closed")

    alert_id: int
    rule: str
    thing: str
    cleared: bool
