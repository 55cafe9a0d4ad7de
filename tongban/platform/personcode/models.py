"""Codes that are good at the moment; what was scanned stays in the journal, the rows do not."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_DIGEST
from tongban.platform.identity.models import Account

MAX_PLACE = 60
MAX_PURPOSE = 200


class Use(models.TextChoices):
    """What a code is scanned for."""

    WINDOW = "window", _("to be served at a window")
    CHECK_IN = "check-in", pgettext_lazy("code", "to check in")


class PersonCodeQuerySet(models.QuerySet["PersonCode"]):
    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(expires_at__lt=before)

    def owned_by(self, actor: Actor) -> Self:
        """Return the actor's own."""
        return self.filter(account=actor.account) if actor.account else self.none()


class PersonCode(models.Model):
    """A code that somebody shows. Of the word in it only the digest is kept, and only until it is over.

    scanned_by   the account that scanned it; nobody else does after that
    use          what for, one of Use
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    scanned_at = models.DateTimeField(null=True)
    scanned_by = models.BigIntegerField(null=True)
    use = models.CharField(max_length=10, choices=Use, blank=True)

    objects = PersonCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="personcode_expires"),
            models.CheckConstraint(condition=Q(use__in=["", "window", "check-in"]), name="personcode_use_known"),
        ]

    def __str__(self) -> str:
        return f"code {self.uid}"
