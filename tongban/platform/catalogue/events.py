from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class ServiceDrafted:
    """A definition was loaded as a new draft."""

    title: ClassVar[StrOrPromise] = _("Service drafted")

    service_id: int
    code: str
    number: int
    digest: str


@dataclass(frozen=True)
class ServicePublished:
    """A version of a service is in force from now on. Heard by whoever keeps lists of services."""

    title: ClassVar[StrOrPromise] = _("Service published")

    service_id: int
    code: str
    number: int
    digest: str


@dataclass(frozen=True)
class ServiceWithdrawn:
    """A service is no longer offered; open cases keep their version."""

    title: ClassVar[StrOrPromise] = _("Service withdrawn")

    service_id: int
    code: str
    number: int


@dataclass(frozen=True)
class ItemsImported:
    """A list of items was read into the catalogue."""

    title: ClassVar[StrOrPromise] = _("Items imported")

    source: str
    imported: int
    changed: int
    unchanged: int
    doubtful: int
    refused: int
