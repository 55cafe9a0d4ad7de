"""Themed zones 专区: chosen services and bundles on one page, from one day to another."""

from datetime import date
from functools import partial
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.applications.bundles.models.definitions import MAX_NAME, Bundle
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.catalogue.models import Service
from tongban.platform.identity.models import Department


class ZoneQuerySet(PartedQuerySet["Zone"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return the zones that whoever makes zones in a department looks after."""
        if actor.kind == "system":
            return [Q()]
        return actor.within_by_department("bundles.zone") if actor.holds("bundles.zone") else []

    def with_department(self) -> Self:
        return self.select_related("department")

    def shown(self, on: date) -> Self:
        """Return what people see on a day: published, from its first day to its last."""
        lasting = self.filter(state=Zone.State.PUBLISHED, first_day__lte=on, last_day__gte=on)
        return lasting.select_related("department").order_by("-first_day", "-pk")

    def with_uid(self, uid: str) -> Self:
        return self.filter(uid=uid)


class Zone(models.Model):
    """Chosen services and bundles with an announcement.

    first_day, last_day   people see it from the one to the other
    english, notice_english   the same in English, "" where nobody wrote it
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("zone", "Draft")
        PUBLISHED = "published", pgettext_lazy("zone", "Published")
        WITHDRAWN = "withdrawn", pgettext_lazy("zone", "Withdrawn")

    uid = models.CharField(max_length=16, default=partial(ids.token, 16), unique=True)
    name = models.CharField(max_length=MAX_NAME)
    english = models.CharField(max_length=MAX_NAME, blank=True)
    notice = models.TextField()
    notice_english = models.TextField(blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    objects = ZoneQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["last_day", "first_day"], name="bundles_zone_days", condition=Q(state="published")),
            models.Index(fields=["department", "-last_day", "-id"], name="bundles_zones_of"),
            models.Index(fields=["-last_day", "-id"], name="bundles_zones"),
        ]
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="bundles_zone_has_days")]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        return worded(self.name, self.english)

    @property
    def announcement(self) -> str:
        return worded(self.notice, self.notice_english)


class ZoneEntryQuerySet(models.QuerySet["ZoneEntry"]):
    def of(self, zone: Zone) -> Self:
        return self.filter(zone=zone).select_related("service__department", "bundle__department").order_by("order")


class ZoneEntry(models.Model):
    """A service or a bundle in a zone; one of the two."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="entries", db_index=False)
    order = models.PositiveSmallIntegerField()
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    bundle = models.ForeignKey(Bundle, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = ZoneEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["zone", "order"], name="bundles_zone_order"),
            models.CheckConstraint(
                condition=Q(service__isnull=True) ^ Q(bundle__isnull=True), name="bundles_zone_names_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.order}"
