from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class JournalRead:
    """Somebody looked into the journal; told once an hour for the same question."""

    title: ClassVar[StrOrPromise] = _("Journal read")
    subject: str
    actor: str
    name: str
    day: str


@dataclass(frozen=True)
class JournalExported:
    """Somebody took a copy of a part of the journal."""

    title: ClassVar[StrOrPromise] = _("Journal exported")
    subject: str
    actor: str
    name: str
    day: str


@dataclass(frozen=True)
class JournalChecked:
    """The journal's chain of batches was compared with its facts.

    problems   how many were found; `first` says what the first one is
    """

    title: ClassVar[StrOrPromise] = _("Journal verified")
    batches: int
    facts: int
    problems: int
    first: str


@dataclass(frozen=True)
class JournalAccepted:
    """The operator took the journal as it is for right, though it does not fit its anchors; the reason says why."""

    title: ClassVar[StrOrPromise] = _("Journal accepted as it is")
    batch: int
    digest: str
