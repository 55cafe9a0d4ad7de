"""Patrols (人防): routes with checkpoints and time windows, shifts of officers, and where they were seen to be."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models import Account, Department


def a_code() -> str:
    """Return a word that nobody guesses, for the QR code at a checkpoint."""
    return ids.token(16)


class PatrolRouteQuerySet(models.QuerySet["PatrolRoute"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(actor.within("safecity.read"))

    def listed(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in actor.within_by_department("safecity.read")]

    def with_names(self) -> Self:
        return self.select_related("department")


class PatrolRoute(models.Model):
    """A way that is patrolled, with its checkpoints in their order."""

    uid = models.UUIDField(default=ids.uid, unique=True)
    name = models.CharField(max_length=120)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    ended_on = models.DateField(null=True)

    objects = PatrolRouteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "name", "id"], name="safecity_routes_of"),
            models.Index(fields=["name", "id"], name="safecity_routes"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="safecity_route_has_a_name")]

    def __str__(self) -> str:
        return self.name


class PatrolCheckpoint(models.Model):
    """A place on a route where an officer has to be within a window of the day.

    opens, closes   the window, in local time; one that closes earlier than it opens ends on the next day
    radius_m        how near a phone has to be; code: what the QR code there says
    """

    route = models.ForeignKey(PatrolRoute, on_delete=models.PROTECT, related_name="checkpoints", db_index=False)
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    latitude = models.FloatField()
    longitude = models.FloatField()
    radius_m = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    code = models.CharField(max_length=32, default=a_code, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["route", "place"], name="safecity_checkpoint_in_order")]

    def __str__(self) -> str:
        return self.name


class PatrolShiftQuerySet(models.QuerySet["PatrolShift"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what the actor's duty reaches, and their own shifts."""
        own = Q(officer=actor.account) if actor.account else Q(pk__in=[])
        return self.filter(own | actor.within("safecity.read"))

    def listed(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in actor.within_by_department("safecity.read")]

    def of_officer(self, account: int, *, since: datetime) -> Self:
        return self.filter(officer=account, begins_at__gte=since)

    def running(self, *, at: datetime) -> Self:
        return self.filter(begins_at__lte=at, ends_at__gt=at)

    def with_names(self) -> Self:
        return self.select_related("route", "department", "officer")


class PatrolShift(models.Model):
    """An officer patrols a route on a day."""

    uid = models.UUIDField(default=ids.uid, unique=True)
    route = models.ForeignKey(PatrolRoute, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    officer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    officer_name = models.CharField(max_length=MAX_ACTOR_NAME)
    day = models.DateField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = PatrolShiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "-begins_at", "-id"], name="safecity_shifts_of"),
            models.Index(fields=["-begins_at", "-id"], name="safecity_shifts"),
            models.Index(fields=["officer", "begins_at", "id"], name="safecity_shifts_mine"),
            models.Index(fields=["ends_at"], name="safecity_shifts_running"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["route", "officer", "day"], name="safecity_shift_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="safecity_shift_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.officer_name} {self.day}"


class PatrolVisitQuerySet(models.QuerySet["PatrolVisit"]):
    def of_shift(self, shift: PatrolShift) -> Self:
        return self.filter(shift=shift).select_related("checkpoint").order_by("checkpoint__place")

    def of_shifts(self, shifts: Iterable[PatrolShift]) -> Self:
        found = self.filter(shift__in=[shift.pk for shift in shifts]).select_related("checkpoint")
        return found.order_by("shift", "checkpoint__place")

    def missed(self, *, before: datetime) -> Self:
        """Return those whose window is over and that nobody made, and that raised no alarm yet."""
        return self.filter(checked_at=None, missed_at=None, due_until__lt=before).order_by("due_until", "pk")


class PatrolVisit(models.Model):
    """A checkpoint of a shift: when it is due, and when and where the officer was there.

    checked_at    by the phone's clock; received_at: when the house heard of it
    distance_m    from the checkpoint, None where the phone gave no position; by_code: the QR code there was read
    missed_at     when the window was found to have passed without a check-in
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    shift = models.ForeignKey(PatrolShift, on_delete=models.CASCADE, related_name="visits", db_index=False)
    checkpoint = models.ForeignKey(PatrolCheckpoint, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_from = models.DateTimeField()
    due_until = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    distance_m = models.PositiveIntegerField(null=True)
    by_code = models.BooleanField(default=False)
    offline = models.BooleanField(default=False)
    remark = models.CharField(max_length=200, blank=True)
    missed_at = models.DateTimeField(null=True)

    objects = PatrolVisitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_until", "id"], name="safecity_visits_due", condition=Q(checked_at=None, missed_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["shift", "checkpoint"], name="safecity_visit_once"),
            models.CheckConstraint(condition=Q(due_until__gt=F("due_from")), name="safecity_visit_window"),
            models.CheckConstraint(
                condition=Q(checked_at=None) | Q(by_code=True) | Q(distance_m__isnull=False),
                name="safecity_visit_proven",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} of {self.shift_id}"
