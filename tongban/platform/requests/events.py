"""What requests tell. What people wrote stands with the request, not in the fact."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class RequestReceived:
    """Somebody said something to the city. system: label of the city system that carries it, "" for none."""

    title: ClassVar[StrOrPromise] = _("Request received")

    request_id: int
    system: str
    kind: str
    category: str
    channel: str


@dataclass(frozen=True)
class RequestMoved:
    """A request went a step on. step, before, after: keys of the table of steps; department: key of who handles it."""

    title: ClassVar[StrOrPromise] = _("Request moved on")

    request_id: int
    system: str
    step: str
    before: str
    after: str
    department: str


@dataclass(frozen=True)
class RequestMerged:
    """A request turned out to be about the same as another one."""

    title: ClassVar[StrOrPromise] = _("Request merged with another")

    request_id: int
    system: str
    into_id: int


@dataclass(frozen=True)
class RequestRated:
    """Who made a request said how it was handled. grade: stars, 5 is best; solved: whether the matter is solved."""

    title: ClassVar[StrOrPromise] = _("Handling of a request rated")

    request_id: int
    system: str
    grade: int
    solved: bool


@dataclass(frozen=True)
class RequestPublished:
    """An office showed the words of a request to everybody, or took them back."""

    title: ClassVar[StrOrPromise] = _("Request published")

    request_id: int
    published: bool


@dataclass(frozen=True)
class RequestSupported:
    """Somebody says the same, or wants to know what becomes of it; or does not any more."""

    title: ClassVar[StrOrPromise] = _("Request supported or followed")

    request_id: int
    supports: bool
    follows: bool


@dataclass(frozen=True)
class RequestContactRead:
    """An official looked at how to reach who made a request."""

    title: ClassVar[StrOrPromise] = _("Contact of a request read")

    request_id: int


@dataclass(frozen=True)
class RequestOpenedByCode:
    """Somebody followed a request by its number and code."""

    title: ClassVar[StrOrPromise] = _("Request opened by its code")

    request_id: int
