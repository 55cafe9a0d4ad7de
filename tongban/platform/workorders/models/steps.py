"""What happened to an order, what was photographed, and what a phone sent too late."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME
from tongban.platform.documents.models import Document
from tongban.platform.identity.models import Department
from tongban.platform.workorders.models.orders import MAX_KEY, WorkOrder
from tongban.platform.workorders.rules import moves


class WorkOrderStepQuerySet(models.QuerySet["WorkOrderStep"]):
    def of(self, order: WorkOrder) -> Self:
        return self.filter(order=order).order_by("pk")

    def sent_with(self, key: str) -> "WorkOrderStep | None":
        """Return the step that a phone sent with this key."""
        return self.filter(key=key).select_related("order").first() if key else None

    def handlers_of(self, order: WorkOrder) -> set[int]:
        """Return the accounts that ever had a hand in carrying the order out."""
        own = [name for name, move in moves.MOVES.items() if move.side == moves.HANDLER and name != "return"]
        rows = self.filter(order=order, move__in=own, account__isnull=False)
        return set(rows.values_list("account", flat=True))

    def among(self, orders: Iterable[int]) -> Self:
        return self.filter(order__in=list(orders)).order_by("pk")


class WorkOrderStep(models.Model):
    """One thing that happened to an order. Appended, never edited.

    move      raise, or one of `rules.moves`; state: in which the order was afterwards
    at        when it happened, as the phone or the desk said; received_at: when the house heard of it
    doubt     what is odd about `at`: "future" | "before" | ""; a clock that is in doubt counts from received_at
    offline   it waited on the phone
    place     where: latitude, longitude, accuracy in metres, and their coordinate system
    details   what the move brought: department, handler, limit; keys and primitives
    key       the phone's own; the same again is the same step
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=12)
    state = models.CharField(max_length=10)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    doubt = models.CharField(max_length=8, blank=True)
    offline = models.BooleanField(default=False)
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    words = EncryptedText(blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    crs = models.CharField(max_length=8, blank=True)
    details = models.JSONField(default=dict)
    key = models.CharField(max_length=MAX_KEY, null=True, unique=True)

    objects = WorkOrderStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(move="") & ~Q(state=""), name="workorders_step_named"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="workorders_step_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.order_id}"


class WorkOrderPhotoQuerySet(models.QuerySet["WorkOrderPhoto"]):
    def of(self, order: WorkOrder) -> Self:
        return self.filter(order=order).select_related("document__blob", "conflict").order_by("pk")

    def sent_with(self, key: str) -> "WorkOrderPhoto | None":
        return self.filter(key=key).first() if key else None

    def counted(self, order: WorkOrder) -> dict[str, int]:
        """Return how many photographs there are of each side."""
        rows = (
            self.filter(order=order, conflict__isnull=True)
            .order_by()
            .values_list("side")
            .annotate(number=models.Count("pk"))
        )
        return {"before": 0, "after": 0} | dict(rows)


class WorkOrderPhoto(models.Model):
    """A photograph as evidence. side: "before" or "after" the work; taken_at: as the phone said.

    conflict   the step with which it came too late; it is no evidence then
    """

    class Side(models.TextChoices):
        BEFORE = "before", pgettext_lazy("photograph", "before")
        AFTER = "after", pgettext_lazy("photograph", "after")

    uid = models.UUIDField(default=ids.uid, unique=True)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="photos")
    side = models.CharField(max_length=8, choices=Side)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    conflict = models.ForeignKey("WorkOrderConflict", null=True, on_delete=models.PROTECT, related_name="photos")
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    crs = models.CharField(max_length=8, blank=True)
    key = models.CharField(max_length=MAX_KEY, null=True, unique=True)

    objects = WorkOrderPhotoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=["before", "after"]), name="workorders_photo_side"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.order_id}"


class WorkOrderConflictQuerySet(PartedQuerySet["WorkOrderConflict"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return those about orders that the actor dispatches; who sent one asks by `sent_by`."""
        return actor.within_by_department("workorders.dispatch", department="dispatcher", area="order__area")

    def of(self, order: WorkOrder) -> Self:
        return self.filter(order=order).order_by("pk")

    def sent_by(self, account: int | None) -> Self:
        return self.filter(account=account, settled_at__isnull=True).select_related("order").order_by("-pk")

    def sent_with(self, key: str) -> "WorkOrderConflict | None":
        return self.filter(key=key).select_related("order").first() if key else None

    def with_order(self) -> Self:
        return self.select_related("order").order_by("pk")

    def unsettled(self) -> Self:
        return self.filter(settled_at__isnull=True)


class WorkOrderConflict(models.Model):
    """What a phone did offline and can no longer be: the order had gone on without it. Nothing of it is lost.

    move, words, at   what the phone said; state: in which the order was found
    reason            the sentence with which the move was refused; dispatcher: that of the order
    settled_at        since when the desk has dealt with it; settled: in which words
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="conflicts")
    dispatcher = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    move = models.CharField(max_length=12)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    words = EncryptedText(blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    key = models.CharField(max_length=MAX_KEY, null=True, unique=True)
    settled = EncryptedText(blank=True)
    settled_by = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = WorkOrderConflictQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "-id"], name="workorders_conflicts_mine", condition=Q(settled_at__isnull=True)
            ),
            models.Index(
                fields=["dispatcher", "id"], name="workorders_conflicts_of", condition=Q(settled_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(move=""), name="workorders_conflict_named"),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.order_id}"


class OrderProposalQuerySet(PartedQuerySet["OrderProposal"]):
    def of(self, order: WorkOrder) -> Self:
        return self.filter(order=order).order_by("pk")

    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return what was asked about orders that the actor dispatches."""
        return actor.within_by_department("workorders.dispatch", department="dispatcher", area="order__area")

    def open(self) -> Self:
        return self.filter(decided_at__isnull=True)

    def with_order(self) -> Self:
        return self.select_related("order").order_by("pk")


class OrderProposal(models.Model):
    """What a crew asks the dispatcher for: more time, or that an order is hung up.

    kind     extend | hang_up; amount, unit: how much more time; dispatcher: that of the order, which never changes
    granted  None while nobody has decided; decided_by is never who asked
    """

    class Kind(models.TextChoices):
        EXTEND = "extend", pgettext_lazy("work order", "more time")
        HANG_UP = "hang_up", pgettext_lazy("work order", "to hang it up")

    uid = models.UUIDField(default=ids.uid, unique=True)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="proposals")
    dispatcher = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    words = EncryptedText()
    amount = models.PositiveIntegerField(null=True)
    unit = models.CharField(max_length=8, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    asker = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    granted = models.BooleanField(null=True)
    answer = EncryptedText(blank=True)

    objects = OrderProposalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["dispatcher", "id"], name="workorders_asked_of", condition=Q(decided_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], name="workorders_asked_once", condition=Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, granted__isnull=True)
                | Q(decided_at__isnull=False, granted__isnull=False),
                name="workorders_asked_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(asked_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="workorders_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"
