"""Samples that are kept as evidence (留样)."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.applications.environment.models.devices import DeviceCommand
from tongban.applications.environment.models.sources import MonitoringPoint
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME


class RetainedSampleQuerySet(models.QuerySet["RetainedSample"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(point__in=MonitoringPoint.objects.visible_to(actor))

    def of_point(self, point: MonitoringPoint) -> Self:
        return self.filter(point=point).order_by("-taken_at", "-pk")


class RetainedSample(models.Model):
    """A sample that a logger kept, by itself when a limit was exceeded or because it was told to.

    bottle    number of the bottle (VaseNo)
    result    what the laboratory found, code → value; None while it waits; tester: who wrote that down
    """

    class Occasion(models.TextChoices):
        EXCEEDED = "exceeded", pgettext_lazy("retained sample", "limit exceeded")
        ORDERED = "ordered", pgettext_lazy("retained sample", "ordered by an official")

    uid = models.UUIDField(default=ids.uid, unique=True)
    point = models.ForeignKey(MonitoringPoint, on_delete=models.PROTECT, related_name="samples", db_index=False)
    command = models.OneToOneField(DeviceCommand, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField()
    bottle = models.CharField(max_length=20)
    occasion = models.CharField(max_length=8, choices=Occasion)
    result: Any = models.JSONField(null=True)
    tested_at = models.DateTimeField(null=True)
    tester = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)

    objects = RetainedSampleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["point", "-taken_at", "-id"], name="environment_samples_of")]
        constraints = [
            models.UniqueConstraint(fields=["point", "taken_at", "bottle"], name="environment_sample_once"),
            models.CheckConstraint(
                condition=Q(result__isnull=True, tested_at__isnull=True)
                | Q(result__isnull=False, tested_at__isnull=False),
                name="environment_sample_tested",
            ),
        ]

    def __str__(self) -> str:
        return f"bottle {self.bottle} of {self.point_id}"
