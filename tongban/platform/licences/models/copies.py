"""Annotated copies (加注件) of licences: for one purpose, until a day, verifiable by themselves."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_DIGEST
from tongban.platform.documents.models import MAX_TOKEN, Document
from tongban.platform.licences.models.register import Licence


class AnnotatedCopyQuerySet(models.QuerySet["AnnotatedCopy"]):
    def of_licence(self, licence: Licence, most: int = 50) -> Self:
        """Return the copies of a licence, the newest first."""
        return self.filter(licence=licence).select_related("document__blob").order_by("-pk")[:most]

    def made(self) -> Self:
        """Return copies whose file is there, with what they are of."""
        return self.filter(document__isnull=False).select_related(
            "licence__holder", "licence__issuer", "document__blob"
        )

    def with_token(self, token: str) -> "AnnotatedCopy | None":
        return self.made().filter(token=token).first()

    def with_file(self, digest: str) -> "AnnotatedCopy | None":
        return self.made().filter(file_digest=digest).first()


class AnnotatedCopy(models.Model):
    """A copy of a licence that says what it may be used for, by GB/T 36905.

    purpose      加注事由; what it says is shown to whoever verifies the copy
    maker      制作者 by account and name
    valid_until  加注件有效期截止, the last day
    token        its code, verified as a licence's is
    """

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = EncryptedText(row=["token"])
    account = models.BigIntegerField(null=True)
    maker = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    valid_until = models.DateField()
    token = models.CharField(max_length=MAX_TOKEN, unique=True, default=ids.token)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    file_digest = models.CharField(max_length=MAX_DIGEST, blank=True)
    ordered_at = models.DateTimeField()

    objects = AnnotatedCopyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["licence", "-id"], name="licences_copies"),
            models.Index(fields=["file_digest"], name="licences_copy_file"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(document__isnull=True) | ~Q(file_digest=""), name="licences_copy_made")
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.token}"

    def over(self, on: date) -> bool:
        """Say whether the copy may no longer be used."""
        return on > self.valid_until
