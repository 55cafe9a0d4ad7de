"""The cases 案卷 of urban management: one for each report."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Q

from tongban.applications.streets.models.ground import StreetCell, StreetComponent
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.identity.models import Department
from tongban.platform.requests.models import PublicRequest
from tongban.platform.workorders.models import WorkOrder

OPEN = ["reported", "filed", "dispatched", "handling", "finished"]
OVER = ["closed", "declined", "merged", "cancelled", "withdrawn"]
COUNTED = {
    "reported": Count("pk"),
    "filed": Count("pk", filter=Q(filed_at__isnull=False)),
    "handled": Count("pk", filter=Q(finished_at__isnull=False)),
    "in_time": Count("pk", filter=Q(in_time=True)),
    "reworked": Count("pk", filter=Q(reworks__gt=0)),
    "closed": Count("pk", filter=Q(state="closed")),
    "reported_public": Count("pk", filter=Q(collector__isnull=True)),
}


class StreetCaseQuerySet(PartedQuerySet["StreetCase"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """What one's supervision centre sees to, what one's command centre dispatches, what one collected."""
        if actor.kind == "system":
            return [Q()]
        return [
            *self.supervised_parts(actor),
            *self.commanded_parts(actor),
            *([Q(collector=actor.account)] if actor.account and actor.holds("streets.collect") else []),
        ]

    def supervised_parts(self, actor: Actor) -> list[Q]:
        return actor.within_by_department("streets.supervise", department="supervision")

    def commanded_parts(self, actor: Actor) -> list[Q]:
        """Return what was filed and is commanded by the actor's centre: nothing before it was filed."""
        parts = actor.within_by_department("streets.command", department="command")
        return [part & Q(filed_at__isnull=False) for part in parts]

    def supervised_by(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in self.supervised_parts(actor)]

    def commanded_by(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in self.commanded_parts(actor)]

    def collected_by(self, account: int | None) -> Self:
        return self.filter(collector=account)

    def with_names(self) -> Self:
        return self.select_related(
            "request__office",
            "request__department",
            "request__party",
            "cell",
            "component__owner",
            "supervision",
            "command",
            "order__department",
        )

    def of_request(self, request: int) -> "StreetCase | None":
        return self.filter(request=request).with_names().first()

    def of_requests(self, requests: Collection[int]) -> Self:
        return self.filter(request__in=list(requests))

    def of_order(self, order: int) -> "StreetCase | None":
        return self.filter(order=order).with_names().first()

    def among(self, numbers: Collection[int]) -> Self:
        return self.filter(pk__in=list(numbers))

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def ended(self) -> Self:
        return self.filter(ended_at__isnull=False)

    def in_state(self, *states: str) -> Self:
        return self.filter(state__in=states)

    def counted(self, *, first: date, last: date, by: str, at: datetime) -> list[dict[str, Any]]:
        """Return base counts of the cases reported in these days, by "area", "department" or "collector"."""
        column = {"area": "area", "department": "order__department__key", "post": "collector"}[by]
        due = Count("pk", filter=Q(order__handling_due_at__lt=at) | Q(finished_at__isnull=False))
        found: Any = self.filter(reported_at__date__gte=first, reported_at__date__lte=last)
        if by != "area":
            found = found.filter(**{f"{column}__isnull": False})
        return list(found.order_by().values(group=F(column)).annotate(due=due, **COUNTED).order_by("group"))


class StreetCase(models.Model):
    """A case 案卷: a report and what becomes of it in seven steps.

    matter      code of the table, "E0102"; details: what was said in answer to the questions of its class
    cell        where it lies; component: the thing, where it is known
    supervision, command   the two centres, never one
    collector   account of who reported it from the field; None: somebody of the public
    reported_at when it was seen; filed_at 立案; finished_at: handled; in_time: by the limit; reworks 返工
    round       grows when its person says that it is not solved: then it is judged anew, with another work order
    """

    class State(models.TextChoices):
        REPORTED = "reported"
        FILED = "filed"
        DISPATCHED = "dispatched"
        HANDLING = "handling"
        FINISHED = "finished"
        CLOSED = "closed"
        DECLINED = "declined"
        MERGED = "merged"
        CANCELLED = "cancelled"
        WITHDRAWN = "withdrawn"

    uid = models.UUIDField(default=ids.uid, unique=True)
    request = models.OneToOneField(PublicRequest, on_delete=models.PROTECT, related_name="+")
    matter = models.CharField(max_length=5)
    details = models.JSONField(default=dict)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    cell = models.ForeignKey(StreetCell, null=True, on_delete=models.PROTECT, related_name="+")
    component = models.ForeignKey(StreetComponent, null=True, on_delete=models.PROTECT, related_name="+")
    supervision = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    command = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    collector = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.REPORTED)
    order = models.OneToOneField(WorkOrder, null=True, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    filed_by = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    in_time = models.BooleanField(null=True)
    reworks = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1)

    objects = StreetCaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["supervision", "reported_at", "id"], name="streets_open", condition=Q(ended_at=None)),
            models.Index(fields=["command", "reported_at", "id"], name="streets_command", condition=Q(ended_at=None)),
            models.Index(fields=["reported_at", "id"], name="streets_all_open", condition=Q(ended_at=None)),
            models.Index(
                fields=["supervision", "-ended_at", "-id"], name="streets_ended", condition=Q(ended_at__isnull=False)
            ),
            models.Index(
                fields=["command", "-ended_at", "-id"], name="streets_command_e", condition=Q(ended_at__isnull=False)
            ),
            models.Index(fields=["-ended_at", "-id"], name="streets_all_ended", condition=Q(ended_at__isnull=False)),
            models.Index(
                fields=["collector", "-reported_at", "-id"],
                name="streets_collected",
                condition=Q(collector__isnull=False),
            ),
            models.Index(fields=["reported_at"], name="streets_reported"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(supervision=F("command")), name="streets_case_apart"),
            models.CheckConstraint(
                condition=Q(order=None) | Q(filed_at__isnull=False), name="streets_filed_before_ordered"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OVER, ended_at__isnull=False) | Q(state__in=OPEN, ended_at=None),
                name="streets_ended_since",
            ),
        ]

    def __str__(self) -> str:
        return f"street case {self.pk}"

    @property
    def subject(self) -> str:
        return f"streetcase:{self.pk}"
