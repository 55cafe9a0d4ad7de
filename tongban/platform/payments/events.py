"""What payments tell the rest of the house. about: what a bill is about, "case:12"."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class BillIssued:
    """Somebody owes something. code: 缴款码; due_on: last day, "" for none."""

    title: ClassVar[StrOrPromise] = _("Bill issued")

    bill_id: int
    about: str
    code: str
    amount_fen: int
    due_on: str


@dataclass(frozen=True)
class BillPaid:
    """A bill was paid. Heard by whoever waited for it. payment: our number of it; channel: by which it came."""

    title: ClassVar[StrOrPromise] = _("Bill paid")

    bill_id: int
    about: str
    code: str
    amount_fen: int
    payment: str
    channel: str


@dataclass(frozen=True)
class BillCancelled:
    """A bill need not be paid any more."""

    title: ClassVar[StrOrPromise] = _("Bill cancelled")

    bill_id: int
    about: str
    code: str


@dataclass(frozen=True)
class SurplusReceived:
    """Money came that was not owed: twice, for a bill that was cancelled, or in another amount; it goes back."""

    title: ClassVar[StrOrPromise] = _("Surplus received")

    bill_id: int
    payment: str
    channel: str
    amount_fen: int


@dataclass(frozen=True)
class AmountMismatched:
    """A channel says of a payment that another amount was paid; it is asked, and what came so goes back."""

    title: ClassVar[StrOrPromise] = _("A payment came with another amount")

    bill_id: int
    payment: str
    channel: str
    ours_fen: int
    theirs_fen: int


@dataclass(frozen=True)
class RefundAsked:
    """Money is to go back. cause: see `Refund`."""

    title: ClassVar[StrOrPromise] = _("Refund ordered")

    bill_id: int
    refund: str
    amount_fen: int
    cause: str


@dataclass(frozen=True)
class RefundDone:
    """Money has gone back. about: what the bill is about; whole: nothing of it is left."""

    title: ClassVar[StrOrPromise] = _("Refund made")

    bill_id: int
    about: str
    refund: str
    amount_fen: int
    cause: str
    whole: bool


@dataclass(frozen=True)
class RefundFailed:
    """A channel refuses to send money back; an official has to see to it."""

    title: ClassVar[StrOrPromise] = _("Refund failed")

    bill_id: int
    refund: str
    amount_fen: int


@dataclass(frozen=True)
class ReceiptIssued:
    """An electronic receipt was issued. red: it takes back another one."""

    title: ClassVar[StrOrPromise] = _("Receipt issued")

    bill_id: int
    receipt: str
    amount_fen: int
    red: bool


@dataclass(frozen=True)
class DayCompared:
    """The statement of a channel was compared with our books. differences: how many there are."""

    title: ClassVar[StrOrPromise] = _("Day compared with a payment channel")

    channel: str
    on: str
    differences: int


@dataclass(frozen=True)
class DifferenceCleared:
    """An official cleared up what did not agree."""

    title: ClassVar[StrOrPromise] = _("Difference cleared up")

    channel: str
    on: str
    number: str
