"""Devices that can be commanded, what their interlocks look at, and what was approved ahead for automatic rules."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.crypto.fields import EncryptedJSON
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import EVERYTHING, Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models import Department
from tongban.platform.sensing.models import Datastream, Thing

MAX_KEY = 120
MAX_KIND = 60
MAX_COMMAND = 40
DUTIES = ("actuation.request", "actuation.approve", "actuation.approve_critical", "actuation.steward")


def seen_by(actor: Actor, *, department: str = "department", area: str = "area") -> list[Q]:
    """Return what any duty of this room reaches, in parts that an index by department holds in order."""
    if actor.kind == "system":
        return [EVERYTHING]
    parts: list[Q] = []
    for duty in DUTIES:
        if actor.holds(duty):
            parts += list(actor.within_by_department(duty, department=department, area=area))
    return [part for number, part in enumerate(parts) if part not in parts[:number]]


class ControlledDeviceQuerySet(PartedQuerySet["ControlledDevice"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return the devices that one of the actor's duties reaches."""
        return seen_by(actor)

    def with_key(self, key: str) -> "ControlledDevice | None":
        return self.with_names().filter(key=key).first()

    def with_names(self) -> Self:
        return self.select_related("department", "thing")

    def of_things(self, things: Any) -> Self:
        """Return the devices that belong to these things of sensing, by key."""
        return self.filter(thing__in=things).order_by("key")


class ControlledDevice(models.Model):
    """A device that can be commanded.

    key         readable and lasting, by which rooms above name it: "yunze-tower-power"
    thing       of sensing, to which it belongs
    kind        key of a dated kind, which says what can be commanded
    driver      name of the driver that speaks to it; address: how that one finds it
    properties  what interlocks ask for as `device`: {"lifts": 2, "life_support": ["B3"]}
    state       what it reported last, and when
    in_service  whether commands are taken at all
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    key = models.CharField(max_length=MAX_KEY, unique=True)
    name = models.CharField(max_length=200)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="controlled_devices")
    kind = models.CharField(max_length=MAX_KIND)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    driver = models.CharField(max_length=40)
    address: Any = EncryptedJSON(default=dict)
    properties: Any = models.JSONField(default=dict)
    state: Any = models.JSONField(default=dict)
    state_at = models.DateTimeField(null=True)
    in_service = models.BooleanField(default=True)
    registered_at = models.DateTimeField()

    objects = ControlledDeviceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "name", "id"], name="actuation_devices_of"),
            models.Index(fields=["name", "id"], name="actuation_devices"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(name="") & ~Q(kind="") & ~Q(driver=""), name="actuation_device_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The name under which the journal knows it."""
        return f"device:{self.pk}"


class ControlSourceQuerySet(models.QuerySet["ControlSource"]):
    def of(self, device: ControlledDevice) -> Self:
        return self.filter(device=device).select_related("stream__latest").order_by("name", "pk")


class ControlSource(models.Model):
    """A stream whose latest value the interlocks of a device ask for by a name of its kind."""

    device = models.ForeignKey(ControlledDevice, on_delete=models.CASCADE, related_name="sources", db_index=False)
    name = models.CharField(max_length=40)
    stream = models.ForeignKey(Datastream, on_delete=models.PROTECT, related_name="+")

    objects = ControlSourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "name", "stream"], name="actuation_source_once"),
            models.CheckConstraint(condition=~Q(name=""), name="actuation_source_named"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.device_id}"


class StandingApprovalQuerySet(PartedQuerySet["StandingApproval"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return those of the devices that one of the actor's duties reaches."""
        return seen_by(actor, department="device__department", area="device__area")

    def of(self, device: ControlledDevice) -> Self:
        return self.filter(device=device).order_by("-valid_from", "-pk")

    def in_force(self, device: ControlledDevice, command: str, rule: str, *, at: datetime) -> "StandingApproval | None":
        """Return what approves an automatic rule's command at a moment: of several the one that ends last."""
        found = self.filter(device=device, command=command, rule=rule, valid_from__lte=at, expires_at__gt=at)
        return found.filter(ended_at__isnull=True).order_by("-expires_at").first()

    def with_names(self) -> Self:
        return self.select_related("device__department", "device__thing")


class StandingApproval(models.Model):
    """A human approved ahead what an automatic rule may command of one device, until a moment.

    rule       name of the automatic rule, as it names itself when it asks: "fire-confirmed"
    ended_at   somebody took it back
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    device = models.ForeignKey(ControlledDevice, on_delete=models.PROTECT, related_name="standing_approvals")
    command = models.CharField(max_length=MAX_COMMAND)
    rule = models.CharField(max_length=MAX_KEY)
    reason = models.CharField(max_length=300)
    approved_by = models.BigIntegerField()
    approver = models.CharField(max_length=MAX_ACTOR_NAME)
    granted_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ender = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)

    objects = StandingApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("valid_from")), name="actuation_standing_ends"),
            models.CheckConstraint(
                condition=~Q(rule="") & ~Q(reason="") & ~Q(command=""), name="actuation_standing_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.command} {self.device_id}"
