"""With what somebody shows that it is really them, beside a password or instead of it."""

from typing import Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_DIGEST
from tongban.platform.identity.models import Account

# A credential has at most 1023 bytes (WebAuthn Level 3, 4), here in base 64.
MAX_CREDENTIAL = 1368
MAX_TITLE = 60


class OwnedQuerySet(models.QuerySet):
    def of(self, account: int | None) -> Self:
        """Return an account's own, the oldest first."""
        return self.filter(account=account).order_by("pk")

    def owned_by(self, actor: Actor) -> Self:
        """Return the actor's own; they are nobody else's business."""
        return self.filter(account=actor.account) if actor.account else self.none()


class AuthenticatorQuerySet(OwnedQuerySet):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)


class Authenticator(models.Model):
    """The secret that an authenticator app shares with this house.

    secret         hexadecimal
    used_counter   the latest counter whose code was taken; it and all before are void
    confirmed_at   when its owner first typed a right code; until then it lets nobody in and is asked of nobody
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    secret = EncryptedText()
    used_counter = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    objects = AuthenticatorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(used_counter__gte=0), name="signin_counter_not_negative"),
        ]

    def __str__(self) -> str:
        return f"authenticator {self.uid}"


class Passkey(models.Model):
    """A key pair in somebody's device, of which this house knows the public half (WebAuthn).

    credential   its identifier, base 64 without padding
    public_key   COSE, base 64 without padding
    sign_count   how often it signed; one that goes back may be a copy
    synced       whether it lives in several devices of its owner
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=MAX_TITLE)
    credential = models.CharField(max_length=MAX_CREDENTIAL, unique=True)
    public_key = models.TextField()
    sign_count = models.BigIntegerField(default=0)
    synced = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(credential=""), name="signin_passkey_named"),
        ]

    def __str__(self) -> str:
        return self.title


class RecoveryCodeQuerySet(OwnedQuerySet):
    def left(self) -> int:
        """Return how many of them have not been used."""
        return self.filter(used_at__isnull=True).count()


class RecoveryCode(models.Model):
    """A code on paper that works once, for who lost their device. Only its keyed digest is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=MAX_DIGEST)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = RecoveryCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="signin_recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"
