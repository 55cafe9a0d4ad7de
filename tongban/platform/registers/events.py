from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class RegisterDeclared:
    """A register was declared, or its fields changed."""

    title: ClassVar[StrOrPromise] = _("Register declared")

    key: str
    fields: list[str]


@dataclass(frozen=True)
class RegisterLookedUp:
    """An official or another system read somebody's data. What people do with their own data is not told here."""

    title: ClassVar[StrOrPromise] = _("Register looked up")

    register: str
    party: int
    purpose: str
    fields: list[str]
    found: bool


@dataclass(frozen=True)
class CorrectionAsked:
    """A person says that a field about them is wrong."""

    title: ClassVar[StrOrPromise] = _("Correction requested")

    correction: int
    register: str
    party: int
    field: str


@dataclass(frozen=True)
class CorrectionDecided:
    """A steward accepted or declined a correction. Heard by notices, which tell the person."""

    title: ClassVar[StrOrPromise] = _("Correction decided")

    correction: int
    register: str
    register_title: str
    field_title: str
    party: int
    accepted: bool
    reason: str
