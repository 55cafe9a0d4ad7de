"""What urban management tells."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class StreetCaseReported:
    """A report came in. cell: code of the grid cell, "" unknown."""

    title: ClassVar[StrOrPromise] = _("Street matter reported")

    case: int
    request_id: int
    matter: str
    area: str
    cell: str
    channel: str


@dataclass(frozen=True)
class StreetCaseFiled:
    """The supervision centre filed a report as a case. owner: key of the department that owns the thing, "" unknown."""

    title: ClassVar[StrOrPromise] = _("Street matter filed as a case")

    case: int
    matter: str
    area: str
    owner: str


@dataclass(frozen=True)
class StreetCaseHandedOver:
    """A report went to the centre of another area. before, after: keys of the two supervision centres."""

    title: ClassVar[StrOrPromise] = _("Street matter handed over to another area")

    case: int
    before: str
    after: str


@dataclass(frozen=True)
class StreetCaseClosed:
    """What was done was verified; the case is closed."""

    title: ClassVar[StrOrPromise] = _("Street matter closed")

    case: int
    matter: str
    area: str
    in_time: bool
    reworks: int


@dataclass(frozen=True)
class StreetCellsLoaded:
    """Grid cells were loaded."""

    title: ClassVar[StrOrPromise] = _("Grid cells loaded")

    new: int
    source: str


@dataclass(frozen=True)
class StreetComponentsLoaded:
    """Components were loaded."""

    title: ClassVar[StrOrPromise] = _("Components loaded")

    new: int
    source: str


@dataclass(frozen=True)
class StreetCentresSet:
    """It was said which two centres see to an area."""

    title: ClassVar[StrOrPromise] = _("Centres of an area set")

    area: str
    supervision: str
    command: str
