"""Accounts, the moves between them, and what is promised."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q, Sum

from tongban.infrastructure.kernel.widths import MAX_SUBJECT
from tongban.platform.ledger.rules import Standing

# "due:" with the name of a bill
MAX_LEDGER_CODE = 80
MAX_LEDGER_KEY = 120
# "fen", "seat", "bed"
MAX_UNIT = 16


class LedgerAccountQuerySet(models.QuerySet["LedgerAccount"]):
    def coded(self, code: str) -> "LedgerAccount | None":
        """Return the account of this code."""
        return self.filter(code=code).first()

    def under(self, prefix: str) -> Self:
        """Return the accounts whose code begins so, in order."""
        return self.filter(code__startswith=prefix).order_by("code")

    def total(self, unit: str) -> int:
        """Return the sum of all accounts of a unit: nothing, for what one gives another takes."""
        return int(self.filter(unit=unit).aggregate(total=Sum("balance"))["total"] or 0)


class LedgerAccount(models.Model):
    """What holds an amount of one unit. Changed by moves and holds alone.

    code       what rooms call it: "due:<bill>", "slot:<day>"
    floor, capacity, balance, held   see `rules.Standing`
    """

    code = models.CharField(max_length=MAX_LEDGER_CODE, unique=True)
    unit = models.CharField(max_length=MAX_UNIT)
    floor = models.BigIntegerField(null=True)
    capacity = models.BigIntegerField(null=True)
    balance = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()

    objects = LedgerAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(balance__gte=F("floor") + F("held")), name="ledger_not_overdrawn"
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(balance__lte=F("capacity")), name="ledger_not_overfull"
            ),
            models.CheckConstraint(condition=Q(held__gte=0), name="ledger_held_counts"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def standing(self) -> Standing:
        return Standing(self.balance, self.held, self.floor, self.capacity)


class LedgerMoveQuerySet(models.QuerySet["LedgerMove"]):
    def about(self, subject: str) -> Self:
        """Return the moves about a subject with their accounts, the first one first."""
        return self.filter(subject=subject).select_related("giver", "taker").order_by("pk")

    def amounts_of(self, keys: Iterable[str]) -> dict[str, int]:
        """Return the amounts of these moves, as far as they were made: key -> amount."""
        return dict(self.filter(key__in=list(keys)).values_list("key", "amount"))

    def because_of(self, reason: str) -> Self:
        """Return the moves of a reason with their accounts."""
        return self.filter(reason=reason).select_related("giver", "taker").order_by("pk")

    def of_account(self, account: LedgerAccount) -> Self:
        """Return the moves out of and into an account, the newest first."""
        return self.filter(Q(giver=account) | Q(taker=account)).select_related("giver", "taker").order_by("-pk")


class LedgerMove(models.Model):
    """An amount that went from one account to another. Appended, never changed: what was wrong is moved back.

    key      whose it is: the same key again is the same move
    subject  what it is about: "bill:12"; reason: a word of the room that moved it, "paid"
    """

    key = models.CharField(max_length=MAX_LEDGER_KEY, unique=True)
    giver = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="given")
    taker = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="taken")
    amount = models.BigIntegerField()
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects = LedgerMoveQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="ledger_moves_about")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_moves_something"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="ledger_moves_elsewhere"),
        ]

    def __str__(self) -> str:
        return self.key


class LedgerHoldQuerySet(models.QuerySet["LedgerHold"]):
    def open(self) -> Self:
        return self.filter(state=LedgerHold.State.OPEN)

    def over(self, at: datetime) -> Self:
        """Return the promises whose time is over, the oldest first."""
        return self.open().filter(until__lte=at).order_by("until", "pk")

    def about(self, subject: str) -> Self:
        return self.filter(subject=subject).select_related("account").order_by("pk")


class LedgerHold(models.Model):
    """An amount of an account that is promised: nobody else gets it until it is used, released, or its time is over."""

    class State(models.TextChoices):
        OPEN = "open"
        USED = "used"
        RELEASED = "released"
        EXPIRED = "expired"

    key = models.CharField(max_length=MAX_LEDGER_KEY, unique=True)
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="holds")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = LedgerHoldQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["until", "id"], name="ledger_holds_over", condition=Q(state="open")),
            models.Index(fields=["subject", "id"], name="ledger_holds_about"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_holds_something"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="ledger_holds_closed_once",
            ),
        ]

    def __str__(self) -> str:
        return self.key
