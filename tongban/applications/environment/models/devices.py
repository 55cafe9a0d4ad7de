"""What is asked of data loggers, and which of their packets came already."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.applications.environment.models.sources import MonitoringPoint
from tongban.infrastructure.crypto.fields import EncryptedJSON
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME


class DeviceCommandQuerySet(models.QuerySet["DeviceCommand"]):
    def of_point(self, point: MonitoringPoint) -> Self:
        return self.filter(point=point).order_by("-asked_at", "-pk")

    def to_send(self, *, repeat_before: datetime) -> Self:
        """Return what loggers have to be told: what waits, and what was not answered for some time."""
        unanswered = Q(state=DeviceCommand.State.SENT, sent_at__lt=repeat_before)
        found = self.open().filter(Q(state=DeviceCommand.State.WAITING) | unanswered)
        return found.select_related("point").order_by("pk")

    def open(self) -> Self:
        return self.filter(state__in=DeviceCommand.OPEN)


class DeviceCommand(models.Model):
    """Something that a data logger is told to do or to say (反控).

    cn, parameters   by HJ 212; a password is among them, so they are encrypted
    qn               number of the request, by which answers are known
    state            waiting, sent, accepted (9011), refused (9011), done (9012), failed (9012), silent: never answered
    tries            how often it was sent
    answer, result   QnRtn and ExeRtn, None while there is none; said: what came with it
    reason           why it was asked
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("device command", "waiting")
        SENT = "sent", pgettext_lazy("device command", "sent")
        ACCEPTED = "accepted", pgettext_lazy("device command", "being carried out")
        REFUSED = "refused", pgettext_lazy("device command", "refused by the device")
        DONE = "done", pgettext_lazy("device command", "carried out")
        FAILED = "failed", pgettext_lazy("device command", "failed")
        SILENT = "silent", pgettext_lazy("device command", "no answer")

    OPEN = ("waiting", "sent", "accepted")

    uid = models.UUIDField(default=ids.uid, unique=True)
    point = models.ForeignKey(MonitoringPoint, on_delete=models.PROTECT, related_name="commands", db_index=False)
    cn = models.CharField(max_length=4)
    parameters: Any = EncryptedJSON(default=dict)
    qn = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200)
    asker = models.CharField(max_length=MAX_ACTOR_NAME)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.PositiveSmallIntegerField(null=True)
    result = models.PositiveSmallIntegerField(null=True)
    said: Any = models.JSONField(default=dict)

    objects = DeviceCommandQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["point", "-asked_at", "-id"], name="environment_commands_of"),
            models.Index(
                fields=["state", "id"],
                name="environment_commands_open",
                condition=Q(state__in=["waiting", "sent", "accepted"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["point", "qn"], name="environment_request_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="environment_command_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.cn} to {self.point_id}"


class ReceivedPacketQuerySet(models.QuerySet["ReceivedPacket"]):
    def among(self, points: Iterable[int], keys: Iterable[str]) -> set[tuple[int, str]]:
        """Return which of these packets came already."""
        found = self.filter(point__in=set(points), key__in=set(keys))
        return set(found.values_list("point_id", "key"))

    def before(self, moment: datetime) -> Self:
        return self.filter(received_at__lt=moment)


class ReceivedPacket(models.Model):
    """A packet that is kept, so that the same again is acknowledged and changes nothing. key: QN and CN."""

    point = models.ForeignKey(MonitoringPoint, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=60)
    received_at = models.DateTimeField(db_index=True)

    objects = ReceivedPacketQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "key"], name="environment_packet_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.point_id}"
