"""Commands to devices, and what happened to each."""

from datetime import UTC, datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.changes import track
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE, MAX_SUBJECT
from tongban.platform.actuation.models.devices import (
    MAX_COMMAND,
    MAX_KEY,
    ControlledDevice,
    StandingApproval,
    seen_by,
)
from tongban.platform.actuation.rules import states
from tongban.platform.identity.models import Department

# What is over has nothing that falls due.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class ControlCommandQuerySet(PartedQuerySet["ControlCommand"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return the commands that one of the actor's duties reaches."""
        return seen_by(actor)

    def asked_with(self, key: str) -> "ControlCommand | None":
        """Return the command that was asked for with this idempotency key."""
        return self.with_names().filter(key=key).first() if key else None

    def about(self, subject: str) -> Self:
        """Return the commands about a subject, "incident:12", the oldest first."""
        return self.filter(subject=subject).order_by("pk")

    def of(self, device: ControlledDevice) -> Self:
        return self.filter(device=device).order_by("-asked_at", "-pk")

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def over(self) -> Self:
        return self.filter(ended_at__isnull=False)

    def in_state(self, *wanted: str) -> Self:
        return self.filter(state__in=wanted)

    def in_hand(self, device: int) -> Self:
        """Return the command that a device is under, if any; drills hold no device."""
        return self.filter(device=device, state__in=states.IN_HAND, drill=False)

    def due(self, *, at: datetime) -> Self:
        """Return what somebody has to look at now, the longest due first."""
        return self.open().filter(due_at__lte=at).order_by("due_at", "pk")

    def among(self, keys: Any) -> Self:
        return self.filter(pk__in=list(keys))

    def numbered(self, number: str) -> Self:
        return self.filter(number=number)

    def with_names(self) -> Self:
        return self.select_related("device__department", "device__thing", "department", "standing")

    def locked(self, pk: int) -> "ControlCommand":
        """Return the command, held for this transaction, to be changed. Raises ControlCommand.DoesNotExist."""
        held = self.select_for_update(of=("self",)).select_related("device__department", "device__thing")
        return track(held.get(pk=pk))


class ControlCommand(models.Model):
    """Something that a device is told to do, for a time.

    command, parameters   by the kind of the device; seconds: how long it is in force, 0 for what is done in a moment
    reason        why it was asked for; subject: what it is about, "incident:12"; "" for nothing
    rule          name of the automatic rule that asked, "" where a human did; standing: what approved it ahead
    state_at      since when it is in its state
    drill         everything happens but that a device hears of it
    approved_by   the last who approved it, never who asked; approvals: how many did
    due_at        when the clock looks at it next: it lapses, is sent, is asked what came of it, is released
    tries         grows whenever the clock or somebody takes it up: what was begun before that counts no more
    began         whether the device may have heard of it
    problem       what went wrong, in a sentence; "" for nothing
    version       grows with each step
    key           idempotency: a second one with the same key is the first one
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("control", "waiting for approval")
        APPROVED = "approved", pgettext_lazy("control", "being sent")
        SENT = "sent", pgettext_lazy("control", "sent, not confirmed yet")
        ACTIVE = "active", pgettext_lazy("control", "in force")
        RELEASING = "releasing", pgettext_lazy("control", "being released")
        BLOCKED = "blocked", pgettext_lazy("control", "stopped by an interlock")
        REFUSED = "refused", pgettext_lazy("control", "not approved")
        WITHDRAWN = "withdrawn", pgettext_lazy("control", "withdrawn")
        EXPIRED = "expired", pgettext_lazy("control", "lapsed")
        FAILED = "failed", pgettext_lazy("control", "failed")
        RELEASED = "released", pgettext_lazy("control", "released")
        DONE = "done", pgettext_lazy("control", "carried out")

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=32, unique=True)
    device = models.ForeignKey(ControlledDevice, on_delete=models.PROTECT, related_name="commands", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    command = models.CharField(max_length=MAX_COMMAND)
    parameters: Any = models.JSONField(default=dict)
    seconds = models.PositiveIntegerField()
    reason = EncryptedText()
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    rule = models.CharField(max_length=MAX_KEY, blank=True)
    standing = models.ForeignKey(StandingApproval, null=True, on_delete=models.PROTECT, related_name="commands")
    drill = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State)
    state_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    asker = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    approved_by = models.BigIntegerField(null=True)
    approvals = models.PositiveSmallIntegerField(default=0)
    approved_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    began = models.BooleanField(default=False)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    key = models.CharField(max_length=MAX_KEY, null=True, unique=True)

    objects = ControlCommandQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="actuation_due", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["device", "-asked_at", "-id"], name="actuation_of_device"),
            models.Index(fields=["subject"], name="actuation_subject"),
            *(
                models.Index(fields=[*columns, "-asked_at", "-id"], name=f"actuation_{name}", condition=condition)
                for name, columns, condition in (
                    ("open", ["department"], Q(ended_at__isnull=True)),
                    ("open_all", [], Q(ended_at__isnull=True)),
                    ("open_state", ["department", "state"], Q(ended_at__isnull=True)),
                    ("open_state_all", ["state"], Q(ended_at__isnull=True)),
                )
            ),
            *(
                models.Index(
                    fields=[*columns, "-ended_at", "-id"], name=f"actuation_{name}", condition=Q(ended_at__isnull=False)
                )
                for name, columns in (("over", ["department"]), ("over_all", []))
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                name="actuation_one_in_hand",
                condition=Q(state__in=states.IN_HAND, drill=False),
            ),
            models.CheckConstraint(condition=Q(state__in=states.STATES), name="actuation_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=states.OVER, ended_at__isnull=False)
                | Q(state__in=states.OPEN, ended_at__isnull=True),
                name="actuation_over_since",
            ),
            # Whoever asked never approves.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(asked_by__isnull=True) | ~Q(approved_by=F("asked_by")),
                name="actuation_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def name(self) -> str:
        """The name under which journal, tasks and other rooms know it."""
        return f"control:{self.pk}"


class ControlStepQuerySet(models.QuerySet["ControlStep"]):
    def of(self, command: ControlCommand) -> Self:
        return self.filter(command=command).order_by("pk")

    def approvers(self, command: ControlCommand) -> set[int]:
        """Return the accounts that approved a command."""
        rows = self.filter(command=command, move="approve", account__isnull=False)
        return set(rows.values_list("account", flat=True))


class ControlStep(models.Model):
    """One thing that happened to a command. Appended, never edited.

    move      request, approve, refuse, withdraw, lapse, block, send, confirm, release, end, fail
    details   what it rests on: facts of the interlocks, what the device reported; JSON
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    command = models.ForeignKey(ControlCommand, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=12)
    state = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    words = EncryptedText(blank=True)
    details: Any = models.JSONField(default=dict)

    objects = ControlStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["command", "account"], name="actuation_approved_once", condition=Q(move="approve")
            ),
            models.CheckConstraint(condition=~Q(move="") & ~Q(state=""), name="actuation_step_named"),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.command_id}"
