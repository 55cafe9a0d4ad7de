"""Devices that speak GB/T 28181, and the channels that they have."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.identity.models import Department


class SipDeviceQuerySet(models.QuerySet["SipDevice"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(actor.within("safecity.read"))

    def listed(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in actor.within_by_department("safecity.read")]

    def numbered(self, number: str) -> "SipDevice | None":
        return self.filter(number=number).first()

    def silent(self, *, since: datetime, now: datetime) -> Self:
        """Return those that count as there, and were not heard since a moment or are no longer registered."""
        return self.filter(online=True).filter(Q(heard_at__lt=since) | Q(registered_until__lt=now))

    def offline(self) -> Self:
        return self.filter(online=False)

    def placed(self) -> Self:
        return self.filter(latitude__isnull=False)

    def with_names(self) -> Self:
        return self.select_related("department")


class SipDevice(models.Model):
    """A recorder, camera or alarm device that registers with the gateway.

    number            its 20 figures by GB/T 28181; password: for digest authentication
    online            whether it counts as there: registered, and heard within the time of the dated terms
    registered_until  when its registration ends; heard_at: when it last said anything
    contact           where it is reached, "udp 10.0.0.7:5060"
    status            what it said of itself (DeviceStatus)
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    password = EncryptedText(blank=True)
    online = models.BooleanField(default=False)
    registered_until = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    contact = models.CharField(max_length=80, blank=True)
    status: Any = models.JSONField(default=dict)

    objects = SipDeviceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "name", "id"], name="safecity_devices_of"),
            models.Index(fields=["name", "id"], name="safecity_devices"),
            models.Index(fields=["heard_at"], name="safecity_devices_heard", condition=Q(online=True)),
        ]

    def __str__(self) -> str:
        return self.name


class SipChannelQuerySet(models.QuerySet["SipChannel"]):
    def of_device(self, device: SipDevice) -> Self:
        return self.filter(device=device).order_by("number")

    def among(self, device: SipDevice, numbers: Iterable[str]) -> dict[str, "SipChannel"]:
        return {channel.number: channel for channel in self.filter(device=device, number__in=set(numbers))}


class SipChannel(models.Model):
    """An entry of a device's catalogue: one of its cameras or alarm inputs. working: it said ON."""

    device = models.ForeignKey(SipDevice, on_delete=models.CASCADE, related_name="channels", db_index=False)
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=120, blank=True)
    working = models.BooleanField(default=False)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    heard_at = models.DateTimeField()

    objects = SipChannelQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "number"], name="safecity_channel_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
