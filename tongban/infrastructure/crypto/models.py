"""Keys that sign, with their certificates, and the secrets that must outlive a data key."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.prepared import Param
from tongban.infrastructure.kernel.widths import MAX_DIGEST

AUTHORITY = "authority"


class Secret(models.Model):
    """A secret value that stays the same while data keys are rotated around it."""

    name = models.CharField(max_length=40, unique=True)
    value = EncryptedText(row=["name"])

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="crypto_secret_named")]

    def __str__(self) -> str:
        return self.name


class KeyQuerySet(models.QuerySet["Key"]):
    def current(self, owner: str | Param) -> Self:
        """Return the one key this owner signs with now, if there is one."""
        return self.filter(owner=owner, retired_at__isnull=True).select_related("issuer")

    def good_of(self, owner: str, *, at: datetime) -> Self:
        """Return the keys of an owner whose signatures are good at a moment, the present one first."""
        return self.filter(owner=owner, revoked_at__isnull=True, valid_until__gt=at).order_by("-pk")

    def revoked(self) -> Self:
        return self.filter(revoked_at__isnull=False).order_by("pk")

    def not_revoked_of(self, owners: Iterable[str]) -> Self:
        """Return the keys of these owners, present and former, that are trusted."""
        return self.filter(owner__in=list(owners), revoked_at__isnull=True).order_by("pk")

    def of_digests(self, digests: Iterable[str]) -> Self:
        """Return the keys with these digests."""
        return self.filter(key_digest__in=set(digests))

    def of_serials(self, serials: Iterable[str]) -> Self:
        """Return the keys whose certificates have these serial numbers, hexadecimal."""
        return self.filter(serial__in=list(serials))

    def in_order(self) -> Self:
        return self.order_by("owner", "-pk")


class Key(models.Model):
    """A pair of keys on the curve P-256 and its certificate.

    key_digest   SHA-256 of the public key (SubjectPublicKeyInfo), hexadecimal
    owner        who signs with it: "department:market-regulation", "journal", "authority"
    signer       the port's adapter that keeps the private key and signs with it
    handle       what that adapter needs to find the private key; for "local", the key itself
    issuer       the key that signed the certificate; null for the root and for certificates from outside
    chain        further certificates up to an outside root, PEM
    retired_at   since when a newer key signs in its place; its old signatures stay good
    revoked_at   since when its signatures are no longer trusted
    """

    key_digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    owner = models.CharField(max_length=120)
    common_name = models.CharField(max_length=120)
    signer = models.CharField(max_length=40)
    handle = EncryptedText(row=["key_digest"])
    certificate = models.TextField()
    serial = models.CharField(max_length=40, unique=True)
    issuer = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    chain = models.TextField(blank=True)
    created_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner"], condition=Q(retired_at__isnull=True), name="crypto_one_key_each"),
            models.CheckConstraint(condition=Q(valid_until__gt=models.F("valid_from")), name="crypto_key_lives"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.key_digest[:16]}"
