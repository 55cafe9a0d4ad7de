"""Links to a new password, and the keys of other systems."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.widths import MAX_DIGEST
from tongban.platform.identity.models.accounts import Account


class ResetLinkQuerySet(models.QuerySet["ResetLink"]):
    def of(self, account: int) -> Self:
        return self.filter(account=account)

    def usable(self, *, at: datetime) -> Self:
        return self.filter(used_at__isnull=True, expires_at__gt=at, proposed=False)

    def proposed_for(self, account: int, *, at: datetime) -> "ResetLink | None":
        """Return the link that waits for a second person, where there is one for this account."""
        waiting = self.filter(account=account, used_at__isnull=True, expires_at__gt=at, proposed=True)
        return waiting.select_related("made_by").first()

    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(expires_at__lt=before)


class ResetLink(models.Model):
    """A way to a new password that works once. The address itself is signed, never kept.

    made_by   the official who made it; None where its owner asked for it by mail
    proposed  it waits for a second person, and opens nothing itself
    used_at   when it was used, or made useless by another
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField(db_index=True)
    proposed = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)

    objects = ResetLinkQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="identity_link_expires")]

    def __str__(self) -> str:
        return f"link {self.uid}"


class Token(models.Model):
    """The key with which another system signs in. The key itself is shown once and never kept.

    prefix   its first characters, by which people recognise it
    digest   SHA-256 of the whole key, hexadecimal
    duties   what it may do at most; never more than the account may
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    title = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    duties = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="identity_token_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.title}"
