"""Order a carrier, and take the order back. Carriers are spoken to outside transactions; one number is one order."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.delivery.events import BookingCancelled, ParcelBooked
from tongban.platform.delivery.models import MAX_WAYBILL, Destination, Parcel
from tongban.platform.delivery.ports import CarrierOrder, CarrierRefused, CarrierSilent, Contact
from tongban.platform.delivery.services import carriers, terms
from tongban.platform.delivery.services.requesting import WaybillTaken, new_number, waybill_number
from tongban.platform.identity import services as identity
from tongban.platform.places import services as places

log = structlog.get_logger(__name__)


class NotPlaced(Refusal):
    message = _("Nobody has said yet where it is to be posted.")


class NothingToBook(Refusal):
    message = _("This parcel has ended, so there is nothing to order for it.")


class AlreadyOrdered(Refusal):
    message = _("%(carrier)s was asked already and may have taken the order. Ask there again, or cancel it first.")


class OrderRefused(Refusal):
    message = _("%(carrier)s does not take the parcel: %(reason)s")


class PickedUpAlready(Refusal):
    message = _("%(carrier)s does not cancel the order: %(reason)s")


def book(*, actor: Actor, parcel: Parcel, carrier: str) -> Parcel:
    """Order that a carrier fetches a parcel; it gives the waybill number. Again changes nothing.

    Raises NotFound, NotAllowed, NoSuchCarrier, NotPlaced, NothingToBook, AlreadyOrdered, CarrierAway, OrderRefused.
    """
    chosen = carriers.carrier(carrier)
    held = _reserved(actor, parcel, carrier)
    if held.waybill:
        return held
    try:
        waybill = chosen.book(_order(held))
    except CarrierSilent as silent:
        log.warning("a carrier is silent", carrier=carrier, reason=str(silent))
        raise carriers.CarrierAway(carrier=chosen.title) from silent
    except CarrierRefused as refused:
        log.warning("a carrier refuses an order", carrier=carrier, reason=str(refused))
        _refused(held, str(refused))
        raise OrderRefused(carrier=chosen.title, reason=str(refused)) from refused
    return _booked(actor, held, waybill)


@transaction.atomic
def note_booking(*, actor: Actor, parcel: Parcel, carrier: str, waybill: str) -> Parcel:
    """Write down a parcel that was handed in at the carrier's own counter, with the number on its slip.

    Raises NotFound, NotAllowed, NoSuchCarrier, NotPlaced, NothingToBook, AlreadyOrdered, NoWaybill, WaybillTaken.
    """
    if carrier not in carriers.TITLES:
        raise carriers.NoSuchCarrier()
    number = waybill_number(waybill)
    held = _reserved(actor, parcel, carrier)
    if held.waybill == number:
        return held
    if held.waybill:
        raise NothingToBook()
    if _is_used(held, number):
        raise WaybillTaken()
    return _booked(actor, held, number)


def cancel_booking(*, actor: Actor, parcel: Parcel) -> Parcel:
    """Take an order back that was not picked up yet; the parcel is to be posted as before. Again changes nothing.

    Raises NotFound, NotAllowed, CarrierAway, PickedUpAlready.
    """
    held = _seen(actor, parcel)
    if held.inward or not held.carrier:
        return held
    chosen = carriers.carrier(held.carrier)
    if held.state not in {Parcel.State.REQUESTED, Parcel.State.BOOKED}:
        raise PickedUpAlready(carrier=chosen.title, reason=held.get_state_display())
    try:
        chosen.cancel(number=held.number, waybill=held.waybill)
    except CarrierSilent as silent:
        raise carriers.CarrierAway(carrier=chosen.title) from silent
    except CarrierRefused as refused:
        # What it never took need not be taken back.
        if held.waybill:
            raise PickedUpAlready(carrier=chosen.title, reason=str(refused)) from refused
    return _unbooked(actor, held)


@transaction.atomic
def _reserved(actor: Actor, parcel: Parcel, carrier: str) -> Parcel:
    """Write down, before it is asked, which carrier is, and where the parcel goes."""
    held = _seen(actor, parcel, lock=True)
    if held.state == Parcel.State.BOOKED and held.carrier == carrier:
        return held
    if held.inward or held.state not in {Parcel.State.REQUESTED, Parcel.State.BOOKED}:
        raise NothingToBook()
    if held.carrier and held.carrier != carrier:
        raise AlreadyOrdered(carrier=carriers.TITLES[held.carrier])
    if held.carrier:
        return held
    placed = Destination.objects.about(held.subject)
    if placed is None or not placed.chosen:
        raise NotPlaced()
    held.carrier, held.problem = carrier, ""
    held.recipient, held.phone = placed.recipient, placed.phone
    held.place = f"{places.full_name_of(placed.area)}{placed.street}"
    held.save(update_fields=["carrier", "problem", "recipient", "phone", "place"])
    return held


def _order(parcel: Parcel) -> CarrierOrder:
    placed = Destination.objects.get(subject=parcel.subject)
    names = places.names_around(placed.area)
    street = placed.street
    contact = Contact(
        parcel.recipient,
        parcel.phone,
        names.get("province", ""),
        names.get("city", ""),
        names.get("district", ""),
        street,
    )
    return CarrierOrder(parcel.number, parcel.title, contact)


@transaction.atomic
def _booked(actor: Actor, parcel: Parcel, waybill: str) -> Parcel:
    held = Parcel.objects.select_for_update(of=("self",)).select_related("department").get(pk=parcel.pk)
    if held.waybill:
        return held
    if held.number != parcel.number or len(waybill) > MAX_WAYBILL or _is_used(held, waybill):
        log.error("a carrier gives a number that cannot be", carrier=held.carrier, number=held.number)
        raise OrderRefused(carrier=carriers.TITLES[parcel.carrier], reason=waybill[:40])
    rhythm = terms.term("asking", clock.today())
    now = clock.now()
    held.waybill, held.state, held.booked_at, held.asked = waybill, Parcel.State.BOOKED, now, 0
    held.ask_at = now + timedelta(seconds=rhythm["first_seconds"])
    held.save(update_fields=["waybill", "state", "booked_at", "ask_at", "asked"])
    told = ParcelBooked(held.pk, held.subject, held.carrier, waybill, False)
    journal.write(told, by=actor, subject=held.subject)
    return held


@transaction.atomic
def _refused(parcel: Parcel, reason: str) -> None:
    """Let another carrier be asked, with a number of its own."""
    held = Parcel.objects.select_for_update(of=("self",)).get(pk=parcel.pk)
    if not held.waybill:
        held.carrier, held.number, held.problem = "", new_number(), reason[:200]
        held.save(update_fields=["carrier", "number", "problem"])


@transaction.atomic
def _unbooked(actor: Actor, parcel: Parcel) -> Parcel:
    held = Parcel.objects.select_for_update(of=("self",)).select_related("department").get(pk=parcel.pk)
    if held.number != parcel.number or held.state not in {Parcel.State.REQUESTED, Parcel.State.BOOKED}:
        return held
    told = BookingCancelled(held.pk, held.subject, held.carrier, held.waybill)
    # A number that was cancelled is used up at the carrier.
    held.number, held.carrier, held.waybill = new_number(), "", ""
    held.recipient = held.phone = held.place = ""
    held.state, held.booked_at, held.ask_at = Parcel.State.REQUESTED, None, None
    held.save()
    journal.write(told, by=actor, subject=held.subject)
    return held


def _seen(actor: Actor, parcel: Parcel, *, lock: bool = False) -> Parcel:
    rows = Parcel.objects.visible_to(actor).select_related("department")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    held = identity.must_find(rows.filter(pk=parcel.pk).first(), actor, "parcel", parcel.uid)
    actor.must_hold("delivery.post", department=held.department_id, area=held.area)
    return held


def _is_used(parcel: Parcel, waybill: str) -> bool:
    other = Parcel.objects.carried(parcel.carrier, waybill)
    return not waybill or (other is not None and other.pk != parcel.pk)
