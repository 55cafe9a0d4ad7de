"""What was done to a case."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.crypto.fields import EncryptedJSON
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME
from tongban.platform.cases.models.cases import Case
from tongban.platform.cases.models.rows import among
from tongban.platform.identity.models import MAX_DEPARTMENT_NAME


class ActionQuerySet(models.QuerySet["Action"]):
    def shown_to_applicant(self) -> Self:
        return self.filter(public=True)

    def of(self, case: Case) -> Self:
        return self.filter(case=case).order_by("pk")

    def supplement_requests(self) -> Self:
        return self.filter(kind="supplement_requested")

    def grants(self) -> Self:
        return self.filter(kind="granted").order_by("pk")

    def reminders(self) -> Self:
        return self.filter(kind="reminded")

    def revocations_of(self, applicant: int) -> Self:
        """Return revocations of what this party was granted, the last at the end."""
        return self.filter(kind="revoked", case__applicant=applicant).order_by("pk")

    def deferrals(self) -> Self:
        """Return promises to bring materials later."""
        return self.filter(kind="deferral_promised").order_by("pk")

    def deliveries(self) -> Self:
        """Return when the papers of the case reached somebody, the first time first."""
        return self.filter(kind="delivered").order_by("pk")

    def person_requests(self) -> Self:
        return self.filter(kind="person_asked_for")

    def withdrawals(self) -> Self:
        return self.filter(kind="withdrawn")

    def supplements(self) -> Self:
        """Return the supplements that were handed in, with what they changed."""
        return self.filter(kind="supplemented").select_related("supplement")

    def procedures(self) -> Self:
        """Return the beginnings of special procedures, hearings among them, the newest first."""
        return self.filter(kind__in=("procedure_begun", "hearing_asked")).order_by("-pk")

    def visits(self) -> Self:
        """Return what was said about the time of an inspection, the oldest first."""
        return self.filter(kind__in=("visit_proposed", "visit_agreed", "visit_countered")).order_by("pk")

    def among(self, cases: Iterable[int]) -> Self:
        return self.filter(case__in=list(cases))

    def steps_of(self, ids: list[int]) -> dict[int, list[tuple[str, date]]]:
        """Return what was done to cases and on which day: case -> steps, the oldest first.

        ids   of cases that follow each other, in order
        """
        found: dict[int, list[tuple[str, date]]] = {}
        for case, kind, on in self.filter(among(ids, "case")).order_by("pk").values_list("case", "kind", "on"):
            found.setdefault(case, []).append((kind, on))
        return found

    def opinions(self) -> Self:
        return self.filter(kind="opinion_given")

    def kinds_by(self, account: int, *, case: int) -> set[str]:
        """Return what kinds of things this account did to a case."""
        return set(_KINDS(account=account, case=case))

    def cases_of(self, account: int, *, since: datetime, until: datetime) -> set[int]:
        """Return in which cases this account did something in that time, the end not counted."""
        done = self.filter(account=account, at__gte=since, at__lt=until)
        return set(done.order_by().values_list("case_id", flat=True))

    def newest(self) -> "Action | None":
        """Return the last of these; of one case, or of one applicant, for all of them are read.

        Asked for one alone, PostgreSQL would look for it among the newest actions of all cases.
        """
        found = list(self.order_by("pk"))
        return found[-1] if found else None

    def of_kinds(self, kinds: Iterable[str]) -> Self:
        return self.filter(kind__in=list(kinds))


class Action(models.Model):
    """One thing that was done to a case. Appended, never edited; everything else about the case follows from these.

    kind      a key of STEPS
    on        the day that counts for the clocks
    opinion   what the official wrote; shown to the applicant where `public`
    note      what the official wrote for colleagues; the applicant never sees it
    data      what belongs to it: points of a supplement, task and outcome, findings of an inspection; of an extension
              "days" and "due_on", of a special procedure "procedure", "days" and "turn"; "taken_over" of what happened
              in an older system
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    on = models.DateField()
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    department = models.CharField(max_length=MAX_DEPARTMENT_NAME, blank=True)
    opinion = models.TextField(blank=True)
    note = models.TextField(blank=True, default="", db_default="")
    data = models.JSONField(default=dict)
    public = models.BooleanField(default=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(kind=""), name="cases_action_named")]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"

    @property
    def is_taken_over(self) -> bool:
        """Whether it happened in an older system, which gave out the letters and messages about it."""
        return "taken_over" in self.data

    @property
    def occasion(self) -> str:
        """What the letter about this action is known by among those of the case."""
        return f"action:{self.pk}"


class Supplement(models.Model):
    """What a supplement changed, so that nobody has to take the applicant's word for it. Appended with its action.

    before, after   question -> answer, for every answer that is not what it was
    papers          [{"material": code, "added": names of documents, "removed": names of documents}]
    """

    action = models.OneToOneField(Action, on_delete=models.PROTECT, related_name="supplement")
    before: Any = EncryptedJSON(default=dict, row=["action_id"])
    after: Any = EncryptedJSON(default=dict, row=["action_id"])
    papers = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"supplement {self.action_id}"


_KINDS: PreparedQuery[str] = PreparedQuery(
    lambda: Action.objects.filter(
        case=Param("case", models.BigIntegerField()), account=Param("account", models.BigIntegerField())
    ).values_list("kind", flat=True)
)
