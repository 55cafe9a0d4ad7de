from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class CalendarLoaded:
    """The holidays and make-up days of a year were loaded or replaced."""

    title: ClassVar[StrOrPromise] = _("Calendar loaded")

    year: int
    days: int
    source: str
    first: str = ""  # the earliest day that may count otherwise now


@dataclass(frozen=True)
class CodeListLoaded:
    """A code list was loaded, or entries of it were added, renamed or ended."""

    title: ClassVar[StrOrPromise] = _("Code list loaded")

    key: str
    added: int
    ended: int
    source: str
