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


@dataclass(frozen=True)
class ServicesTakenOver:
    """A department offers what one that was dissolved offered. department, successor: keys; services: so many."""

    title: ClassVar[StrOrPromise] = _("Services taken over from a dissolved department")

    department: str
    successor: str
    services: int


@dataclass(frozen=True)
class AreaOfficePut:
    """A department handles a service for its area. roles: role of the process -> key of a department."""

    title: ClassVar[StrOrPromise] = _("Office of an area named for a service")

    code: str
    department: str
    area: str
    roles: dict[str, str]


@dataclass(frozen=True)
class AreaOfficeEnded:
    """An office of an area cannot be applied to any more; its open cases go on."""

    title: ClassVar[StrOrPromise] = _("Office of an area no longer named for a service")

    code: str
    department: str
    area: str
