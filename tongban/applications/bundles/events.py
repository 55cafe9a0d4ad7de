"""What bundles tell. People's names and answers stay out."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class BundleDrafted:
    """A definition of a bundle was kept. digest: of its folder."""

    title: ClassVar[StrOrPromise] = _("Bundle drafted")

    bundle: str
    version: int
    digest: str


@dataclass(frozen=True)
class BundlePublished:
    """A bundle is offered in this version."""

    title: ClassVar[StrOrPromise] = _("Bundle published")

    bundle: str
    version: int
    digest: str


@dataclass(frozen=True)
class BundleWithdrawn:
    """A bundle is offered no longer."""

    title: ClassVar[StrOrPromise] = _("Bundle withdrawn")

    bundle: str


@dataclass(frozen=True)
class JointApplicationSubmitted:
    """Several services were applied for as one. items: keys; cases: ids of those handed in at once."""

    title: ClassVar[StrOrPromise] = _("Joint application submitted")

    application_id: int
    number: str
    bundle: str
    items: list[str]
    cases: list[int]


@dataclass(frozen=True)
class JointItemStarted:
    """An item that waited was handed in, because what it waited for was granted."""

    title: ClassVar[StrOrPromise] = _("Item of a joint application handed in")

    application_id: int
    number: str
    item: str
    case_id: int


@dataclass(frozen=True)
class JointItemDropped:
    """An item will not be handed in. because: "refused" or "withdrawn" for what it waited for, "stuck" by itself."""

    title: ClassVar[StrOrPromise] = _("Item of a joint application not handed in")

    application_id: int
    number: str
    item: str
    because: str


@dataclass(frozen=True)
class JointLimitExtended:
    """The law's limit for the whole was extended. due_on: its new last day, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Joint time limit extended")

    application_id: int
    number: str
    due_on: str


@dataclass(frozen=True)
class JointApplicationWithdrawn:
    """The applicant took the whole back, with what was still under way."""

    title: ClassVar[StrOrPromise] = _("Joint application withdrawn")

    application_id: int
    number: str
    cases: list[int]


@dataclass(frozen=True)
class JointApplicationFinished:
    """Every item is settled. granted: how many of them were granted, of how many."""

    title: ClassVar[StrOrPromise] = _("Joint application finished")

    application_id: int
    number: str
    granted: int
    items: int


@dataclass(frozen=True)
class JointResultsDelivered:
    """All results were handed over together."""

    title: ClassVar[StrOrPromise] = _("Results of a joint application delivered")

    application_id: int
    number: str


@dataclass(frozen=True)
class ZonePublished:
    """A themed zone is shown from one day to another, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Themed zone published")

    zone_id: int
    first_day: str
    last_day: str


@dataclass(frozen=True)
class ZoneWithdrawn:
    """A themed zone is shown no longer."""

    title: ClassVar[StrOrPromise] = _("Themed zone withdrawn")

    zone_id: int
