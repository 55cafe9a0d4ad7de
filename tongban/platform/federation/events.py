"""What single sign-on tells: which systems are admitted, and what people agreed to."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class RelyingPartyAdmitted:
    title: ClassVar[StrOrPromise] = _("System admitted to single sign-on")
    client_id: str
    scopes: list[str]


@dataclass(frozen=True)
class RelyingPartyShutOut:
    title: ClassVar[StrOrPromise] = _("System shut out of single sign-on")
    client_id: str


@dataclass(frozen=True)
class SignOnAgreed:
    """Somebody agreed that a system learns this of them."""

    title: ClassVar[StrOrPromise] = _("Agreed to sign in to another system")

    account: int
    client_id: str
    scope: str


@dataclass(frozen=True)
class SignOnWithdrawn:
    title: ClassVar[StrOrPromise] = _("Agreement with another system withdrawn")
    account: int
    client_id: str


@dataclass(frozen=True)
class SignedOnElsewhere:
    """A system got to know who signed in."""

    title: ClassVar[StrOrPromise] = _("Signed in to another system")

    account: int
    client_id: str


@dataclass(frozen=True)
class TokenReplayed:
    """A code or a refresh token was shown a second time; all that came of the sign-in is void."""

    title: ClassVar[StrOrPromise] = _("Used token shown again")

    account: int
    client_id: str
