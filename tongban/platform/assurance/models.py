"""What makes the city sure of somebody, and what people have begun with their accounts."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_DIGEST
from tongban.platform.identity.models import Account

# "assurance:real-person:<uid>"
MAX_SOURCE = 120
MAX_REFERENCE = 64


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), withdrawn_at__isnull=True)

    def of(self, account: int | None) -> Self:
        return self.filter(account=account).order_by("-pk")

    def owned_by(self, actor: Actor) -> Self:
        """Return the actor's own."""
        return self.filter(account=actor.account) if actor.account else self.none()


class Evidence(models.Model):
    """Something that makes the city surer of who an account belongs to. It is added and withdrawn, never changed.

    source        who says so: the register, the verifier, the office of the window
    valid_until   last day, None for open end
    """

    class Kind(models.TextChoices):
        REGISTER = "register", _("name and number match the population register")
        REAL_PERSON = "real-person", _("verified as a real person")
        WINDOW = "window", _("confirmed at the window with the original document")

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    level = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=MAX_SOURCE)
    made_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=2, level__lte=4), name="assurance_level_known"),
            models.CheckConstraint(
                condition=Q(kind__in=["register", "real-person", "window"]), name="assurance_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class RealPersonCheckQuerySet(models.QuerySet["RealPersonCheck"]):
    def owned_by(self, actor: Actor) -> Self:
        """Return the actor's own."""
        return self.filter(account=actor.account) if actor.account else self.none()

    def of(self, account: int | None) -> Self:
        return self.filter(account=account).order_by("-pk")

    def to_delete(self, *, on: date) -> Self:
        return self.filter(delete_on__lte=on).exclude(reference="")


class RealPersonCheck(models.Model):
    """One verification by an outside service that somebody separately agreed to; no picture ever comes here.

    reference   what the service calls it; deleted with its answer
    answer      digest of what the service said, as evidence until it is deleted
    delete_on   when reference and answer are deleted
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("check", "under way")
        PASSED = "passed", pgettext_lazy("check", "passed")
        FAILED = "failed", pgettext_lazy("check", "not passed")
        WITHDRAWN = "withdrawn", pgettext_lazy("check", "consent withdrawn")

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reference = models.CharField(max_length=MAX_REFERENCE, blank=True)
    answer = models.CharField(max_length=MAX_DIGEST, blank=True)
    evidence = models.ForeignKey(Evidence, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    wanted = models.CharField(max_length=500, blank=True)
    consented_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    delete_on = models.DateField(db_index=True)

    objects = RealPersonCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "passed", "failed", "withdrawn"]), name="assurance_check_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"check {self.uid}"


class ContactCodeQuerySet(models.QuerySet["ContactCode"]):
    def over(self, *, before: datetime) -> Self:
        return self.filter(expires_at__lt=before)

    def valid(self, *, at: datetime) -> Self:
        """Return codes that can still be typed in."""
        return self.filter(used_at__isnull=True, expires_at__gt=at)

    def owned_by(self, actor: Actor) -> Self:
        """Return those by which the actor confirms something of their own."""
        return self.filter(account=actor.account) if actor.account else self.none()


class ContactCode(models.Model):
    """A code that goes to a mail address or a mobile number; whoever types it in has shown that this is theirs.

    account       whose number is confirmed; None where an account is about to be opened
    code          what is sent, encrypted until the row is deleted; code_digest: by which a typed one is compared
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="+")
    email = EncryptedText(blank=True)
    phone = EncryptedText(blank=True)
    code = EncryptedText()
    code_digest = models.CharField(max_length=MAX_DIGEST)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    objects = ContactCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="assurance_code_expires"),
        ]

    def __str__(self) -> str:
        return f"contact code {self.uid}"


class PendingQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def due(self, *, at: datetime) -> Self:
        return self.open().filter(due_at__lte=at).order_by("due_at")

    def owned_by(self, actor: Actor) -> Self:
        """Return the actor's own."""
        return self.filter(account=actor.account) if actor.account else self.none()


class Recovery(models.Model):
    """Somebody who lost their password and their mailbox wants back in; it waits, so that the owner can stop it.

    email   where the link to a new password goes when the time is over
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    email = EncryptedText()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    stopped = models.BooleanField(default=False)

    objects = PendingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="assurance_recovery_due", condition=Q(ended_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at__isnull=True), name="assurance_recovery_once"
            )
        ]

    def __str__(self) -> str:
        return f"recovery {self.uid}"


class AccountClosing(models.Model):
    """Somebody closes their account; until it is due they may keep it."""

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    stopped = models.BooleanField(default=False)

    objects = PendingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="assurance_closing_due", condition=Q(ended_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at__isnull=True), name="assurance_closing_once"
            )
        ]

    def __str__(self) -> str:
        return f"closing {self.uid}"
