"""Facts, and the signed batches that seal them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import (
    MAX_ACTOR_KIND,
    MAX_ACTOR_NAME,
    MAX_CHANNEL,
    MAX_DIGEST,
    MAX_IP_ADDRESS,
    MAX_SUBJECT,
)


class BatchQuerySet(models.QuerySet["Batch"]):
    def in_order(self) -> Self:
        return self.order_by("number")

    def newest(self) -> "Batch | None":
        return self.order_by("-number").first()


class Batch(models.Model):
    """A run of facts sealed together: the digest of each, chained to the batch before, signed.

    layout      which columns a fact's canonical text holds; see rules.COLUMNS
    fact_ids    the facts, in order
    leaves      32 bytes a fact, SHA-256 of its canonical text, in the same order
    digest      SHA-256 of layout, number, previous digest, fact ids and leaves, hexadecimal; see rules.chained
    key_digest  of the key that signed the digest
    """

    number = models.PositiveBigIntegerField(unique=True)
    layout = models.PositiveSmallIntegerField(default=1)
    fact_ids = models.JSONField()
    leaves = models.BinaryField()
    previous = models.CharField(max_length=MAX_DIGEST)
    digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    signature = models.BinaryField()
    key_digest = models.CharField(max_length=MAX_DIGEST)
    sealed_at = models.DateTimeField()

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(digest=""), name="journal_batch_sealed")]

    def __str__(self) -> str:
        return f"batch {self.number}"


def moments_of(day: date) -> tuple[datetime, datetime]:
    """Return the first and the last moment of a day of the city."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    return start, start + timedelta(days=1) - timedelta(microseconds=1)


class FactQuerySet(models.QuerySet["Fact"]):
    def unsealed(self) -> Self:
        return self.filter(batch__isnull=True).order_by("pk")

    def about(self, subject: str) -> Self:
        return self.filter(subject=subject).order_by("pk")

    def named(self, *names: str) -> Self:
        return self.filter(name__in=names) if len(names) > 1 else self.filter(name=names[0])

    def newest(self) -> "Fact | None":
        return self.order_by("-at", "-pk").first()

    def since(self, last: "Fact | None") -> Self:
        """Return what was written down after a fact, oldest first; everything where there was none."""
        return (self.filter(pk__gt=last.pk) if last else self).order_by("pk")

    def visible_to(self, actor: Actor) -> Self:
        """Return the facts this actor may read: all of them by the duty, else none."""
        return self if actor.holds("journal.read") else self.none()

    def matching(self, *, subject: str = "", actor: str = "", name: str = "", day: date | None = None) -> Self:
        """Return the facts about a subject, of somebody, of a kind, of a day; "" and None ask for all."""
        wanted = {key: text for key, text in (("subject", subject), ("actor", actor), ("name", name)) if text}
        found = self.filter(**wanted)
        if day:
            found = found.filter(at__range=moments_of(day))
        return found

    def walk(self, *, chunk: int = 2000) -> Iterator[Sequence["Fact"]]:
        """Yield all facts in order of their ids, a chunk at a time, however many there are."""
        after = 0
        while rows := list(self.filter(pk__gt=after).order_by("pk")[:chunk]):
            yield rows
            after = rows[-1].pk


class ActorKind(models.TextChoices):
    ANONYMOUS = "anonymous", _("a visitor")
    PERSON = "person", _("a person")
    STAFF = "staff", _("an official")
    CLIENT = "client", _("another system")
    SYSTEM = "system", _("the platform")


class Fact(models.Model):
    """Who did what, when, on whose behalf, with which reason. Never changed, never deleted.

    name        "room.Event"
    subject     what it is about, "case:123"; facts of one subject are heard in order
    account     id of the account that acted; on_behalf: id of the party it acted for
    written_at  when it was really written, where the clock had been set: a demonstration plays earlier days
    mac         the code by which the platform knows what it has written itself; see rules.mac_text
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    name = models.CharField(max_length=80)
    at = models.DateTimeField()
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    actor_kind = models.CharField(max_length=MAX_ACTOR_KIND, choices=ActorKind)
    on_behalf = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=MAX_CHANNEL, blank=True)
    address = models.CharField(max_length=MAX_IP_ADDRESS, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    written_at = models.DateTimeField(null=True)
    mac = models.CharField(max_length=MAX_DIGEST, blank=True, default="")
    # Written for every fact, so it has no index of its own: a batch knows its facts by `fact_ids`.
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = FactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-at", "-id"], name="journal_subject"),
            models.Index(fields=["-at", "-id"], name="journal_at"),
            models.Index(fields=["name", "-at", "-id"], name="journal_name"),
            models.Index(fields=["actor", "-at", "-id"], name="journal_actor"),
            models.Index(fields=["id"], name="journal_unsealed", condition=Q(batch__isnull=True)),
        ]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="journal_fact_named")]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return who read what is held about the party the actor stands for; not under a mandate for some services."""
        return self.filter(party=actor.represents_fully) if actor.represents_fully else self.none()


class Reading(models.Model):
    """A fact by which somebody read what is held about a party: so that the party can be shown who did, and why.

    party    id of the party
    office   department of who read, as it was called then
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    party = models.BigIntegerField()
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    office = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["party", "-at", "-uid"], name="journal_reading_party")]
        constraints = [models.UniqueConstraint(fields=["fact", "party"], name="journal_reading_once")]

    def __str__(self) -> str:
        return f"reading {self.uid}"
