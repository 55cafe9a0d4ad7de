"""Incidents 突发事件, the calls about them, and the log of each."""

from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models import Department

READ = "emergency.read"
MAX_KIND, MAX_LEVEL, MAX_KEY = 40, 12, 120
MAX_ADDRESS, MAX_WORDS, MAX_LOGGED = 200, 2000, 1000


class EmergencyLevel(models.TextChoices):
    """The four levels of the law, the mildest first."""

    ORDINARY = "ordinary", pgettext_lazy("emergency level", "ordinary (IV)")
    LARGER = "larger", pgettext_lazy("emergency level", "larger (III)")
    MAJOR = "major", pgettext_lazy("emergency level", "major (II)")
    SPECIAL = "special", pgettext_lazy("emergency level", "especially major (I)")


class EmergencyIncidentQuerySet(PartedQuerySet["EmergencyIncident"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        return actor.within_by_department(READ)

    def open(self) -> Self:
        return self.filter(ended_at=None, drill=False)

    def drills(self) -> Self:
        return self.filter(drill=True)

    def ended(self) -> Self:
        return self.filter(ended_at__isnull=False, drill=False)

    def with_key(self, key: str) -> "EmergencyIncident | None":
        return self.filter(key=key).first()

    def of_alert(self, alert: int) -> Self:
        return self.filter(alert=alert)

    def alike(self, *, department: int, kind: str, drill: bool, since: datetime) -> Self:
        """Return what is open of a kind since then: a call may be about one of them."""
        return self.filter(department=department, kind=kind, drill=drill, ended_at=None, opened_at__gte=since)

    def opened_within(self, first: datetime, last: datetime) -> Self:
        return self.filter(opened_at__gte=first, opened_at__lt=last)

    def among(self, numbers: Collection[int]) -> Self:
        return self.filter(pk__in=list(numbers))

    def with_names(self) -> Self:
        return self.select_related("department")


class EmergencyIncident(models.Model):
    """Something that happened or threatens, and what is done about it.

    kind, level     keys of the tables; level "" where the law grades nothing
    response        response 应急响应 of level "1" (the gravest) to "4"; "" none was started
    department      the command centre that leads; area: division code
    latitude …      where it is, degrees of CGCS2000; None: not known yet
    version         grows with every decision: who decided on an older one is told
    drill           an exercise 演练: kept apart in lists and figures, and nothing of it leaves the house
    confirmed_at    when somebody said that what devices reported is real; None for calls
    source          by which way it came; key: the same again is this one; alert: of sensing, that raised it
    report          what the closing report says
    """

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("emergency", "received")
        RESPONDING = "responding", pgettext_lazy("emergency", "units on the way")
        ON_SCENE = "on_scene", pgettext_lazy("emergency", "being fought")
        CONTROLLED = "controlled", pgettext_lazy("emergency", "under control")
        CLOSED = "closed", pgettext_lazy("emergency", "closed")
        FALSE_ALARM = "false_alarm", pgettext_lazy("emergency", "false alarm")

    class Source(models.TextChoices):
        CALL = "call", pgettext_lazy("emergency source", "Call")
        ALERT = "alert", pgettext_lazy("emergency source", "Alert of a device")
        CAP = "cap", pgettext_lazy("emergency source", "Warning of another office")

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=24, unique=True)
    key = models.CharField(max_length=MAX_KEY, null=True, unique=True)
    kind = models.CharField(max_length=MAX_KIND)
    level = models.CharField(max_length=MAX_LEVEL, choices=EmergencyLevel, blank=True)
    response = models.CharField(max_length=1, blank=True)
    response_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    source = models.CharField(max_length=8, choices=Source)
    drill = models.BooleanField(default=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    address = models.CharField(max_length=MAX_ADDRESS, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    alert = models.BigIntegerField(null=True, unique=True)
    plan = models.CharField(max_length=60, blank=True)
    plan_from = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    calls = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    controlled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    dead = models.PositiveIntegerField(default=0)
    injured = models.PositiveIntegerField(default=0)
    evacuated = models.PositiveIntegerField(default=0)
    report = models.TextField(blank=True)
    reporter_name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)

    objects = EmergencyIncidentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["department", "-opened_at", "-id"],
                name="emergency_open_of",
                condition=Q(ended_at=None, drill=False),
            ),
            models.Index(
                fields=["-opened_at", "-id"], name="emergency_all_open", condition=Q(ended_at=None, drill=False)
            ),
            models.Index(
                fields=["department", "-opened_at", "-id"], name="emergency_drills_of", condition=Q(drill=True)
            ),
            models.Index(fields=["-opened_at", "-id"], name="emergency_drills", condition=Q(drill=True)),
            models.Index(
                fields=["department", "-ended_at", "-id"],
                name="emergency_ended_of",
                condition=Q(ended_at__isnull=False, drill=False),
            ),
            models.Index(
                fields=["-ended_at", "-id"], name="emergency_ended", condition=Q(ended_at__isnull=False, drill=False)
            ),
            models.Index(fields=["department", "opened_at"], name="emergency_opened"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["closed", "false_alarm"], ended_at__isnull=False)
                | (~Q(state__in=["closed", "false_alarm"]) & Q(ended_at=None)),
                name="emergency_ended_since",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="emergency_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(dispatched_at=None) | Q(dispatched_at__gte=F("opened_at")), name="emergency_in_order"
            ),
            models.CheckConstraint(condition=Q(ended_at=None) | ~Q(report=""), name="emergency_ended_with_report"),
            models.CheckConstraint(condition=Q(response__in=["", "1", "2", "3", "4"]), name="emergency_response_known"),
        ]

    def __str__(self) -> str:
        return f"incident {self.number}"

    @property
    def subject(self) -> str:
        return f"incident:{self.pk}"


class EmergencyCallQuerySet(models.QuerySet["EmergencyCall"]):
    def with_key(self, key: str) -> "EmergencyCall | None":
        return self.filter(key=key).select_related("incident__department").first()

    def of(self, incident: EmergencyIncident) -> Self:
        return self.filter(incident=incident).order_by("pk")


class EmergencyCall(models.Model):
    """A call 接警单: who called and said what. It always belongs to an incident, which it opened or joined.

    channel   "119", "110" …, a key of the calling table; key: the same again is this call
    joined    the incident was there before
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    key = models.CharField(max_length=MAX_KEY, null=True, unique=True)
    incident = models.ForeignKey(EmergencyIncident, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16)
    caller_name = EncryptedText(blank=True)
    caller_phone = EncryptedText(blank=True)
    words = EncryptedText()
    address = models.CharField(max_length=MAX_ADDRESS, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    joined = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    taken_at = models.DateTimeField()
    taker_name = models.CharField(max_length=MAX_ACTOR_NAME)

    objects = EmergencyCallQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(channel=""), name="emergency_call_has_channel")]

    def __str__(self) -> str:
        return f"call {self.uid}"


class EmergencyLogEntryQuerySet(models.QuerySet["EmergencyLogEntry"]):
    def of(self, incident: EmergencyIncident) -> Self:
        return self.filter(incident=incident).order_by("pk")

    def newest_of(self, incident: EmergencyIncident, number: int) -> "list[EmergencyLogEntry]":
        """Return the last entries of an incident, the newest first."""
        return list(self.filter(incident=incident).order_by("-pk")[:number])


class EmergencyLogEntry(models.Model):
    """What happened to an incident, in order; never changed."""

    class Kind(models.TextChoices):
        OPENED = "opened", pgettext_lazy("emergency log", "Incident opened")
        CALL = "call", pgettext_lazy("emergency log", "Another call joined")
        ALERT = "alert", pgettext_lazy("emergency log", "Alert of a device")
        CLEARED = "cleared", pgettext_lazy("emergency log", "Alert cleared")
        CONFIRMED = "confirmed", pgettext_lazy("emergency log", "Alarm confirmed")
        LEVEL = "level", pgettext_lazy("emergency log", "Level changed")
        RESPONSE = "response", pgettext_lazy("emergency log", "Response started")
        PLAN = "plan", pgettext_lazy("emergency log", "Plan activated")
        ACTION = "action", pgettext_lazy("emergency log", "Action settled")
        UNIT = "unit", pgettext_lazy("emergency log", "Unit")
        CONTROL = "control", pgettext_lazy("emergency log", "Device told")
        WARNING = "warning", pgettext_lazy("emergency log", "Warning")
        MEDIA = "media", pgettext_lazy("emergency log", "Message to the public")
        NOTE = "note", pgettext_lazy("emergency log", "Remark")
        CONTROLLED = "controlled", pgettext_lazy("emergency log", "Under control")
        CLOSED = "closed", pgettext_lazy("emergency log", "Closed")

    incident = models.ForeignKey(EmergencyIncident, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    words = models.CharField(max_length=MAX_LOGGED, blank=True)
    by_name = models.CharField(max_length=MAX_ACTOR_NAME)
    drill = models.BooleanField(default=False)

    objects = EmergencyLogEntryQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(by_name=""), name="emergency_log_by_somebody")]

    def __str__(self) -> str:
        return f"{self.kind} of incident {self.incident_id}"
