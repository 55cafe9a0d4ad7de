"""What is still to be done, what was done, and what could not be done."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.widths import MAX_SUBJECT


class JobQuerySet(models.QuerySet["Job"]):
    def ready(self, *, at: datetime) -> Self:
        """Return jobs that may start: due, not leased, and the oldest of their lane."""
        earlier = Job.objects.filter(lane=OuterRef("lane"), state=Job.State.DUE, pk__lt=OuterRef("pk"))
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
        return (
            self.filter(free, state=Job.State.DUE, due_at__lte=at)
            .filter(Q(lane="") | ~Exists(earlier))
            .order_by("due_at", "pk")
        )

    def dead(self) -> Self:
        return self.filter(state=Job.State.DEAD)

    def given_up(self) -> Self:
        return self.filter(state=Job.State.GIVEN_UP)

    def waiting(self) -> Self:
        return self.filter(state=Job.State.DUE)


class Job(models.Model):
    """One piece of work.

    task     registered name, "room.function"
    payload  its keyword arguments: ids and primitives
    lane     jobs of one lane run one after another, in the order they were written; "" for no order
    key      a job with a key that was written before is not written again
    state    dead: it failed as often as it may, and somebody has to look; given_up: somebody looked and let it be
    reason   why it was given up
    """

    class State(models.TextChoices):
        DUE = "due", _("waiting")
        DONE = "done", _("done")
        DEAD = "dead", _("failed")
        GIVEN_UP = "given_up", _("abandoned")

    task = models.CharField(max_length=160)
    payload = models.JSONField(default=dict)
    lane = models.CharField(max_length=MAX_SUBJECT, blank=True)
    key = models.CharField(max_length=120, null=True, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="jobs_due", condition=Q(state="due")),
            models.Index(fields=["lane", "id"], name="jobs_lane", condition=Q(state="due")),
            models.Index(fields=["-id"], name="jobs_dead", condition=Q(state="dead")),
            models.Index(fields=["-finished_at", "-id"], name="jobs_given_up", condition=Q(state="given_up")),
            models.Index(fields=["finished_at"], name="jobs_finished", condition=Q(state="done")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["due", "done", "dead", "given_up"]), name="jobs_state_known"),
            models.CheckConstraint(
                condition=~Q(state="given_up") | Q(finished_at__isnull=False) & ~Q(reason=""), name="jobs_given_up_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"
