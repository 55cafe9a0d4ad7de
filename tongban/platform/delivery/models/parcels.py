"""Parcels, and what their carriers say of them."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_SERVICE_CODE, MAX_SUBJECT
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import MAX_PARTY_NAME, Party

MAX_CARRIER_KEY = 16
# What both carriers take as a number of ours, and give as one of theirs.
MAX_ORDER = 32
MAX_WAYBILL = 32
# A matter has a handful of parcels.
MAX_CALLED = 50


class ParcelQuerySet(PartedQuerySet["Parcel"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """The party's own, and those of the departments and areas that the duty delivery.post reaches."""
        own = [Q(party=actor.represents) & actor.within_mandate()] if actor.represents else []
        return [*own, *actor.within_by_department("delivery.post")]

    def of_party(self, party: int | None) -> "ParcelQuerySet":
        return self.filter(party=party)

    def about(self, subject: str) -> "ParcelQuerySet":
        """Return the parcels about a subject, the newest first."""
        return self.filter(subject=subject).order_by("-pk")

    def on_occasion(self, subject: str, occasion: str) -> "Parcel | None":
        return self.filter(subject=subject, occasion=occasion).first()

    def in_state(self, state: str) -> "ParcelQuerySet":
        return self.filter(state=state)

    def called(self, word: str) -> "ParcelQuerySet":
        """Return those with this waybill number, or of the matter with this number; the newest of either.

        Each is looked up by itself: asked for one or the other, a database reads all parcels of the office.
        """
        known = [Parcel.objects.filter(**{name: word}).order_by("-pk") for name in ("waybill", "matter")]
        return self.filter(pk__in=[pk for rows in known for pk in rows.values_list("pk", flat=True)[:MAX_CALLED]])

    def with_names(self) -> "ParcelQuerySet":
        return self.select_related("department", "party")

    def carried(self, carrier: str, waybill: str) -> "Parcel | None":
        """Return the parcel that a carrier knows under this number."""
        return self.filter(carrier=carrier, waybill=waybill).first()

    def to_ask(self, at: datetime) -> Self:
        """Return parcels whose carrier is to be asked by now, the oldest first."""
        return self.filter(ask_at__lte=at).order_by("ask_at", "pk")


class Parcel(models.Model):
    """Something that is posted, to a person or from one.

    number      ours, by which the carrier takes an order once; waybill: the carrier's (运单号), "" before it is booked
    inward      a person posts materials to the office, and told us the number
    subject     what it is about: "case:12"; occasion: what brought it about, once for each
    title       what is in it; matter: the number of the matter, as people know it
    recipient, phone, place   to whom and where it was booked; "" before: see `Destination`
    ask_at      when the carrier is asked next, as long as it says nothing by itself; None where nothing is to be asked
    problem     what the carrier refused, or an official said of it
    follows     the parcel whose loss or return made this one necessary
    """

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("state of a parcel", "to be posted")
        BOOKED = "booked", pgettext_lazy("state of a parcel", "waiting for the courier")
        PICKED_UP = "picked_up", pgettext_lazy("state of a parcel", "picked up")
        ON_WAY = "on_way", pgettext_lazy("state of a parcel", "on its way")
        SIGNED = "signed", pgettext_lazy("state of a parcel", "signed for")
        RETURNED = "returned", pgettext_lazy("state of a parcel", "came back")
        LOST = "lost", pgettext_lazy("state of a parcel", "lost")
        FILED = "filed", pgettext_lazy("state of a parcel", "put with the matter")
        COLLECTED = "collected", pgettext_lazy("state of a parcel", "handed over at the window")
        REPLACED = "replaced", pgettext_lazy("state of a parcel", "sent again")
        CANCELLED = "cancelled", pgettext_lazy("state of a parcel", "cancelled")

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=MAX_ORDER, unique=True)
    inward = models.BooleanField(default=False)
    subject = models.CharField(max_length=MAX_SUBJECT)
    occasion = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    matter = models.CharField(max_length=60, blank=True)
    service = models.CharField(max_length=MAX_SERVICE_CODE, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    party_name = models.CharField(max_length=MAX_PARTY_NAME)
    recipient = EncryptedText(blank=True)
    phone = EncryptedText(blank=True)
    place = EncryptedText(blank=True)
    carrier = models.CharField(max_length=MAX_CARRIER_KEY, blank=True)
    waybill = models.CharField(max_length=MAX_WAYBILL, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    requested_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)
    picked_up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")

    objects = ParcelQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["party", "-requested_at", "-id"], name="delivery_mine"),
            models.Index(fields=["department", "state", "-requested_at", "-id"], name="delivery_office"),
            models.Index(fields=["state", "-requested_at", "-id"], name="delivery_all"),
            models.Index(fields=["waybill"], name="delivery_waybill"),
            models.Index(fields=["matter"], name="delivery_matter"),
            models.Index(fields=["ask_at", "id"], name="delivery_to_ask", condition=Q(ask_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subject", "occasion"], name="delivery_parcel_once"),
            models.UniqueConstraint(
                fields=["carrier", "waybill"], condition=~Q(waybill=""), name="delivery_waybill_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "collected", "cancelled"]) | ~Q(waybill=""),
                name="delivery_booked_has_waybill",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ParcelEventQuerySet(models.QuerySet["ParcelEvent"]):
    def of(self, parcel: Parcel) -> Self:
        """Return the track of a parcel, the newest first."""
        return self.filter(parcel=parcel).order_by("-at", "-pk")


class ParcelEvent(models.Model):
    """One line of a parcel's track, as its carrier told it.

    key      by which the carrier's telling again is known; kind: see `rules.KINDS`
    words    the carrier's own, which may name people; place: the city or office, where it says one
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="events")
    key = models.CharField(max_length=64)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    place = models.CharField(max_length=60, blank=True)
    words = EncryptedText()
    heard_at = models.DateTimeField()

    objects = ParcelEventQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "key"], name="delivery_event_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
