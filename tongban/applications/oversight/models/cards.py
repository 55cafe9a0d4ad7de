"""What supervision holds against an office, and what was done about it."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import pgettext_lazy

from tongban.applications.oversight.rules import CardMove, CardStatus, project
from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.cases.models import Case
from tongban.platform.identity.models import Department

MAX_KEY = 120


class SupervisionCardQuerySet(models.QuerySet["SupervisionCard"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the cards that the actor's office answers, and those that they supervise."""
        return self.filter(actor.within("oversight.answer") | actor.within("oversight.supervise"))

    def parts_for(self, actor: Actor, duty: str) -> list[Self]:
        """Return the cards that a duty reaches, in parts that an index holds in order."""
        return [self.filter(part) for part in actor.within_by_department(duty)]

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def unanswered(self, *, on: date) -> Self:
        """Return the cards whose last day for an answer is over on that day."""
        return self.filter(state="open", due_on__lt=on).order_by("pk")

    def noted(self) -> Self:
        """Return the cards that end by themselves."""
        return self.filter(state="noted").order_by("pk")

    def among_cases(self, cases: Iterable[int]) -> Self:
        return self.filter(case__in=list(cases))

    def of(self, case: int) -> Self:
        return self.filter(case=case)

    def arisen(self, first: date, last: date) -> Self:
        """Return the cards about what arose in these days."""
        return self.filter(arose_on__gte=first, arose_on__lte=last)

    def narrowed(self, *, department: int | None = None, account: int | None = None, rule: str = "") -> Self:
        wanted = {"department": department, "account": account, "rule": rule}
        return self.filter(**{name: value for name, value in wanted.items() if value})

    def with_matter(self) -> Self:
        return self.select_related("department", "case__version__service")

    def counted(self, by: str) -> list[dict[str, Any]]:
        """Return how many cards there are by a column: in all, of each grade, open, answered late or never, closed."""
        return list(self.values(by).order_by().annotate(**_COUNTS))

    def counted_by_official(self) -> list[dict[str, Any]]:
        """Return the same for each official, of those cards that one is named on."""
        return list(self.filter(account__isnull=False).values("account", "official").order_by().annotate(**_COUNTS))


_COUNTS: dict[str, Any] = {
    "raised": Count("pk"),
    **{grade: Count("pk", filter=Q(grade=grade)) for grade in ("notice", "yellow", "red", "advice")},
    "open": Count("pk", filter=Q(state__in=("open", "answered"))),
    "escalated": Count("pk", filter=Q(escalated=True)),
    "closed": Count("pk", filter=Q(state="closed")),
}


class SupervisionCard(models.Model):
    """One card: what a rule found in one case, or with one official on one day. The projection of its steps.

    key          what it is about, the same whenever it is looked for; so there is one card
    rule         key of the rule; grade: notice | yellow | red | advice
    account      of the official it names, None where it names nobody
    occurrences  what happened: [{"key", "on", …}]; days, numbers and names, never a threshold
    arose_on     the day of the first of them; raised_at: when it was seen
    due_on       last day for the answer, None where none is waited for
    escalated    it has grown because nobody answered
    outcome      how it was closed: explained | rectified | unfounded | settled
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("supervision card", "waits for an answer")
        ANSWERED = "answered", pgettext_lazy("supervision card", "answered")
        NOTED = "noted", pgettext_lazy("supervision card", "being watched")
        CLOSED = "closed", pgettext_lazy("supervision card", "closed")

    uid = models.UUIDField(default=ids.uid, unique=True)
    key = models.CharField(max_length=MAX_KEY)
    rule = models.CharField(max_length=32)
    grade = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=State)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    account = models.BigIntegerField(null=True)
    official = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    occurrences = models.JSONField(default=list)
    arose_on = models.DateField()
    raised_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    escalated = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, blank=True)
    closed_on = models.DateField(null=True)

    objects = SupervisionCardQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "state", "-arose_on", "-id"], name="oversight_of_department"),
            models.Index(fields=["state", "-arose_on", "-id"], name="oversight_in_state"),
            models.Index(fields=["department", "due_on", "id"], name="oversight_to_answer", condition=Q(state="open")),
            models.Index(fields=["due_on", "id"], name="oversight_all_to_answer", condition=Q(state="open")),
            # What stands behind the figures of a month.
            models.Index(fields=["-arose_on", "-id"], name="oversight_arisen"),
            models.Index(fields=["department", "-arose_on", "-id"], name="oversight_department_arisen"),
            models.Index(fields=["account", "-arose_on", "-id"], name="oversight_official_arisen"),
        ]
        constraints = [
            # Here and not at the field, which would bring an index for searching by a beginning as well.
            models.UniqueConstraint(fields=["key"], name="oversight_card_once"),
            models.CheckConstraint(condition=~Q(state="open") | Q(due_on__isnull=False), name="oversight_open_is_due"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed_on__isnull=True, outcome=""),
                name="oversight_closed_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.grade}"

    @property
    def subject(self) -> str:
        """The name under which the journal knows it."""
        return f"card:{self.pk}"

    @property
    def status(self) -> CardStatus:
        return CardStatus(self.state, self.grade, self.due_on, self.outcome, self.closed_on)


class CardStepQuerySet(models.QuerySet["CardStep"]):
    def of(self, card: SupervisionCard) -> Self:
        return self.filter(card=card).order_by("pk")

    def among(self, cards: Iterable[int]) -> Self:
        return self.filter(card__in=list(cards)).order_by("pk")


class CardStep(models.Model):
    """One thing that happened to a card. Appended, never edited; the card follows from these.

    kind    raised | repeated | escalated | raised_by_hand | answered | returned | closed | settled
    words   what the office answered, or why who supervises did it
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    card = models.ForeignKey(SupervisionCard, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16)
    on = models.DateField()
    at = models.DateTimeField()
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    grade = models.CharField(max_length=8, blank=True)
    due_on = models.DateField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    words = EncryptedText(blank=True)

    objects = CardStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kind=""), name="oversight_step_named"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("on")), name="oversight_step_due_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.card_id}"

    @property
    def move(self) -> CardMove:
        return CardMove(self.kind, self.on, self.grade, self.due_on, self.outcome)


def projected(steps: Iterable[CardStep]) -> CardStatus:
    """Recompute where a card stands from its steps, the oldest first."""
    return project(step.move for step in steps)
