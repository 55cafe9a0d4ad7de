"""What person codes tell: that one was scanned, and that one was refused."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class PersonCodeScanned:
    """Somebody on duty scanned the code that a person showed; the purpose is the fact's reason.

    use     "window" or "check-in"
    place   where, in words: a window, an entrance
    office  the department of who scanned it, as it was called then
    """

    title: ClassVar[StrOrPromise] = _("Person code scanned")

    party: int
    use: str
    place: str
    office: str


@dataclass(frozen=True)
class PersonCodeRefused:
    """A code was scanned that is no good.

    cause   "forged", "over", "used" or "unknown"
    """

    title: ClassVar[StrOrPromise] = _("Person code refused")

    cause: str
