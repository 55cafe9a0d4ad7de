"""What assurance tells: how sure the city is of whom, and what people began with their accounts."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class AssuranceRaised:
    """There is evidence of who somebody is. kind: "register", "real-person" or "window"."""

    title: ClassVar[StrOrPromise] = _("Identity confirmed")

    account: int
    kind: str
    level: int


@dataclass(frozen=True)
class AssuranceWithdrawn:
    title: ClassVar[StrOrPromise] = _("Evidence of identity withdrawn")
    account: int
    kind: str
    level: int


@dataclass(frozen=True)
class RealPersonCheckAsked:
    """Somebody agreed to be verified by an outside service, for this alone."""

    title: ClassVar[StrOrPromise] = _("Real-person verification agreed to")

    account: int
    check: str


@dataclass(frozen=True)
class RealPersonCheckAnswered:
    title: ClassVar[StrOrPromise] = _("Real-person verification answered")
    account: int
    check: str
    passed: bool


@dataclass(frozen=True)
class PhoneConfirmed:
    """Somebody typed in the code that went to a mobile number; it is theirs from now on."""

    title: ClassVar[StrOrPromise] = _("Mobile number confirmed")

    account: int


@dataclass(frozen=True)
class RecoveryAsked:
    """Somebody who says that it is their account wants back in; `due_at` is when, unless its owner stops it."""

    title: ClassVar[StrOrPromise] = _("Account recovery requested")

    account: int
    due_at: str


@dataclass(frozen=True)
class RecoveryEnded:
    title: ClassVar[StrOrPromise] = _("Account recovery ended")
    account: int
    stopped: bool


@dataclass(frozen=True)
class ClosingAsked:
    title: ClassVar[StrOrPromise] = _("Closing of an account requested")
    account: int
    due_at: str


@dataclass(frozen=True)
class ClosingEnded:
    """It was closed, or kept after all (`stopped`)."""

    title: ClassVar[StrOrPromise] = _("Closing of an account ended")

    account: int
    stopped: bool
