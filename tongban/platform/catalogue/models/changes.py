"""事项调整: what was done to the items of the city, on which basis."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.platform.catalogue.models.definitions import Version
from tongban.platform.catalogue.models.services import Service
from tongban.platform.identity.models import Department

MAX_BASIS = 300


class ServiceChangeQuerySet(models.QuerySet["ServiceChange"]):
    def of(self, service: Service) -> Self:
        return self.filter(service=service).select_related("department").order_by("-on", "-pk")

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind in ServiceChange.Kind else self.all()

    def told(self) -> Self:
        """Return them with the names that a list of them shows."""
        return self.select_related("service__department", "department")


class ServiceChange(models.Model):
    """One change of an item, as everybody may read it 事项调整.

    version      the one put in force, or the last one of an item that was cancelled
    department   who handles it from then on (delegated, moved), or no more (taken back)
    basis        by which decision, or why
    says         [[what, before, after]] of an adjustment, see `rules.comparing`
    """

    class Kind(models.TextChoices):
        ADDED = "added", pgettext_lazy("change of an item", "Added")
        ADJUSTED = "adjusted", pgettext_lazy("change of an item", "Adjusted")
        CANCELLED = "cancelled", pgettext_lazy("change of an item", "Cancelled")
        DELEGATED = "delegated", pgettext_lazy("change of an item", "Delegated")
        TAKEN_BACK = "taken_back", pgettext_lazy("change of an item", "Taken back")
        MOVED = "moved", pgettext_lazy("change of an item", "Moved")

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    on = models.DateField()
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    basis = models.CharField(max_length=MAX_BASIS, blank=True)
    says: Any = models.JSONField(default=list)

    objects = ServiceChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-on", "-id"], name="catalogue_change_newest"),
            models.Index(fields=["kind", "-on", "-id"], name="catalogue_change_kind"),
            models.Index(fields=["service", "-on", "-id"], name="catalogue_change_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(department__isnull=False) | ~Q(kind__in=("delegated", "taken_back", "moved")),
                name="catalogue_change_to_whom",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.service_id}"
