"""What ratings tell. Who rated stands in the fact as its actor, so the fact does not say which grade they gave."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class RatingInvited:
    """The applicant of a completed case was asked how it was. closes_on: last day, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Rating invited")

    rating: int
    case: int
    closes_on: str


@dataclass(frozen=True)
class RatingGiven:
    """Somebody rated. service: catalogue code."""

    title: ClassVar[StrOrPromise] = _("Rating given")

    rating: int
    service: str


@dataclass(frozen=True)
class FollowUpOpened:
    """A low grade waits for the department's answer. department: its key; due_on: last day, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Low rating to be followed up")

    follow_up: int
    department: str
    due_on: str


@dataclass(frozen=True)
class FollowUpAnswered:
    """The department said what it put right."""

    title: ClassVar[StrOrPromise] = _("Low rating answered")

    follow_up: int
    in_time: bool
