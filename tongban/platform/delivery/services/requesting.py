"""Something is to be posted: the result of a matter to a person, or materials from them."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.delivery import rules
from tongban.platform.delivery.events import ParcelBooked, ParcelRequested
from tongban.platform.delivery.models import MAX_WAYBILL, Destination, Parcel
from tongban.platform.delivery.services import carriers
from tongban.platform.delivery.services.addresses import NoPhone
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party


class NoWaybill(Refusal):
    status, field = 422, "waybill"
    message = _("Write the number on the waybill: letters and figures only.")


class WaybillTaken(Refusal):
    status, field = 422, "waybill"
    message = _("This number was given already.")


@dataclass(frozen=True)
class ParcelOrder:
    """What is to be posted.

    subject, occasion   what it is about, and what brought it about: once for each
    title       what is in it; matter: number of the matter, as people know it
    service     catalogue code of what it belongs to, "" where to none
    department, area   who posts it, or receives what is posted
    """

    subject: str
    occasion: str
    title: str
    matter: str
    department: Department
    area: str
    party: Party
    service: str = ""


@transaction.atomic
def request(*, actor: Actor, order: ParcelOrder, follows: Parcel | None = None) -> Parcel:
    """Let something be posted to a person; again for the same subject and occasion returns the same parcel."""
    Party.objects.locked(order.party.pk)
    known = Parcel.objects.on_occasion(order.subject, order.occasion)
    if known is not None:
        return known
    parcel = _made(order, follows=follows)
    chosen = Destination.objects.about(order.subject)
    placed = chosen is not None and chosen.chosen
    told = ParcelRequested(parcel.pk, parcel.subject, placed, follows is not None)
    journal.write(told, by=actor, subject=parcel.subject)
    return parcel


@transaction.atomic
def announce(*, actor: Actor, order: ParcelOrder, carrier: str, waybill: str, phone: str) -> Parcel:
    """Take down that a person posted materials to the office; the carrier is asked where they are.

    phone   of the sender, by which carriers tell whose parcel it is. The same number again returns the same parcel.
    Raises NotAllowed, NoSuchCarrier, NoWaybill, WaybillTaken, NoPhone.
    """
    if actor.kind == "person" and actor.represents != order.party.pk:
        raise NotAllowed()
    carriers.carrier(carrier)
    number, phone = waybill_number(waybill), typed.compact(phone)
    if rules.phone_problem(phone):
        raise NoPhone()
    Party.objects.locked(order.party.pk)
    known = Parcel.objects.carried(carrier, number)
    if known is not None and known.inward and known.subject == order.subject:
        return known
    if known is not None:
        raise WaybillTaken()
    parcel = _made(order, inward=True)
    parcel.carrier, parcel.waybill, parcel.phone = carrier, number, phone
    parcel.state, parcel.booked_at, parcel.ask_at = Parcel.State.BOOKED, clock.now(), clock.now()
    parcel.save()
    told = ParcelBooked(parcel.pk, parcel.subject, carrier, number, True)
    journal.write(told, by=actor, subject=parcel.subject)
    return parcel


def waybill_number(typed_in: str) -> str:
    """Return the number of a waybill as it is kept. Raises NoWaybill."""
    number = typed.compact(typed_in).upper()
    if not number.isascii() or not number.isalnum() or not 8 <= len(number) <= MAX_WAYBILL:
        raise NoWaybill()
    return number


def _made(order: ParcelOrder, *, inward: bool = False, follows: Parcel | None = None) -> Parcel:
    return Parcel.objects.create(
        number=new_number(),
        inward=inward,
        subject=order.subject,
        occasion=order.occasion,
        title=order.title,
        matter=order.matter,
        service=order.service,
        department=order.department,
        area=order.area,
        party=order.party,
        party_name=order.party.name,
        requested_at=clock.now(),
        follows=follows,
    )


def new_number() -> str:
    """Return a number of ours for an order: when it was made, and figures by chance."""
    return f"{clock.now():%Y%m%d%H%M%S}{ids.digits(10)}"
