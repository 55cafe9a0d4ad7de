"""What ways of signing in tell: which were added, taken away and used up."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class FactorAdded:
    """Somebody can prove in one more way who they are. kind: "authenticator" or "passkey"; name: what they call it."""

    title: ClassVar[StrOrPromise] = _("Way of signing in added")

    account: int
    kind: str
    name: str


@dataclass(frozen=True)
class FactorRemoved:
    """One way less. kind: "authenticator", "passkey", or "all" where an official removed them for who lost them."""

    title: ClassVar[StrOrPromise] = _("Way of signing in removed")

    account: int
    kind: str
    name: str


@dataclass(frozen=True)
class RecoveryCodesMade:
    """New codes for the day on which the device is lost; all earlier ones are void."""

    title: ClassVar[StrOrPromise] = _("Recovery codes issued")

    account: int
    number: int


@dataclass(frozen=True)
class RecoveryCodeUsed:
    title: ClassVar[StrOrPromise] = _("Recovery code used")
    account: int
    left: int


@dataclass(frozen=True)
class SecondFactorFailed:
    """The password was right, the second factor was not. cause: "wrong", "copied" """

    title: ClassVar[StrOrPromise] = _("Second factor failed")

    account: int
    cause: str
