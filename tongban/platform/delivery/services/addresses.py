"""The address book of a person or an organisation."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.delivery import rules
from tongban.platform.delivery.events import AddressChanged
from tongban.platform.delivery.models import MAX_RECIPIENT, MAX_STREET, PostalAddress
from tongban.platform.identity import services as identity
from tongban.platform.parties.models import Party
from tongban.platform.places import services as places

MAX_ADDRESSES = 20
MIN_STREET = 4


class AddressBookFull(Refusal):
    message = _("The address book is full. Remove an address that you no longer need.")


class NoRecipient(Refusal):
    status, field = 422, "recipient"
    message = _("Say who is to receive it.")


class NoPhone(Refusal):
    status, field = 422, "phone"
    message = _("Write a telephone number that the courier can call: a mobile, or area code and number.")


class NoSuchArea(Refusal):
    status, field = 422, "area"
    message = _("Choose the district of the address.")


class NoStreet(Refusal):
    status, field = 422, "street"
    message = _("Write street, house number and room, so that the courier finds the door.")


@dataclass(frozen=True)
class AddressLine:
    """Whom and where. area: division code of the district; street: the rest, to the door."""

    recipient: str
    phone: str
    area: str
    street: str

    def cleaned(self) -> "AddressLine":
        """Return it as it is kept. Raises NoRecipient, NoPhone, NoSuchArea, NoStreet."""
        line = AddressLine(
            typed.name(self.recipient)[:MAX_RECIPIENT],
            typed.compact(self.phone),
            self.area,
            typed.prose(self.street)[:MAX_STREET],
        )
        if not line.recipient:
            raise NoRecipient()
        if rules.phone_problem(line.phone):
            raise NoPhone()
        if line.area not in dict(places.choices()):
            raise NoSuchArea()
        if len(line.street) < MIN_STREET:
            raise NoStreet()
        return line


@transaction.atomic
def add_address(*, actor: Actor, line: AddressLine) -> PostalAddress:
    """Add a line to the address book of whom the actor stands for.

    Raises NotAllowed, AddressBookFull, NoRecipient, NoPhone, NoSuchArea, NoStreet.
    """
    party = actor.represents_fully if actor.kind == "person" else None
    if party is None:
        raise NotAllowed()
    line = line.cleaned()
    Party.objects.locked(party)
    if PostalAddress.objects.of_party(party).count() >= MAX_ADDRESSES:
        raise AddressBookFull()
    address = PostalAddress.objects.create(
        party_id=party,
        recipient=line.recipient,
        phone=line.phone,
        area=line.area,
        street=line.street,
        added_at=clock.now(),
    )
    journal.write(AddressChanged(party, "added"), by=actor, subject=f"party:{party}")
    return address


@transaction.atomic
def change_address(*, actor: Actor, address: PostalAddress, line: AddressLine) -> PostalAddress:
    """Change a line; what was posted or chosen with it stays as it was. Raises NotFound and as `add_address`."""
    held = _held(actor, address)
    line = line.cleaned()
    held.recipient, held.phone, held.area, held.street = line.recipient, line.phone, line.area, line.street
    held.save(update_fields=["recipient", "phone", "area", "street"])
    journal.write(AddressChanged(held.party_id, "changed"), by=actor, subject=f"party:{held.party_id}")
    return held


@transaction.atomic
def remove_address(*, actor: Actor, address: PostalAddress) -> None:
    """Remove a line; what was posted or chosen with it stays as it was. Raises NotFound."""
    held = _held(actor, address)
    party = held.party_id
    held.delete()
    journal.write(AddressChanged(party, "removed"), by=actor, subject=f"party:{party}")


def _held(actor: Actor, address: PostalAddress) -> PostalAddress:
    found = PostalAddress.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=address.pk).first()
    return identity.must_find(found, actor, "address", address.uid)
