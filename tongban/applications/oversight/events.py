"""What supervision tells. What was written in an answer stands with the card, not in the fact."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class CardRaised:
    """A rule found something. department: its key; arose_on: ISO 8601; case: None where it is in none."""

    title: ClassVar[StrOrPromise] = _("Supervision card raised")

    card: int
    rule: str
    grade: str
    department: str
    arose_on: str
    case: int | None


@dataclass(frozen=True)
class CardRepeated:
    """The same rule found more in the same case. occurrences: how many there are now."""

    title: ClassVar[StrOrPromise] = _("Supervision card: found again")

    card: int
    occurrences: int


@dataclass(frozen=True)
class CardEscalated:
    """Nobody answered in time, so the card grew."""

    title: ClassVar[StrOrPromise] = _("Supervision card escalated")

    card: int
    grade: str


@dataclass(frozen=True)
class CardRaisedByHand:
    """Who supervises raised the grade of a card."""

    title: ClassVar[StrOrPromise] = _("Supervision card raised to a higher grade")

    card: int
    grade: str


@dataclass(frozen=True)
class CardAnswered:
    """The department answered a card."""

    title: ClassVar[StrOrPromise] = _("Supervision card answered")

    card: int
    in_time: bool


@dataclass(frozen=True)
class CardReturned:
    """The answer was not enough. due_on: last day for another one, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Answer to a supervision card sent back")

    card: int
    due_on: str


@dataclass(frozen=True)
class CardClosed:
    """Who supervises closed a card. outcome: explained | rectified | unfounded."""

    title: ClassVar[StrOrPromise] = _("Supervision card closed")

    card: int
    outcome: str


@dataclass(frozen=True)
class CardSettled:
    """What a card warned of is over."""

    title: ClassVar[StrOrPromise] = _("Supervision card settled")

    card: int


@dataclass(frozen=True)
class CardOpened:
    """An official read a card."""

    title: ClassVar[StrOrPromise] = _("Supervision card read")

    card: int


@dataclass(frozen=True)
class OrderAsked:
    """Who supervises asked a department. due_on: last day for the answer, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Supervision order issued")

    order: int
    department: str
    due_on: str


@dataclass(frozen=True)
class OrderAnswered:
    """The department answered an order."""

    title: ClassVar[StrOrPromise] = _("Supervision order answered")

    order: int
    in_time: bool


@dataclass(frozen=True)
class OrderReturned:
    """The answer was not enough. due_on: last day for another one, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Answer to a supervision order sent back")

    order: int
    due_on: str


@dataclass(frozen=True)
class OrderConcluded:
    """Who asked said what came of it."""

    title: ClassVar[StrOrPromise] = _("Supervision order concluded")

    order: int


@dataclass(frozen=True)
class OrderOpened:
    """An official read an order."""

    title: ClassVar[StrOrPromise] = _("Supervision order read")

    order: int


@dataclass(frozen=True)
class LightsOpened:
    """Who supervises looked at the board of lights. department, light: of the list behind it, "" for the board."""

    title: ClassVar[StrOrPromise] = _("Board of lights opened")

    department: str
    light: str


@dataclass(frozen=True)
class SheetOpened:
    """Who supervises read the figures of a month with the names of officials. month: "2026-03"."""

    title: ClassVar[StrOrPromise] = _("Supervision sheet read")

    month: str
    department: str
