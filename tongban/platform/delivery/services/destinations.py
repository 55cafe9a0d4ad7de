"""Where what is about a matter is posted: said when applying, or afterwards, until the courier was ordered."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.delivery.events import DestinationChosen
from tongban.platform.delivery.models import Destination, Parcel, PostalAddress
from tongban.platform.delivery.services.addresses import AddressLine, add_address
from tongban.platform.identity import services as identity
from tongban.platform.parties.models import Party


class OnItsWay(Refusal):
    message = _("The courier has this parcel or has been ordered, so its address cannot be changed any more.")


@transaction.atomic
def expect(*, subject: str, party: Party, service: str, title: str, back: str) -> Destination:
    """Prepare that an address is chosen for a subject; again returns the same. For rooms that know the subject."""
    found, _new = Destination.objects.get_or_create(
        subject=subject, defaults={"party": party, "service": service, "title": title, "back": back}
    )
    return found


@transaction.atomic
def choose(
    *,
    actor: Actor,
    destination: Destination,
    address: PostalAddress | None = None,
    line: AddressLine | None = None,
    keep: bool = False,
) -> Destination:
    """Say where it is to be posted: a line of the address book, or one that is written for it.

    keep   add what is written to the address book, too
    Whoever posts it may write down what they were told.
    Raises NotFound, OnItsWay, AddressBookFull, NoRecipient, NoPhone, NoSuchArea, NoStreet.
    """
    held = Destination.objects.select_for_update(of=("self",)).get(pk=destination.pk)
    if not _may_choose(actor, held):
        raise identity.not_found(actor, "destination", destination.uid)
    if any(_is_bound(one) for one in Parcel.objects.about(held.subject)):
        raise OnItsWay()
    said = AddressLine(address.recipient, address.phone, address.area, address.street) if address else line
    assert said is not None, "an address, or what was written"
    said = said.cleaned()
    if keep and address is None and actor.represents_fully == held.party_id:
        add_address(actor=actor, line=said)
    held.recipient, held.phone, held.area, held.street = said.recipient, said.phone, said.area, said.street
    held.chosen_at = clock.now()
    held.save()
    journal.write(DestinationChosen(held.subject), by=actor, subject=held.subject)
    return held


@transaction.atomic
def forget(*, subject: str) -> None:
    """Throw away what was said about a subject that is no more. For rooms that know the subject."""
    if not Parcel.objects.about(subject).exists():
        Destination.objects.filter(subject=subject).delete()


_FREE = {
    Parcel.State.REQUESTED,
    Parcel.State.RETURNED,
    Parcel.State.LOST,
    Parcel.State.REPLACED,
    Parcel.State.CANCELLED,
    Parcel.State.COLLECTED,
}


def _is_bound(parcel: Parcel) -> bool:
    """Say whether a carrier has the address of this parcel, or may have it."""
    asked = parcel.state == Parcel.State.REQUESTED and parcel.carrier != ""
    return not parcel.inward and (asked or parcel.state not in _FREE)


def _may_choose(actor: Actor, held: Destination) -> bool:
    if Destination.objects.visible_to(actor).filter(pk=held.pk).exists():
        return True
    posted = Parcel.objects.about(held.subject).first()
    return posted is not None and actor.holds("delivery.post", department=posted.department_id, area=posted.area)
