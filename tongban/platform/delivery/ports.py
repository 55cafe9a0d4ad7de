"""What others may supply: carriers. An adapter speaks one carrier's published protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from tongban.infrastructure.kernel.module import StrOrPromise


class CarrierSilent(Exception):
    """The carrier did not answer, or answered that it cannot now; asking again later may help."""


class CarrierRefused(Exception):
    """The carrier said no, for good. The text says why, in its words."""


class UntrustedMessage(Exception):
    """A message that says it comes from the carrier, and is not believed. The text says why."""


class Contact(NamedTuple):
    """Whom and where. province, city, county: names; "" where the division code does not say them."""

    name: str
    phone: str
    province: str
    city: str
    county: str
    street: str


@dataclass(frozen=True)
class CarrierOrder:
    """What is to be carried to whom. number: ours; the same number is the same order. title: what is in it."""

    number: str
    title: str
    recipient: Contact


class TrackLine(NamedTuple):
    """One line of a track. key: by which it is known when it is told again; kind: see `rules.KINDS`."""

    key: str
    at: datetime
    kind: str
    place: str
    words: str


class CarrierMessage(NamedTuple):
    """What a carrier tells of one parcel by itself, believed.

    proven   the lines bear the carrier's signature; where they do not, they are a hint to ask, and not taken
    """

    waybill: str
    lines: list[TrackLine]
    proven: bool = True


class Carrier(Protocol):
    """One carrier.

    key      "sf"; title: for people
    depot    address of a demonstration's local counterpart; "" of the real carrier
    """

    key: str
    title: StrOrPromise

    @property
    def depot(self) -> str: ...

    def book(self, order: CarrierOrder) -> str:
        """Order that a parcel is fetched and carried; return its waybill number. Again for one number: the same.

        Raises CarrierSilent, CarrierRefused.
        """
        ...

    def cancel(self, *, number: str, waybill: str) -> None:
        """Take an order back; again changes nothing. Raises CarrierSilent, CarrierRefused (it was picked up)."""
        ...

    def track(self, *, waybill: str, phone: str) -> list[TrackLine]:
        """Ask for the whole track. phone: of the recipient or sender. Raises CarrierSilent, CarrierRefused."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes) -> list[CarrierMessage]:
        """Read a message. Raises UntrustedMessage."""
        ...

    def reply(self, problem: str = "") -> tuple[int, str, str]:
        """Return status, type and body of the answer to a message. problem: why it was not taken, "" where it was."""
        ...

    def check(self) -> list[StrOrPromise]:
        """Say what is wrong with its settings; [] if well."""
        ...
