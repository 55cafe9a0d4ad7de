"""事后核查: an inspection after a grant is a case of its own, with a number, in the department that inspects."""

from datetime import date
from functools import partial
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor, within_reach
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.cases.models.cases import Case
from tongban.platform.cases.models.participations import READING, Participation
from tongban.platform.identity.models import Department


class FollowUpInspectionQuerySet(models.QuerySet["FollowUpInspection"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return those of the actor's department, and those of cases that a duty of theirs reaches; begun ones."""
        begun = self.filter(opened_on__isnull=False)
        if actor.kind == "system":
            return begun
        if not actor.grants:
            return begun.none()
        own = within_reach(actor.reach(*READING))
        # One look-up for each row: asked whether any exists, PostgreSQL would read all participations first.
        takes_part = Subquery(Participation.objects.of(actor, OuterRef("case_id")).values("pk")[:1])
        return begun.alias(takes_part=takes_part).filter(own | Q(takes_part__isnull=False))

    def of(self, case: Case) -> Self:
        return self.filter(case=case).select_related("department").order_by("pk")

    def not_closed_at(self, department: int) -> Self:
        """Return those that a department still has to do, now or on a later day."""
        return self.filter(department=department, closed_on__isnull=True)

    def begun(self) -> Self:
        return self.filter(opened_on__isnull=False)

    def open(self) -> Self:
        """Return those that somebody has to do."""
        return self.filter(opened_on__isnull=False, closed_on__isnull=True)

    def to_open(self, on: date) -> Self:
        """Return those whose day has come."""
        return self.filter(opened_on__isnull=True, closed_on__isnull=True, opens_on__lte=on)

    def with_uid(self, uid: str) -> "FollowUpInspection | None":
        return self.filter(uid=uid).select_related("case__version__service", "department").first()


class FollowUpInspection(models.Model):
    """One inspection after a grant, linked with the case that was granted.

    turn       the how-manieth decision of the case it follows
    opens_on   when it begins, by the rule of the definition; opened_on: when it did
    closed_on  when its result was there, or the grant was gone before
    result     "kept": the conditions are met; "broken": they are not; "" as long as nobody has looked, or nobody had to
    """

    class Kind(models.TextChoices):
        COMMITMENT = "commitment"
        ORDINARY = "ordinary"

    uid = models.CharField(max_length=16, unique=True, default=partial(ids.token, 16))
    number = models.CharField(max_length=32, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    turn = models.PositiveSmallIntegerField(default=1)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    opens_on = models.DateField()
    due_on = models.DateField()
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    result = models.CharField(max_length=8, blank=True)
    finding = models.TextField(blank=True)

    objects = FollowUpInspectionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="cases_follow_ups_open",
                condition=Q(opened_on__isnull=False, closed_on__isnull=True),
            ),
            models.Index(
                fields=["opens_on"],
                name="cases_follow_ups_planned",
                condition=Q(opened_on__isnull=True, closed_on__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "turn"], name="cases_follow_up_once"),
            models.CheckConstraint(condition=Q(due_on__gte=F("opens_on")), name="cases_follow_up_days"),
        ]

    def __str__(self) -> str:
        return self.number
