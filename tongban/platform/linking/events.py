"""What linking tells."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class AccountLinked:
    """Somebody can sign in with their account at a provider from now on.

    by   "owner", or "identity": the provider's verified ID data were those of the owner
    """

    title: ClassVar[StrOrPromise] = _("Account elsewhere linked")

    account: int
    provider: str
    by: str


@dataclass(frozen=True)
class AccountUnlinked:
    title: ClassVar[StrOrPromise] = _("Account elsewhere unlinked")
    account: int
    provider: str


@dataclass(frozen=True)
class ProviderAnswerRefused:
    """An answer came back that was not asked for, came twice, too late, or was not the provider's.

    cause   "state", "late", "refused", "forged" or "silent"
    """

    title: ClassVar[StrOrPromise] = _("Answer of a sign-in provider refused")
    provider: str
    cause: str
