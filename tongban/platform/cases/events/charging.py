"""What a case tells of its fee."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class FeeCharged:
    """The applicant owes a fee. code: by which it is paid; due_on: its last day."""

    title: ClassVar[StrOrPromise] = _("Fee charged")

    case_id: int
    number: str
    code: str
    amount_fen: int
    due_on: str


@dataclass(frozen=True)
class FeePaid:
    """The fee of a case was paid: what waited for it goes on."""

    title: ClassVar[StrOrPromise] = _("Fee paid")

    case_id: int
    number: str
    amount_fen: int


@dataclass(frozen=True)
class FeeReminded:
    """The last day of a fee is near, or over, and it was not paid. due_on: that day."""

    title: ClassVar[StrOrPromise] = _("Reminded of the fee")

    case_id: int
    number: str
    due_on: str


@dataclass(frozen=True)
class FeeRefunded:
    """A fee, or a part of it, went back."""

    title: ClassVar[StrOrPromise] = _("Fee refunded")

    case_id: int
    number: str
    amount_fen: int
