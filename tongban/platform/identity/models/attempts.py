"""Attempts that failed or were denied, counted so that nobody guesses on and on."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.kernel.widths import MAX_ACTOR_KIND, MAX_ACTOR_NAME, MAX_CHANNEL, MAX_DIGEST, MAX_IP_ADDRESS


class FailedAttemptQuerySet(models.QuerySet["FailedAttempt"]):
    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(last_at__lt=before)


class FailedAttempt(models.Model):
    """How often signing in failed lately, for one login or one address.

    key   "login:…" or "address:…", digested, so that the table is no list of logins
    """

    key = models.CharField(max_length=MAX_DIGEST, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    wait_until = models.DateTimeField()

    objects = FailedAttemptQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(wait_until__gte=F("last_at")), name="identity_attempt_waits")]

    def __str__(self) -> str:
        return self.key


class DeniedAccessQuerySet(models.QuerySet["DeniedAccess"]):
    def pending(self) -> Self:
        """Return who tried something more often than the journal says so far."""
        return self.filter(pending__gt=0).order_by("key")

    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(pending=0, began_at__lt=before)


class DeniedAccess(models.Model):
    """How often somebody asked lately for things of one kind that are not there for them.

    key        who and what, digested
    recorded   attempts since `began_at` that have a fact of their own; pending: those that no fact counts yet
    last_key   what was asked for last; account, name, address …: who asked last
    """

    key = models.CharField(max_length=MAX_DIGEST, primary_key=True)
    what = models.CharField(max_length=40)
    began_at = models.DateTimeField(db_index=True)
    last_at = models.DateTimeField()
    last_key = models.CharField(max_length=80, blank=True)
    recorded = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    account = models.BigIntegerField(null=True)
    name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    kind = models.CharField(max_length=MAX_ACTOR_KIND, blank=True)
    acting_for = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=MAX_CHANNEL, blank=True)
    address = models.CharField(max_length=MAX_IP_ADDRESS, blank=True)

    objects = DeniedAccessQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["key"], name="identity_denied_pending", condition=Q(pending__gt=0))]
        constraints = [models.CheckConstraint(condition=Q(last_at__gte=F("began_at")), name="identity_denied_times")]

    def __str__(self) -> str:
        return f"{self.what} {self.recorded + self.pending}"
