"""What lies on disk, by the digest of its content."""

from typing import Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.kernel.widths import MAX_DIGEST


class BlobQuerySet(models.QuerySet["Blob"]):
    def after(self, pk: int, *, most: int) -> Self:
        """Return the next ones in the order in which they came."""
        return self.filter(pk__gt=pk).order_by("pk")[:most]


class Blob(models.Model):
    """One content, kept once however often it is brought; never changed.

    digest      SHA-256, hexadecimal; also its place on disk
    size        bytes
    media_type  decided by the content, never by what the sender says
    scanner  the scanner that found nothing; "" for what the house made itself
    """

    digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    scanner = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    objects = BlobQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="storage_blob_not_empty")]

    def __str__(self) -> str:
        return self.digest[:12]


class Damage(models.Model):
    """A content that is not on disk as it was kept; the row goes once it is there again.

    how   "missing", "changed" or "unreadable"
    """

    blob = models.OneToOneField(Blob, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=["missing", "changed", "unreadable"]), name="storage_damage_how")
        ]

    def __str__(self) -> str:
        return f"{self.blob_id} {self.how}"
