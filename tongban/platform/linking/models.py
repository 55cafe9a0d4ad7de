"""Which account elsewhere belongs to which account here."""

from typing import Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_DIGEST
from tongban.platform.identity.models import Account


class LinkedAccountQuerySet(models.QuerySet["LinkedAccount"]):
    def owned_by(self, actor: Actor) -> Self:
        """Return the actor's own."""
        return self.filter(account=actor.account) if actor.account else self.none()


class LinkedAccount(models.Model):
    """Somebody signs in here with their account at a provider; by what it is known there is kept as a keyed digest."""

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    provider = models.CharField(max_length=20)
    digest = models.CharField(max_length=MAX_DIGEST)
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = LinkedAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "provider"], name="linking_one_of_a_provider"),
            models.UniqueConstraint(fields=["provider", "digest"], name="linking_one_here"),
            models.CheckConstraint(condition=~Q(digest=""), name="linking_named"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.uid}"
