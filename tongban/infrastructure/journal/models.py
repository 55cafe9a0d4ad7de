"""Facts, and the signed batches that seal them."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.kernel import ids


class Batch(models.Model):
    """A run of facts sealed together: the digest of each, chained to the batch before, signed.

    layout    which columns a fact's canonical text holds; see rules.COLUMNS
    fact_ids  the facts, in order
    leaves    32 bytes a fact, SHA-256 of its canonical text, in the same order
    digest    SHA-256 of layout, number, previous digest, fact ids and leaves, hexadecimal; see rules.chained
    key_id    the key that signed the digest
    """

    number = models.PositiveBigIntegerField(unique=True)
    layout = models.PositiveSmallIntegerField(default=1)
    fact_ids = models.JSONField()
    leaves = models.BinaryField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    signature = models.BinaryField()
    key_id = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"batch {self.number}"


class Facts(models.QuerySet["Fact"]):
    def unsealed(self) -> Self:
        return self.filter(batch__isnull=True).order_by("pk")

    def about(self, subject: str) -> Self:
        return self.filter(subject=subject).order_by("pk")


class Fact(models.Model):
    """Who did what, when, on whose behalf, with which reason. Never changed, never deleted.

    name        "room.Event"
    subject     what it is about, "case:123"; facts of one subject are heard in order
    account     id of the account that acted; on_behalf: id of the party it acted for
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    name = models.CharField(max_length=80)
    at = models.DateTimeField()
    subject = models.CharField(max_length=80, blank=True)
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=120, blank=True)
    actor_kind = models.CharField(max_length=12)
    on_behalf = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=16, blank=True)
    address = models.CharField(max_length=45, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    # Written for every fact, so it has no index of its own: a batch knows its facts by `fact_ids`.
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects: ClassVar[Any] = Facts.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="journal_subject"),
            models.Index(fields=["-at", "-id"], name="journal_at"),
            models.Index(fields=["name", "-at", "-id"], name="journal_name"),
            models.Index(fields=["account", "-at", "-id"], name="journal_account"),
            models.Index(fields=["id"], name="journal_unsealed", condition=Q(batch__isnull=True)),
        ]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="journal_fact_named")]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"
