"""Units 应急力量, what they are sent to, and the actions of an activated plan."""

from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.applications.emergency.models.incidents import MAX_ADDRESS, MAX_KIND, READ, EmergencyIncident
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models import Department


class UnitState(models.TextChoices):
    """Where a unit stands; see `rules.units` for which steps are allowed."""

    AVAILABLE = "available", pgettext_lazy("emergency unit", "available")
    DISPATCHED = "dispatched", pgettext_lazy("emergency unit", "dispatched")
    EN_ROUTE = "en_route", pgettext_lazy("emergency unit", "on the way")
    ON_SCENE = "on_scene", pgettext_lazy("emergency unit", "on the scene")
    RETURNING = "returning", pgettext_lazy("emergency unit", "returning")
    OFF = "off", pgettext_lazy("emergency unit", "out of service")


class EmergencyUnitQuerySet(PartedQuerySet["EmergencyUnit"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        return actor.within_by_department(READ)

    def with_key(self, key: str) -> "EmergencyUnit | None":
        return self.filter(key=key).first()

    def in_box(self, south: float, west: float, north: float, east: float) -> Self:
        return self.filter(latitude__gte=south, latitude__lte=north, longitude__gte=west, longitude__lte=east)

    def not_off(self) -> Self:
        return self.exclude(state=UnitState.OFF)

    def with_names(self) -> Self:
        return self.select_related("department", "incident")

    def among(self, numbers: Collection[int]) -> Self:
        return self.filter(pk__in=list(numbers))

    def at_work_for(self, incident: EmergencyIncident) -> Self:
        return self.filter(incident=incident)


class EmergencyUnit(models.Model):
    """A team or vehicle that can be sent.

    key         as its terminal is called; kind: key of the table of kinds
    latitude …  where it is, degrees of CGCS2000; moved_at: since when that is known
    incident    what it is sent to; None where it is free
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=MAX_KIND)
    crew = models.PositiveSmallIntegerField(default=0)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    moved_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=UnitState, default=UnitState.AVAILABLE)
    incident = models.ForeignKey(EmergencyIncident, null=True, on_delete=models.PROTECT, related_name="+")

    objects = EmergencyUnitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "name", "id"], name="emergency_units_of"),
            models.Index(fields=["name", "id"], name="emergency_units"),
            models.Index(fields=["latitude", "longitude"], name="emergency_units_where"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(key="") & ~Q(name=""), name="emergency_unit_named"),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="emergency_unit_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["available", "off"], incident=None)
                | Q(state__in=["dispatched", "en_route", "on_scene", "returning"], incident__isnull=False),
                name="emergency_unit_busy_for",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EmergencyAssignmentQuerySet(models.QuerySet["EmergencyAssignment"]):
    def of(self, incident: EmergencyIncident) -> Self:
        return self.filter(incident=incident).select_related("unit").order_by("pk")

    def open_of(self, unit: int) -> "EmergencyAssignment | None":
        return self.filter(unit=unit, released_at=None).first()


class EmergencyAssignment(models.Model):
    """A unit was sent to an incident, and when it did what.

    metres    how far it had to go, by road where by_road, else straight
    """

    incident = models.ForeignKey(EmergencyIncident, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(EmergencyUnit, on_delete=models.PROTECT, related_name="+")
    metres = models.PositiveIntegerField(null=True)
    by_road = models.BooleanField(default=False)
    dispatched_at = models.DateTimeField()
    en_route_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    dispatcher_name = models.CharField(max_length=MAX_ACTOR_NAME)
    drill = models.BooleanField(default=False)

    objects = EmergencyAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(released_at=None), name="emergency_unit_sent_once")
        ]

    def __str__(self) -> str:
        return f"unit {self.unit_id} for incident {self.incident_id}"


class EmergencyTrackPointQuerySet(models.QuerySet["EmergencyTrackPoint"]):
    def newest_of(self, unit: EmergencyUnit, number: int) -> "list[EmergencyTrackPoint]":
        """Return the last positions of a unit, the newest first."""
        return list(self.filter(unit=unit).order_by("-at")[:number])


class EmergencyTrackPoint(models.Model):
    """Where a unit was while it was at work. Nothing is kept of where units are when they are free."""

    unit = models.ForeignKey(EmergencyUnit, on_delete=models.CASCADE, related_name="+", db_index=False)
    incident = models.ForeignKey(EmergencyIncident, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    drill = models.BooleanField(default=False)

    objects = EmergencyTrackPointQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "at"], name="emergency_track_once")]

    def __str__(self) -> str:
        return f"unit {self.unit_id} at {self.at}"


class EmergencyActionQuerySet(models.QuerySet["EmergencyAction"]):
    def of(self, incident: EmergencyIncident) -> Self:
        return self.filter(incident=incident).order_by("stage", "pk")


class EmergencyAction(models.Model):
    """One action of the plan that was activated for an incident.

    stage     actions of one stage run side by side; the next stage opens when all of one are settled
    role      who does it; needs: kind of unit, "" none
    due_at    until when; None before its stage is open
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("emergency action", "waits")
        OPEN = "open", pgettext_lazy("emergency action", "to be done")
        DONE = "done", pgettext_lazy("emergency action", "done")
        SKIPPED = "skipped", pgettext_lazy("emergency action", "left out")

    uid = models.UUIDField(default=ids.uid, unique=True)
    incident = models.ForeignKey(EmergencyIncident, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    stage = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=MAX_ADDRESS)
    english = models.CharField(max_length=MAX_ADDRESS, blank=True)
    role = models.CharField(max_length=80)
    role_english = models.CharField(max_length=80, blank=True)
    needs = models.CharField(max_length=MAX_KIND, blank=True)
    minutes = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by_name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    words = models.CharField(max_length=500, blank=True)
    drill = models.BooleanField(default=False)

    objects = EmergencyActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "key"], name="emergency_action_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", due_at=None) | (~Q(state="waiting") & Q(due_at__isnull=False)),
                name="emergency_action_due",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "skipped"], settled_at__isnull=False)
                | Q(state__in=["waiting", "open"], settled_at=None),
                name="emergency_action_settled",
            ),
            models.CheckConstraint(condition=~Q(state="skipped") | ~Q(words=""), name="emergency_skipped_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of incident {self.incident_id}"
