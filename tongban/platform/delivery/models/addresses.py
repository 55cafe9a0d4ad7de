"""The address book of a person or an organisation, and where what is about a matter is to be sent."""

from typing import Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_SERVICE_CODE, MAX_SUBJECT
from tongban.platform.parties.models import Party

MAX_RECIPIENT = 60
MAX_STREET = 120


class PostalAddressQuerySet(models.QuerySet["PostalAddress"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the address book of the party all of whose affairs the actor sees to."""
        party = actor.represents_fully
        return self.filter(party=party) if party and actor.kind == "person" else self.none()

    def of_party(self, party: int | None) -> Self:
        """Return the address book of a party, what was added last first."""
        return self.filter(party=party).order_by("-pk")


class PostalAddress(models.Model):
    """A line of an address book (地址簿).

    area     division code of the district (GB/T 2260); street: the rest, to the door
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    recipient = EncryptedText()
    phone = EncryptedText()
    area = models.CharField(max_length=MAX_AREA_CODE)
    street = EncryptedText()
    added_at = models.DateTimeField()

    objects = PostalAddressQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(area=""), name="delivery_address_in_area")]

    def __str__(self) -> str:
        return str(self.uid)


class DestinationQuerySet(models.QuerySet["Destination"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return where the party's own matters are to be sent, as far as the mandate in use is for them."""
        if actor.kind != "person" or not actor.represents:
            return self.none()
        return self.filter(Q(party=actor.represents) & actor.within_mandate())

    def about(self, subject: str) -> "Destination | None":
        return self.filter(subject=subject).first()


class Destination(models.Model):
    """Where what is about a subject is to be posted; empty as long as nobody has said it.

    subject  what it is about: "case:12"; service: catalogue code of what it belongs to, "" where to none
    title    what is to be posted; back: the page from which people come to choose, and to which they return
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    subject = models.CharField(max_length=MAX_SUBJECT, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=MAX_SERVICE_CODE, blank=True)
    title = models.CharField(max_length=200)
    back = models.CharField(max_length=200, blank=True)
    recipient = EncryptedText(blank=True)
    phone = EncryptedText(blank=True)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    street = EncryptedText(blank=True)
    chosen_at = models.DateTimeField(null=True)

    objects = DestinationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(area="", chosen_at__isnull=True) | (~Q(area="") & Q(chosen_at__isnull=False)),
                name="delivery_destination_chosen",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def chosen(self) -> bool:
        return self.chosen_at is not None
