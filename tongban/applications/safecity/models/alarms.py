"""Alarms of all kinds, and the systems outside that may send some."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.applications.safecity.models.devices import SipDevice
from tongban.applications.safecity.models.patrols import PatrolVisit
from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models import Account, Department
from tongban.platform.workorders.models import WorkOrder


class OutsideSourceQuerySet(models.QuerySet["OutsideSource"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(actor.within("safecity.outside"))

    def listed(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in actor.within_by_department("safecity.outside")]

    def with_names(self) -> Self:
        return self.select_related("department")


class OutsideSource(models.Model):
    """A system of somebody else that may send alarms here: on which basis, for what, until when, approved by whom.

    operator    who runs it lawfully; client: the account whose key it uses
    keep_days   so long after an alarm is closed or rejected its content is kept
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    name = models.CharField(max_length=120)
    operator = models.CharField(max_length=120)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    purpose = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=200)
    client = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    keep_days = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    proposer = models.CharField(max_length=MAX_ACTOR_NAME)
    approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    approver = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    approved_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)

    objects = OutsideSourceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "name", "id"], name="safecity_sources_of"),
            models.Index(fields=["name", "id"], name="safecity_sources"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="safecity_source_two_people"
            ),
            models.CheckConstraint(condition=~Q(legal_basis="") & ~Q(purpose=""), name="safecity_source_has_a_basis"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="safecity_source_term"),
        ]

    def __str__(self) -> str:
        return self.name

    def in_force(self, on: date) -> bool:
        """Say whether its alarms are taken on a day."""
        return self.approved_at is not None and self.ended_on is None and self.valid_from <= on <= self.valid_until


class SafetyAlarmQuerySet(models.QuerySet["SafetyAlarm"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(actor.within("safecity.respond"))

    def listed(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in actor.within_by_department("safecity.respond")]

    def unclosed(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def ended(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def raised_with(self, key: str) -> "SafetyAlarm | None":
        return self.filter(key=key).first()

    def of_order(self, order: int) -> "SafetyAlarm | None":
        return self.filter(order=order).first()

    def of_visit(self, visit: int) -> "SafetyAlarm | None":
        return self.filter(visit=visit).first()

    def among(self, numbers: Collection[int]) -> Self:
        return self.filter(pk__in=numbers)

    def offline_of(self, device: SipDevice) -> Self:
        """Return the open alarms that say that a device is not there."""
        return self.unclosed().filter(
            device=device, device__isnull=False, state="open", key__startswith=f"offline:{device.pk}:"
        )

    def to_forget(self, *, on: date) -> Self:
        return self.filter(forget_on__lte=on).order_by("forget_on", "pk")

    def expired(self, *, at: datetime) -> Self:
        """Return the waiting ones whose time for confirmation is over."""
        return self.filter(state="waiting", wait_until__lt=at).order_by("wait_until", "pk")

    def with_names(self) -> Self:
        return self.select_related("department", "device", "visit__checkpoint", "source", "order")


class SafetyAlarm(models.Model):
    """Something that somebody has to see to: said by a device, a missed checkpoint, a position, a system outside.

    key         by which the same alarm is known again
    level       1 the gravest to 4, as GB/T 28181 has it
    words       what was said about it; encrypted, and forgotten on forget_on where that is set
    state       of one from outside: waiting → open only after two people confirmed it, else rejected or expired
    order       the work order by which somebody was sent
    """

    class Kind(models.TextChoices):
        DEVICE = "device", pgettext_lazy("safety alarm", "device alarm")
        PATROL = "patrol", pgettext_lazy("safety alarm", "checkpoint missed")
        POSITION = "position", pgettext_lazy("safety alarm", "left the permitted area")
        OUTSIDE = "outside", pgettext_lazy("safety alarm", "from another system")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("safety alarm", "waiting for two people")
        OPEN = "open", pgettext_lazy("safety alarm", "open")
        SENT = "sent", pgettext_lazy("safety alarm", "somebody was sent")
        CLOSED = "closed", pgettext_lazy("safety alarm", "closed")
        REJECTED = "rejected", pgettext_lazy("safety alarm", "rejected")
        EXPIRED = "expired", pgettext_lazy("safety alarm", "expired unconfirmed")

    UNCLOSED = ("waiting", "open", "sent")
    ENDED = ("closed", "rejected", "expired")

    uid = models.UUIDField(default=ids.uid, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=120, unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    title = models.CharField(max_length=200)
    words = EncryptedText(blank=True)
    level = models.PositiveSmallIntegerField(default=3)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    happened_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    device = models.ForeignKey(SipDevice, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    visit = models.OneToOneField(PatrolVisit, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(OutsideSource, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, null=True, related_name="+")
    wait_until = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    confirmer = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    seconded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    seconder = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    seconded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closer = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    result = EncryptedText(blank=True)
    forget_on = models.DateField(null=True)

    objects = SafetyAlarmQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["department", "-raised_at", "-id"],
                name="safecity_alarms_open",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["-raised_at", "-id"],
                name="safecity_all_alarms_open",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["department", "-raised_at", "-id"],
                name="safecity_alarms_ended",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["-raised_at", "-id"],
                name="safecity_all_alarms_ended",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["device"],
                name="safecity_alarms_of_device",
                condition=Q(closed_at__isnull=True, device__isnull=False),
            ),
            models.Index(fields=["wait_until", "id"], name="safecity_alarms_wait", condition=Q(state="waiting")),
            models.Index(
                fields=["forget_on", "id"], name="safecity_alarms_forget", condition=Q(forget_on__isnull=False)
            ),
        ]
        constraints = [
            # Nobody is sent on the word of a system outside alone: two different people stand for it.
            models.CheckConstraint(
                condition=~Q(kind="outside")
                | Q(state__in=("waiting", "rejected", "expired"))
                | (Q(confirmed_by__isnull=False, seconded_by__isnull=False) & ~Q(confirmed_by=F("seconded_by"))),
                name="safecity_two_people_confirm",
            ),
            models.CheckConstraint(
                condition=~Q(kind="outside") | Q(source__isnull=False), name="safecity_outside_has_a_source"
            ),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="safecity_alarm_level"),
            models.CheckConstraint(
                condition=Q(state__in=("closed", "rejected", "expired"), closed_at__isnull=False)
                | Q(state__in=("waiting", "open", "sent"), closed_at=None),
                name="safecity_alarm_closed_since",
            ),
        ]

    def __str__(self) -> str:
        return self.title
