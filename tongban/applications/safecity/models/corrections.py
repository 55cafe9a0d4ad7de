"""Positions in community corrections (社区矫正): an order with basis, approval and term, and what was read of it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedJSON
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import EVERYTHING, MAX_PARTS, Actor, in_areas, within_reach
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models import Account, Department
from tongban.platform.parties.models import Party

# Either of these reaches an order.
DUTIES = ("safecity.correct", "safecity.approve_correction")


class PositionOrderQuerySet(models.QuerySet["PositionOrder"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return one's own, and those that a duty reaches. Nobody else's mandate opens them: they are personal."""
        own = Q(party=actor.party) if actor.party else Q(pk__in=[])
        return self.filter(own | (within_reach(actor.reach(*DUTIES)) or EVERYTHING))

    def of_person(self, actor: Actor) -> Self:
        return self.filter(party=actor.party).order_by("-pk") if actor.party else self.none()

    def reached_by(self, actor: Actor) -> Self:
        return self.filter(within_reach(actor.reach(*DUTIES)))

    def listed(self, actor: Actor) -> list[Self]:
        """Return what is reached in parts that an index holds in order."""
        reach = actor.reach(*DUTIES)
        if None in reach or len(reach) > MAX_PARTS:
            return [self.reached_by(actor)]
        places = sorted((number, areas) for number, areas in reach.items() if number is not None)
        return [self.filter(Q(department=number) & in_areas(areas)) for number, areas in places]

    def of_device(self, device: str) -> Self:
        return self.filter(device=device, state="in-force")

    def over(self, *, on: date) -> Self:
        return self.filter(state__in=("proposed", "in-force"), ends_on__lt=on).order_by("ends_on", "pk")

    def to_forget(self, *, on: date) -> Self:
        return self.filter(forget_on__lte=on).order_by("forget_on", "pk")

    def among(self, numbers: Collection[int]) -> Self:
        return self.filter(pk__in=numbers)

    def with_names(self) -> Self:
        return self.select_related("party", "department", "officer")


class PositionOrder(models.Model):
    """The positions of one device are taken for a term, by a decision of the corrections office.

    number, legal_basis   of the decision; approved by somebody other than who proposed it
    device      number of the approved device that the person carries; nothing is worn in a body
    boundary    [[latitude, longitude], …]: the permitted area; [] where only positions are kept
    officer     who is told when the device leaves it
    forget_on   when all positions are deleted
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("position order", "waiting for approval")
        IN_FORCE = "in-force", pgettext_lazy("position order", "in force")
        ENDED = "ended", pgettext_lazy("position order", "ended")

    uid = models.UUIDField(default=ids.uid, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    number = models.CharField(max_length=60, unique=True)
    legal_basis = models.CharField(max_length=200)
    device = models.CharField(max_length=40)
    boundary: Any = EncryptedJSON(default=list)
    begins_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    officer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    proposer = models.CharField(max_length=MAX_ACTOR_NAME)
    approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    approver = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    outside = models.BooleanField(default=False)
    forget_on = models.DateField(null=True)

    objects = PositionOrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["party", "-id"], name="safecity_orders_person"),
            models.Index(fields=["department", "-id"], name="safecity_orders_of"),
            models.Index(
                fields=["ends_on", "id"], name="safecity_orders_term", condition=Q(state__in=("proposed", "in-force"))
            ),
            models.Index(
                fields=["forget_on", "id"], name="safecity_orders_forget", condition=Q(forget_on__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["device"], name="safecity_device_one_order", condition=Q(state="in-force")),
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="safecity_order_term"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="safecity_order_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state="in-force") | Q(approved_at__isnull=False), name="safecity_order_approved"
            ),
            models.CheckConstraint(
                condition=~Q(legal_basis="") & ~Q(number="") & ~Q(device=""), name="safecity_order_has_a_basis"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def runs(self, on: date) -> bool:
        """Say whether positions are taken and may be read on a day."""
        return self.state == "in-force" and self.begins_on <= on <= self.ends_on


class PersonPositionQuerySet(models.QuerySet["PersonPosition"]):
    def of_order(self, order: PositionOrder) -> Self:
        return self.filter(order=order).order_by("-at", "-pk")

    def since(self, moment: datetime) -> Self:
        return self.filter(at__gte=moment)


class PersonPosition(models.Model):
    """Where the device of an order was. place: {"latitude", "longitude"}, encrypted; outside: beyond the boundary."""

    uid = models.UUIDField(default=ids.uid, unique=True)
    order = models.ForeignKey(PositionOrder, on_delete=models.CASCADE, related_name="positions", db_index=False)
    at = models.DateTimeField()
    place: Any = EncryptedJSON()
    outside = models.BooleanField(default=False)

    objects = PersonPositionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "at"], name="safecity_position_once")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.at:%Y-%m-%d %H:%M}"


class PositionReadingQuerySet(models.QuerySet["PositionReading"]):
    def of_order(self, order: PositionOrder) -> Self:
        return self.filter(order=order).order_by("-at", "-pk")


class PositionReading(models.Model):
    """Somebody read positions of an order: who, when, what for, how many. Shown to the person."""

    order = models.ForeignKey(PositionOrder, on_delete=models.PROTECT, related_name="readings", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=MAX_ACTOR_NAME)
    department_name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    at = models.DateTimeField()
    positions = models.PositiveIntegerField()

    objects = PositionReadingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["order", "-at", "-id"], name="safecity_readings_of")]
        constraints = [models.CheckConstraint(condition=~Q(purpose=""), name="safecity_reading_purpose")]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
