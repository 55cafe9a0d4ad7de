"""Sign-ins that go on, and forms that were sent after one had ended."""

from datetime import datetime
from typing import Any, Self

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.crypto.fields import EncryptedJSON
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.widths import MAX_IP_ADDRESS
from tongban.platform.identity.models.accounts import Account


class LoginSessionQuerySet(models.QuerySet["LoginSession"]):
    def signed_in(self, account: int, *, at: datetime) -> Self:
        """Return where this account is signed in, the latest first."""
        return self.filter(account=account, expire_date__gt=at).order_by("-seen_at")

    def over(self, *, at: datetime) -> Self:
        return self.filter(expire_date__lte=at)

    def timed_out(self, key: str, *, since: datetime) -> "LoginSession | None":
        """Return the sign-in of this session where it ran out by itself after that time, and was not ended."""
        ended = self.over(at=clock.now()).filter(session_key=key, account__active=True, expire_date__gt=since)
        return ended.select_related("account").first()


class LoginSession(AbstractBaseSession):
    """A browser's session, and who signed in through it.

    started_at   when the account signed in (or a session without account began); seen_at: its latest request, roughly
    device       browser and system in words; nothing more of the browser's description is kept
    methods      by what they proved who they are, in the words of RFC 8176: "pwd otp"
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="login_sessions")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=MAX_IP_ADDRESS, blank=True)
    device = models.CharField(max_length=80, blank=True)
    methods = models.CharField(max_length=40, blank=True)

    objects = LoginSessionQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        indexes = [models.Index(fields=["account", "-seen_at"], name="identity_login_session_account")]

    def __str__(self) -> str:
        return f"sign-in {self.uid}"


class LateFormQuerySet(models.QuerySet["LateForm"]):
    def of(self, account: int | None, *, at: datetime) -> Self:
        """Return what this account may still send, the latest first."""
        return self.filter(account=account, expires_at__gt=at).order_by("-pk")

    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(expires_at__lte=before)


class LateForm(models.Model):
    """A form that somebody sent after their sign-in had ended, saved until they have signed in again.

    path      address that it was sent to, with its query
    content   {"fields": [[name, value]], "files": [{"field", "name", "type", "content" in base64}],
              "left_out": [names of files that were too large], "session": for whom they acted, whom they served}
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="late_forms")
    path = models.CharField(max_length=500)
    content: Any = EncryptedJSON()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = LateFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="identity_late_form_expires")
        ]

    def __str__(self) -> str:
        return f"late form {self.uid}"
