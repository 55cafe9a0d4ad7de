"""What parties tell: who is known, and who may act for whom."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class PartyRegistered:
    title: ClassVar[StrOrPromise] = _("Party registered")
    party: int
    kind: str


@dataclass(frozen=True)
class LegalRepresentativeNamed:
    """A person represents an organisation by law from now on."""

    title: ClassVar[StrOrPromise] = _("Legal representative named")

    party: int
    person: int


@dataclass(frozen=True)
class MandateGiven:
    title: ClassVar[StrOrPromise] = _("Mandate given")
    mandate: int
    principal: int
    agent: int
    services: list[str]
    valid_from: str
    valid_until: str


@dataclass(frozen=True)
class MandateRevoked:
    title: ClassVar[StrOrPromise] = _("Mandate revoked")
    mandate: int
    principal: int
    agent: int


@dataclass(frozen=True)
class RepresentationChosen:
    """Somebody said for whom they act from now on; `principal` is None for themself."""

    title: ClassVar[StrOrPromise] = _("Acting party chosen")

    party: int
    principal: int | None


@dataclass(frozen=True)
class PartyLookedUp:
    """An official looked for a party by its number, for the purpose given as the fact's reason."""

    title: ClassVar[StrOrPromise] = _("Party looked up")

    party: int | None


@dataclass(frozen=True)
class VisitorServed:
    """An official began to serve somebody at the window, for the purpose given as the fact's reason."""

    title: ClassVar[StrOrPromise] = _("Served at the window")

    party: int
