"""What parcels tell the rest of the house. about: what a parcel is about, "case:12"."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class AddressChanged:
    """A line of an address book was added, changed or removed. how: "added", "changed", "removed"."""

    title: ClassVar[StrOrPromise] = _("Address book changed")

    party_id: int
    how: str


@dataclass(frozen=True)
class DestinationChosen:
    """Somebody said where what is about this is to be posted."""

    title: ClassVar[StrOrPromise] = _("Postal address chosen")

    about: str


@dataclass(frozen=True)
class ParcelRequested:
    """Something is to be posted. placed: whether an address was chosen; again: it was lost, or came back, before."""

    title: ClassVar[StrOrPromise] = _("To be posted")

    parcel_id: int
    about: str
    placed: bool
    again: bool


@dataclass(frozen=True)
class ParcelBooked:
    """A carrier took the order and gave its number. inward: somebody posts materials to the office."""

    title: ClassVar[StrOrPromise] = _("Parcel booked")

    parcel_id: int
    about: str
    carrier: str
    waybill: str
    inward: bool


@dataclass(frozen=True)
class BookingCancelled:
    """The order to the carrier was taken back; the parcel is still to be posted."""

    title: ClassVar[StrOrPromise] = _("Booking of a parcel cancelled")

    parcel_id: int
    about: str
    carrier: str
    waybill: str


@dataclass(frozen=True)
class ParcelDispatched:
    """The carrier has the parcel."""

    title: ClassVar[StrOrPromise] = _("Parcel dispatched")

    parcel_id: int
    about: str
    carrier: str
    waybill: str


@dataclass(frozen=True)
class ParcelSigned:
    """The carrier says that it was signed for. Heard by whoever waited for its arrival."""

    title: ClassVar[StrOrPromise] = _("Parcel signed for")

    parcel_id: int
    about: str
    carrier: str
    waybill: str
    inward: bool


@dataclass(frozen=True)
class ParcelReturned:
    """The parcel could not be delivered and came back."""

    title: ClassVar[StrOrPromise] = _("Parcel came back")

    parcel_id: int
    about: str
    waybill: str


@dataclass(frozen=True)
class ParcelLost:
    """The parcel was lost; what was in it has to be made again."""

    title: ClassVar[StrOrPromise] = _("Parcel lost")

    parcel_id: int
    about: str
    waybill: str


@dataclass(frozen=True)
class ParcelEnded:
    """Nothing is posted any more. how: "collected" at the window, "cancelled"."""

    title: ClassVar[StrOrPromise] = _("Parcel no longer needed")

    parcel_id: int
    about: str
    how: str


@dataclass(frozen=True)
class PapersFiled:
    """Papers that somebody posted to the office are with the matter now."""

    title: ClassVar[StrOrPromise] = _("Posted papers put with the matter")

    parcel_id: int
    about: str
