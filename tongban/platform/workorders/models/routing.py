"""To which department orders go by themselves: rules of a dispatching department, in editions."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_DIGEST
from tongban.platform.identity.models import Department


class RoutingEditionQuerySet(models.QuerySet["RoutingEdition"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the editions of the departments whose rules the actor writes."""
        return self.filter(actor.within("workorders.route"))

    def of(self, department: int) -> Self:
        return self.filter(department=department).order_by("-number")

    def in_force(self, department: int, *, on: date) -> "RoutingEdition | None":
        """Return the edition by which a department dispatches on a day: of those published the latest begun."""
        found = self.filter(department=department, state="published", valid_from__lte=on)
        return found.order_by("-valid_from", "-number").first()

    def draft_of(self, department: int) -> "RoutingEdition | None":
        return self.filter(department=department, state="draft").first()

    def newest_first(self) -> Self:
        return self.select_related("department").order_by("department__order", "department_id", "-number")


class RoutingEdition(models.Model):
    """The routing rules of a dispatching department from a day on; kept for good once published.

    rules       in order, the first that fits counts: [{"when": FEEL, "department": key, "note"}]
    tried       digest of the rules that were tried on past orders last: only these are published
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("routing", "draft")
        PUBLISHED = "published", pgettext_lazy("routing", "published")

    uid = models.UUIDField(default=ids.uid, unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=12, blank=True)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    rules = models.JSONField(default=list)
    tried = models.CharField(max_length=MAX_DIGEST, blank=True)
    valid_from = models.DateField(null=True)
    written_at = models.DateTimeField()
    writer = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    published_at = models.DateTimeField(null=True)
    publisher = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = RoutingEditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "number"], name="workorders_routing_number"),
            models.UniqueConstraint(fields=["department"], name="workorders_routing_draft", condition=Q(state="draft")),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="published", valid_from__isnull=False),
                name="workorders_routing_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.number}"
