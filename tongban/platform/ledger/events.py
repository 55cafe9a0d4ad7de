"""What the ledger tells the rest of the house."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class LedgerHoldExpired:
    """The time of a promise is over, and others may have what was held. about: "booking:12"."""

    title: ClassVar[StrOrPromise] = _("Hold expired")

    key: str
    account: str
    amount: int
    about: str
