"""What pages say of parcels."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import segno
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui.rules import masked
from tongban.infrastructure.ui.templatetags.ui import day, moment
from tongban.platform.delivery import barcodes, rules
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Destination, Parcel, ParcelEvent, PostalAddress
from tongban.platform.delivery.services import terms
from tongban.platform.places import services as places

COLOURS = {
    "requested": "yellow",
    "booked": "yellow",
    "picked_up": "green",
    "on_way": "green",
    "signed": "green",
    "returned": "red",
    "lost": "red",
}


class AddressRow(NamedTuple):
    """An address as its owner reads it."""

    address: PostalAddress
    recipient: str
    phone: str
    text: str


class TrackEntry(NamedTuple):
    """A line of a track. title: what it means; who: the place; text: the carrier's words."""

    title: str
    at: datetime
    who: str
    text: str


def light(parcel: Parcel) -> tuple[str, str]:
    """Return colour and word of how a parcel stands."""
    word = str(Parcel.State(parcel.state).label)
    if is_late(parcel):
        return "red", _("%(state)s, late") % {"state": word}
    return COLOURS.get(parcel.state, "grey"), word


def is_late(parcel: Parcel) -> bool:
    """Say whether a parcel has been on its way for longer than the standard allows."""
    if parcel.picked_up_at is None or parcel.state not in {Parcel.State.PICKED_UP, Parcel.State.ON_WAY}:
        return False
    return clock.now() - parcel.picked_up_at > timedelta(days=terms.term("delay", clock.today())["days"])


def carrier_of(parcel: Parcel) -> StrOrPromise:
    return delivery.TITLES.get(parcel.carrier, parcel.carrier)


def facts_of(parcel: Parcel) -> list[tuple[str, str]]:
    """Return what is known of a parcel, line by line."""
    rows = [
        (pgettext("parcel", "Contents"), parcel.title),
        (pgettext("parcel", "Case number"), parcel.matter),
        (pgettext("parcel", "Sent by"), parcel.party_name if parcel.inward else parcel.department.title),
        (pgettext("parcel", "Sent to"), parcel.department.title if parcel.inward else parcel.recipient),
        (_("Telephone for the courier"), "" if parcel.inward else parcel.phone),
        (pgettext("parcel", "Address"), parcel.place),
        (_("Carrier"), str(carrier_of(parcel)) if parcel.carrier else ""),
        (_("Waybill number"), parcel.waybill),
        (_("Requested on"), day(parcel.requested_at)),
        (pgettext("parcel", "Picked up"), moment(parcel.picked_up_at)),
        (pgettext("parcel", "Signed for"), moment(parcel.ended_at) if parcel.state == Parcel.State.SIGNED else ""),
        (pgettext("parcel", "Remark"), parcel.problem),
    ]
    return [(str(label), text) for label, text in rows if text]


def track_of(parcel: Parcel) -> list[TrackEntry]:
    """Return what its carrier told of a parcel, the newest first."""
    titles = {
        "picked_up": pgettext("track", "Picked up"),
        "on_way": pgettext("track", "On its way"),
        "trying": pgettext("track", "Out for delivery"),
        "failed": pgettext("track", "Delivery was tried in vain"),
        "signed": pgettext("track", "Signed for"),
        "returned": pgettext("track", "Sent back"),
        "lost": pgettext("track", "Lost"),
        "note": pgettext("track", "Note of the carrier"),
    }
    found = [
        TrackEntry(titles[event.kind], event.at, event.place, event.words) for event in ParcelEvent.objects.of(parcel)
    ]
    if parcel.booked_at and not parcel.inward:
        found.append(TrackEntry(pgettext("track", "Courier ordered"), parcel.booked_at, "", ""))
    return found


def address_rows(book: Sequence[PostalAddress]) -> list[AddressRow]:
    """Return the lines of an address book with the names of their areas."""
    names = {code: places.full_name_of(code) for code in {one.area for one in book}}
    return [AddressRow(one, one.recipient, one.phone, f"{names[one.area]}{one.street}") for one in book]


def place_of(destination: Destination | None) -> str:
    """Return the whole address that was chosen; "" where none was."""
    if destination is None or not destination.chosen:
        return ""
    return f"{places.full_name_of(destination.area)}{destination.street}"


class Label(NamedTuple):
    """What is printed on a parcel: no more of a person than the standard for waybills allows."""

    recipient: str
    reached_at: str
    place: str
    bars: list[tuple[int, int]]
    width: int
    qr: str


def label_of(parcel: Parcel) -> Label:
    bars, width = barcodes.code128(parcel.waybill)
    return Label(
        masked(parcel.recipient),
        rules.masked_phone(parcel.phone),
        rules.masked_street(parcel.place),
        bars,
        width,
        str(segno.make(parcel.waybill, error="m", micro=False).svg_data_uri(scale=4, border=1)),
    )
