"""What lies on disk, by the digest of its content."""

from django.db import models
from django.db.models import Q


class Blob(models.Model):
    """One content, kept once however often it is brought; never changed.

    digest      SHA-256, hexadecimal; also its place on disk
    size        bytes
    media_type  decided by the content, never by what the sender says
    checked_by  the scanner that found nothing; "" for what the house made itself
    """

    digest = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    checked_by = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="storage_blob_not_empty")]

    def __str__(self) -> str:
        return self.digest[:12]
