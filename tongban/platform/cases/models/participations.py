"""The departments that take part in a case, which is how officials find it."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.kernel.actors import Actor, in_areas, within_reach
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_SERVICE_CODE
from tongban.platform.cases.models.rows import among
from tongban.platform.cases.models.states import State
from tongban.platform.identity.models import Department

READING = ("cases.read", "cases.accept", "cases.review", "cases.inspect", "cases.approve", "cases.lead")


HAS_DAY, FIRST = Q(due_on__isnull=False), Q(first=True)


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def of(self, actor: Actor, case: Any) -> Self:
        return self.reached_by(actor).filter(case=case)

    def parted_for(self, actor: Actor) -> bool:
        """Say whether what the actor sees is what certain departments take part in."""
        return None not in actor.reach(*READING) and not actor.represents

    def parts_by_department(
        self, actor: Actor, department: int | None = None, *, filed: "models.QuerySet[Any]"
    ) -> list[Self]:
        """Return what `Case.objects.visible_to` lets through, each case once in a part, whoever asks.

        department   only what is reached through this one
        filed        the cases in which the actor acts for the applicant
        Whoever reaches the whole city reads each case once; others what their departments take part in; and whoever
        stands for somebody what they filed for them besides.
        """
        parts = []
        for number, areas in actor.reach(*READING).items():
            if department and number not in {None, department}:
                continue
            here = self.filter(department=number) if number else self.one_per_case(department)
            parts.append(here.filter(in_areas(areas)))
        if actor.represents:
            parts.append(self.one_per_case(department).filter(case__in=filed))
        return parts

    def departments_in(self, case: int) -> set[int]:
        """Return the departments that take part in a case by now."""
        return set(self.filter(case=case).values_list("department_id", flat=True))

    def sync_state(self, case: int, *, state: str, due_on: date | None) -> None:
        """Take over the state of the case with this key, and its day."""
        self.filter(case=case).update(state=state, due_on=due_on)

    def strays(self, ids: list[int]) -> dict[int, set[str]]:
        """Return states that are not those of the case, by case. ids: of cases that follow each other, in order."""
        stray = self.filter(among(ids, "case")).exclude(state=F("case__state"))
        found: dict[int, set[str]] = {}
        for case, state in stray.values_list("case", "state"):
            found.setdefault(case, set()).add(state)
        return found

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def for_service(self, code: str) -> Self:
        return self.filter(service=code)

    def due_within(self, first: date | None, last: date) -> Self:
        here = self.filter(due_on__lte=last)
        return here.filter(due_on__gte=first) if first else here

    def in_hand(self) -> Self:
        """Return those of cases that a day is watched of, NO_LIMIT while their clocks stand still."""
        return self.filter(due_on__isnull=False)

    def only_sort_keys(self) -> Self:
        """Return them with nothing but what lists are ordered by: newest first or by their day, by case."""
        return self.only("submitted_at", "due_on", "case_id")

    def one_per_case(self, department: int | None = None) -> Self:
        """Return each case once; with the named department, where one is named."""
        return self.filter(department=department) if department else self.filter(first=True)

    def reached_by(self, actor: Actor) -> Self:
        return self.filter(within_reach(actor.reach(*READING)))


class Participation(models.Model):
    """A department that takes part in a case, and therefore sees it.

    From the start that is whoever has the first task; the others follow once the case is accepted: until then nobody
    reads it who has nothing to do with it yet. Source: 个人信息保护法 art. 6 (no more than the purpose needs).

    first                 the one that lists of the whole city read: each case stands in them once, from the beginning
    service               catalogue code of what the case is about
    state, submitted_at   those of the case, so that a department's list is read from one index, however long it is
    due_on                the day that supervision watches, NO_LIMIT while clocks stand still, None once it is decided
    """

    case = models.ForeignKey("Case", on_delete=models.CASCADE, related_name="participations")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    first = models.BooleanField(default=False, db_default=False)
    service = models.CharField(max_length=MAX_SERVICE_CODE, blank=True, default="", db_default="")
    state = models.CharField(max_length=16, choices=State)
    submitted_at = models.DateTimeField()
    due_on = models.DateField(null=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "department"], name="cases_department_once")]
        indexes = [
            models.Index(fields=["department", "-submitted_at", "-case"], name="cases_of_department"),
            models.Index(fields=["department", "state", "-submitted_at", "-case"], name="cases_of_department_in"),
            models.Index(fields=["department", "service", "-submitted_at", "-case"], name="cases_of_service"),
            models.Index(
                fields=["department", "service", "state", "-submitted_at", "-case"], name="cases_of_service_in"
            ),
            models.Index(fields=["department", "state", "due_on", "case"], name="cases_due", condition=HAS_DAY),
            models.Index(
                fields=["department", "service", "state", "due_on", "case"],
                name="cases_of_service_due",
                condition=HAS_DAY,
            ),
            # The same for whoever reaches the whole city; lists that are not narrowed are read from the cases.
            models.Index(fields=["service", "-submitted_at", "-case"], name="cases_all_of_service", condition=FIRST),
            models.Index(
                fields=["service", "state", "-submitted_at", "-case"], name="cases_all_of_service_in", condition=FIRST
            ),
            models.Index(fields=["state", "due_on", "case"], name="cases_all_due", condition=FIRST & HAS_DAY),
            models.Index(
                fields=["service", "state", "due_on", "case"],
                name="cases_all_of_service_due",
                condition=FIRST & HAS_DAY,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} in {self.case_id}"
