"""Warnings 预警 as CAP 1.2 says them, ours and those of other offices, and what is told through the media."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.applications.emergency.models.incidents import MAX_KIND, READ, EmergencyIncident
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models import Department

MAX_IDENTIFIER = 200


class WarningColour(models.TextChoices):
    """The four colours of the law, the mildest first."""

    BLUE = "blue", pgettext_lazy("warning colour", "blue (IV)")
    YELLOW = "yellow", pgettext_lazy("warning colour", "yellow (III)")
    ORANGE = "orange", pgettext_lazy("warning colour", "orange (II)")
    RED = "red", pgettext_lazy("warning colour", "red (I)")


class EmergencyWarningQuerySet(PartedQuerySet["EmergencyWarning"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        return actor.within_by_department(READ)

    def ours(self) -> Self:
        return self.filter(received=False)

    def of(self, incident: EmergencyIncident) -> Self:
        return self.filter(incident=incident).order_by("pk")

    def in_public(self, *, at: datetime) -> Self:
        """Return ours that everybody may read now: real ones that neither ended nor were replaced."""
        return self.filter(received=False, drill=False, ended_at=None, published_at__isnull=False, expires_at__gt=at)

    def ever_public(self) -> Self:
        """Return ours that were published: what was said stays readable."""
        return self.filter(received=False, drill=False, published_at__isnull=False)

    def named(self, identifier: str, sender: str = "") -> "EmergencyWarning | None":
        found = self.filter(identifier=identifier)
        return (found.filter(sender=sender) if sender else found).first()

    def with_names(self) -> Self:
        return self.select_related("department", "incident")


class EmergencyWarning(models.Model):
    """A warning: proposed, published, replaced or lifted.

    received        it came from another office; else it is ours
    identifier, sender, sent_at   by which CAP names it; xml: the message as it went out or came in
    message         "Alert", "Update" or "Cancel"; refers: the warning it replaces or lifts
    colour          "" where another office's message has none
    areas           division codes; circle: [latitude, longitude, radius in km], [] none
    published_at    None: proposed, a person has to publish it
    ended_at        replaced or lifted since
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    received = models.BooleanField(default=False)
    identifier = models.CharField(max_length=MAX_IDENTIFIER)
    sender = models.CharField(max_length=MAX_IDENTIFIER)
    sent_at = models.DateTimeField()
    message = models.CharField(max_length=6, choices=[("Alert", "Alert"), ("Update", "Update"), ("Cancel", "Cancel")])
    refers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=MAX_KIND, blank=True)
    event = models.CharField(max_length=120)
    colour = models.CharField(max_length=6, choices=WarningColour, blank=True)
    headline = models.CharField(max_length=200)
    description = models.TextField()
    instruction = models.TextField(blank=True)
    areas: Any = models.JSONField(default=list)
    circle: Any = models.JSONField(default=list)
    effective_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    drill = models.BooleanField(default=False)
    incident = models.ForeignKey(EmergencyIncident, null=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    publisher_name = models.CharField(max_length=MAX_ACTOR_NAME)
    xml = models.TextField(blank=True)

    objects = EmergencyWarningQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "-sent_at", "-id"], name="emergency_warnings_of"),
            models.Index(fields=["-sent_at", "-id"], name="emergency_warnings"),
            models.Index(
                fields=["-sent_at", "-id"],
                name="emergency_warnings_now",
                condition=Q(received=False, drill=False, ended_at=None, published_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["identifier", "sender"], name="emergency_warning_once"),
            models.CheckConstraint(
                condition=Q(message="Alert", refers=None) | (~Q(message="Alert") & Q(refers__isnull=False)),
                name="emergency_warning_refers",
            ),
            models.CheckConstraint(condition=Q(received=True) | ~Q(colour=""), name="emergency_warning_coloured"),
        ]

    def __str__(self) -> str:
        return self.identifier


class EmergencyMessageQuerySet(models.QuerySet["EmergencyMessage"]):
    def of(self, incident: EmergencyIncident) -> Self:
        return self.filter(incident=incident).order_by("-pk")

    def with_key(self, key: str) -> "EmergencyMessage | None":
        return self.filter(key=key).first()


class EmergencyMessage(models.Model):
    """What is told through one medium under central control.

    medium   key of `ports.MEDIA`: "text", "screen", "broadcast"; target: phones, a screen, a loudspeaker; "" all
    key      the same again is this one
    """

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("emergency message", "on its way")
        SENT = "sent", pgettext_lazy("emergency message", "sent")
        REJECTED = "rejected", pgettext_lazy("emergency message", "rejected")
        HELD = "held", pgettext_lazy("emergency message", "not sent, for this is a drill")

    key = models.CharField(max_length=120, unique=True)
    incident = models.ForeignKey(EmergencyIncident, on_delete=models.PROTECT, related_name="+")
    medium = models.CharField(max_length=20)
    target = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    problem = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    asker_name = models.CharField(max_length=MAX_ACTOR_NAME)
    sent_at = models.DateTimeField(null=True)
    drill = models.BooleanField(default=False)

    objects = EmergencyMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="emergency_sent_since"),
            models.CheckConstraint(
                condition=Q(drill=False) | Q(state="held"), name="emergency_drills_stay_in_the_house"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.medium} of incident {self.incident_id}"
