"""Who was asked, what they said, what the department put right, and how many of each."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from tongban.applications.ratings import rules
from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.cases.models import Case
from tongban.platform.catalogue.models import Service
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the ratings of the party the actor stands for; nobody else sees who said what."""
        if not actor.represents:
            return self.none()
        return self.filter(Q(party=actor.represents) & actor.within_mandate("service__code"))

    def of(self, case: Case) -> Self:
        return self.filter(case=case)

    def among(self, cases: Iterable[int]) -> Self:
        return self.filter(case__in=list(cases))

    def of_parties(self, parties: Iterable[int]) -> Self:
        return self.filter(party__in=list(parties))

    def with_matter(self) -> Self:
        return self.select_related("case", "service", "department")

    def counted(
        self, *, first: date, last: date, by: str, departments: Sequence[str], good: Sequence[str]
    ) -> dict[Any, tuple[int, int]]:
        """Return how many were given, and how many of them are good, of the cases received in these days, by group."""
        found: Any = self.exclude(grade="").filter(case__received_on__gte=first, case__received_on__lte=last)
        if departments:
            found = found.filter(department__key__in=departments)
        if by == "month":
            found = found.annotate(group=TruncMonth("case__received_on"))
        else:
            found = found.annotate(group=F({"department": "department__key", "service": "service__code"}[by]))
        rows = (
            found.order_by()
            .values_list("group")
            .annotate(given=Count("pk"), liked=Count("pk", filter=Q(grade__in=good)))
        )
        return {group: (given, liked) for group, given, liked in rows}


class Rating(models.Model):
    """What the applicant of one completed case says about it: asked for once, given once or left alone.

    party       may rate until closes_on
    grade       code of GB/T 39046 A.8, "1" is the best; "" while nothing was said
    stars       the same in stars, 5 are the best
    reasons     keys of the terms in force on that day
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    closes_on = models.DateField()
    grade = models.CharField(max_length=2, blank=True)
    stars = models.PositiveSmallIntegerField(null=True)
    reasons = models.JSONField(default=list)
    words = EncryptedText(blank=True)
    rated_on = models.DateField(null=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(grade="", stars__isnull=True, rated_on__isnull=True)
                | (~Q(grade="") & Q(stars__isnull=False, rated_on__isnull=False, rated_on__lte=F("closes_on"))),
                name="ratings_given_in_time",
            )
        ]

    def __str__(self) -> str:
        return f"rating {self.uid}"


class FollowUpQuerySet(PartedQuerySet["FollowUp"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        return actor.within_by_department("ratings.follow_up")

    def for_rating(self, rating: Rating) -> "FollowUp | None":
        return self.filter(rating=rating).first()

    def open(self) -> Self:
        return self.filter(answered_on__isnull=True)

    def answered(self) -> Self:
        return self.filter(answered_on__isnull=False)

    def with_matter(self) -> Self:
        return self.select_related("rating__case", "rating__service", "department")


class FollowUp(models.Model):
    """A low grade that the department has to answer (差评整改).

    due_on     last day; measures: what was put right, as the person reads it
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    opened_on = models.DateField()
    due_on = models.DateField()
    measures = EncryptedText(blank=True)
    answered_on = models.DateField(null=True)
    answered_by = models.BigIntegerField(null=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "due_on", "id"], name="ratings_open", condition=Q(answered_on=None)),
            models.Index(fields=["due_on", "id"], name="ratings_all_open", condition=Q(answered_on=None)),
            models.Index(
                fields=["department", "-answered_on", "-id"],
                name="ratings_answered",
                condition=Q(answered_on__isnull=False),
            ),
            models.Index(
                fields=["-answered_on", "-id"], name="ratings_all_answered", condition=Q(answered_on__isnull=False)
            ),
        ]
        constraints = [models.CheckConstraint(condition=Q(due_on__gte=F("opened_on")), name="ratings_due_after_opened")]

    def __str__(self) -> str:
        return f"follow-up {self.uid}"


class TallyQuerySet(models.QuerySet["Tally"]):
    def add(self, rating: Rating, **more: int) -> None:
        """Count something more about the service and department of a rating, e.g. `given=1, good=1`."""
        rows = self.filter(service_id=rating.service_id, department_id=rating.department_id)
        counted = {name: F(name) + number for name, number in more.items()}
        if not rows.update(**counted):
            self.get_or_create(service_id=rating.service_id, department_id=rating.department_id)
            rows.update(**counted)

    def with_names(self) -> Self:
        return self.select_related("service", "department")

    def of(self, department: str) -> Self:
        return self.filter(department__key=department)

    def by_department(self) -> list[dict[str, Any]]:
        """Return the sums of each department, as the city lists departments."""
        rows = self.values("department__key", "department__name", "department__english")
        rows = rows.order_by("department__order", "department__key")
        return list(rows.annotate(**{name: Sum(name) for name in COUNTED}))


COUNTED = ("asked", "given", "good", "low", "answered")


class Tally(models.Model):
    """How many ratings a service has in a department: a projection of the rows above, kept so that no page counts them.

    asked      completed cases whose applicants could rate
    given      those who did; good and low divide them
    answered   low ones that the department has answered
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    asked = models.PositiveIntegerField(default=0)
    given = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    low = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)

    objects = TallyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-given", "-id"], name="ratings_most_rated")]
        constraints = [
            models.UniqueConstraint(fields=["service", "department"], name="ratings_one_tally"),
            models.CheckConstraint(
                condition=Q(given=F("good") + F("low"), given__lte=F("asked"), answered__lte=F("low")),
                name="ratings_tally_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} in {self.department_id}: {self.good} of {self.given}"

    @property
    def good_percent(self) -> Decimal | None:
        return rules.good_percent(self.good, self.given)
