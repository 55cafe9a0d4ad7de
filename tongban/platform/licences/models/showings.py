"""Looks at a licence that its holder grants (亮证): one, for one purpose, for minutes."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME
from tongban.platform.documents.models import MAX_TOKEN
from tongban.platform.licences.models.register import Licence


class ShowingQuerySet(models.QuerySet["Showing"]):
    def of_licence(self, licence: Licence, most: int = 20) -> Self:
        """Return the looks at a licence that its holder granted, the newest first."""
        return self.filter(licence=licence).order_by("-pk")[:most]

    def with_code(self, code: str) -> "Showing | None":
        return self.filter(code=code).select_related("licence__holder", "licence__issuer").first()


class Showing(models.Model):
    """One look at a licence.

    purpose    what for, as the holder said it
    lines      labels of the face that the verifier may see; none of the others leaves the house
    code       in the QR picture; it says nothing else
    looked_at  when the one look was taken, by whom
    """

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = EncryptedText(row=["code"])
    lines: Any = models.JSONField(default=list)
    code = models.CharField(max_length=MAX_TOKEN, unique=True, default=ids.token)
    account = models.BigIntegerField(null=True)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    viewer = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)

    objects = ShowingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["licence", "-id"], name="licences_showings")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("granted_at")), name="licences_showing_lasts")
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.granted_at}"
