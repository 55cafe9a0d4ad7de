"""The headings under which services stand."""

from collections.abc import Iterable, Iterator
from typing import Self

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _


class HeadingQuerySet(models.QuerySet["Heading"]):
    def of_offered(self) -> Iterator[tuple[int, str, str]]:
        """Return (service, kind, value) of everything that is offered, by service."""
        rows = self.filter(service__offered=True).order_by("service", "kind", "value")
        return rows.values_list("service", "kind", "value").iterator(chunk_size=2000)

    def of_services(self, services: Iterable[int]) -> Self:
        return self.filter(service__in=list(services))

    def of(self, services: Iterable[int]) -> "models.QuerySet[Heading, tuple[int, str, str]]":
        """Return (service, kind, value) of these services."""
        return self.of_services(services).values_list("service", "kind", "value")

    def counted(self) -> dict[tuple[str, str], int]:
        """Return how many offered services stand under each heading."""
        rows = self.filter(service__offered=True).values_list("kind", "value").annotate(services=Count("pk"))
        return {(kind, value): services for kind, value, services in rows.order_by()}


class Heading(models.Model):
    """A place of the catalogue where a service stands: an audience, a topic, a life event."""

    class Kind(models.TextChoices):
        AUDIENCE = "audience", _("Audience")
        PERSON = "person", _("Topic for people")
        BUSINESS = "business", _("Topic for businesses")
        EVENT = "event", _("Life event")

    service = models.ForeignKey("Service", on_delete=models.CASCADE, related_name="headings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=40)

    objects = HeadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "service"], name="catalogue_heading_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
