"""What a case tells of what becomes of its decision afterwards."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class AnnulmentTold:
    """The office means to take a decision back, and hears the holder first. cause: a key of `annulling.CAUSES`."""

    title: ClassVar[StrOrPromise] = _("Told of an intended revocation")

    case_id: int
    number: str
    cause: str
    due_on: str


@dataclass(frozen=True)
class AnnulmentAnswered:
    """The holder said what speaks against the revocation."""

    title: ClassVar[StrOrPromise] = _("Statement against a revocation")

    case_id: int
    number: str


@dataclass(frozen=True)
class AnnulmentDecided:
    """Whether a decision was taken back, and its licences with it. cause: a key of `annulling.CAUSES`."""

    title: ClassVar[StrOrPromise] = _("Revocation decided")

    case_id: int
    number: str
    cause: str
    annulled: bool


@dataclass(frozen=True)
class ObjectionNoted:
    """Somebody objected to a decision. way: "review" (复议) or "litigation" (诉讼); file: its number there."""

    title: ClassVar[StrOrPromise] = _("Objection to a decision noted")

    case_id: int
    number: str
    way: str
    file: str


@dataclass(frozen=True)
class ObjectionDecided:
    """How an objection ended. result: a key of `objecting.RESULTS`."""

    title: ClassVar[StrOrPromise] = _("Result of an objection noted")

    case_id: int
    number: str
    way: str
    file: str
    result: str


@dataclass(frozen=True)
class DecisionReopened:
    """A decision has to be made anew, by that day."""

    title: ClassVar[StrOrPromise] = _("Decision to be made anew")

    case_id: int
    number: str
    due_on: str


@dataclass(frozen=True)
class CasePublished:
    """An application or a decision is shown to everybody (公示). last_on: the last day, "" where it stays."""

    title: ClassVar[StrOrPromise] = _("Application or decision published")

    case_id: int
    number: str
    kind: str
    last_on: str


@dataclass(frozen=True)
class ConcernRaised:
    """Somebody concerned objected to what is published. kind: of the publication."""

    title: ClassVar[StrOrPromise] = _("Objection to a publication")

    case_id: int
    number: str
    kind: str


@dataclass(frozen=True)
class ConcernAnswered:
    """The office answered somebody who objected to what is published."""

    title: ClassVar[StrOrPromise] = _("Objection to a publication answered")

    case_id: int
    number: str


@dataclass(frozen=True)
class FollowUpInspectionOpened:
    """An inspection after a grant was put on a desk. follow_up: its number; due_on: its last day."""

    title: ClassVar[StrOrPromise] = _("Follow-up inspection begun")

    case_id: int
    number: str
    follow_up: str
    due_on: str


@dataclass(frozen=True)
class FollowUpInspectionClosed:
    """An inspection after a grant found whether its conditions are met. follow_up: its number."""

    title: ClassVar[StrOrPromise] = _("Follow-up inspection finished")

    case_id: int
    number: str
    follow_up: str
    kept: bool
