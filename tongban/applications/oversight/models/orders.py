"""What who supervises asks a department, 督办."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.cases.models import Case
from tongban.platform.identity.models import Department

MAX_TITLE = 120


class SupervisionOrderQuerySet(models.QuerySet["SupervisionOrder"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the orders that the actor's office answers, and those that they supervise."""
        return self.filter(actor.within("oversight.answer") | actor.within("oversight.supervise"))

    def parts_for(self, actor: Actor, duty: str) -> list[Self]:
        """Return the orders that a duty reaches, in parts that an index holds in order."""
        return [self.filter(part) for part in actor.within_by_department(duty)]

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def unanswered(self, *, on: date) -> Self:
        """Return the orders whose last day for an answer is over on that day."""
        return self.filter(state="open", due_on__lt=on).order_by("pk")

    def with_matter(self) -> Self:
        return self.select_related("department", "case__version__service")


class SupervisionOrder(models.Model):
    """A question to a department, with the last day for its answer, the answer, and what came of it.

    state    open: waits for the department; answered: waits for who asked; closed
    turn     raised each time the answer is sent back as not enough
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("supervision order", "waits for an answer")
        ANSWERED = "answered", pgettext_lazy("supervision order", "answered")
        CLOSED = "closed", pgettext_lazy("supervision order", "concluded")

    uid = models.UUIDField(default=ids.uid, unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=MAX_TITLE)
    question = EncryptedText()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    turn = models.PositiveSmallIntegerField(default=1)
    asked_by = models.BigIntegerField(null=True)
    asker_name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    asked_on = models.DateField()
    due_on = models.DateField()
    answer = EncryptedText(blank=True)
    answered_by = models.BigIntegerField(null=True)
    answerer_name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    answered_on = models.DateField(null=True)
    result = EncryptedText(blank=True)
    closed_on = models.DateField(null=True)

    objects = SupervisionOrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "state", "due_on", "id"], name="oversight_orders_here"),
            models.Index(fields=["state", "due_on", "id"], name="oversight_orders"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("asked_on")), name="oversight_order_due_later"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="oversight_order_closed_on"
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.uid}"

    @property
    def subject(self) -> str:
        """The name under which the journal knows it."""
        return f"order:{self.pk}"
