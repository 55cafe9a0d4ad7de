"""Inboxes, and whether people want e-mail and text messages as well."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_SERVICE_CODE, MAX_SUBJECT
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.identity.models import Account
from tongban.platform.parties.models import Party

ONE_OWNER = Q(party__isnull=False, account__isnull=True) | Q(party__isnull=True, account__isnull=False)

MAX_TITLE = 400


class NoticeQuerySet(PartedQuerySet["Notice"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return the inboxes of the party the actor stands for, and of the actor's own account.

        Under a mandate for certain services: what was written about these.
        """
        inboxes = []
        if actor.signed_in and actor.represents:
            inboxes.append(Q(party=actor.represents) & actor.within_mandate())
        # While acting for another, one's own affairs stay out of sight.
        if actor.signed_in and actor.account and not actor.acting_for:
            inboxes.append(Q(account=actor.account))
        return inboxes

    def unread(self) -> Self:
        return self.filter(read__in=[False])  # "NOT read" is no look-up in an index for SQLite

    def about(self, subject: str) -> Self:
        return self.filter(subject=subject).order_by("pk")


class Notice(models.Model):
    """One message to a person, an organisation or an official.

    key      what makes it this one; sent again, it is the same notice
    legal    it has legal effect (受理, 补正, 决定): nobody can switch it off
    url      path in this house where to go on
    service  catalogue code of the service it is about, "" where it is about none
    mail     what became of the e-mail; text_message: what became of it, which says the title alone
    """

    class Mail(models.TextChoices):
        NONE = "none", _("switched off, or no address")
        DUE = "due", pgettext_lazy("mail", "being sent")
        SENT = "sent", pgettext_lazy("mail", "sent")
        REJECTED = "rejected", _("refused by the recipient's mail server")

    class Text(models.TextChoices):
        NONE = "none", _("not asked for, or no number")
        DUE = "due", pgettext_lazy("text", "being sent")
        SENT = "sent", pgettext_lazy("text", "sent")
        REJECTED = "rejected", _("refused by the SMS provider")

    uid = models.UUIDField(default=ids.uid, unique=True)
    key = models.CharField(max_length=120, unique=True)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=MAX_TITLE)
    title_english = models.CharField(max_length=MAX_TITLE, blank=True)
    body = EncryptedText()
    body_english = EncryptedText(blank=True)
    url = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    service = models.CharField(max_length=MAX_SERVICE_CODE, blank=True)
    legal = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=Mail, default=Mail.NONE)
    mailed_at = models.DateTimeField(null=True)
    mail_problem = models.CharField(max_length=300, blank=True)
    text_message = models.CharField(max_length=10, choices=Text, default=Text.NONE)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["party", "read", "-created_at", "-id"], name="notices_party"),
            models.Index(fields=["account", "read", "-created_at", "-id"], name="notices_account"),
            models.Index(fields=["subject", "id"], name="notices_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=ONE_OWNER, name="notices_one_owner"),
            models.CheckConstraint(condition=Q(read=False, read_at=None) | Q(read=True), name="notices_read_once"),
        ]

    def __str__(self) -> str:
        return f"notice {self.uid}"

    @property
    def heading(self) -> str:
        """The title in the reader's language."""
        return worded(self.title, self.title_english)

    @property
    def text(self) -> str:
        """The body in the reader's language."""
        return worded(self.body, self.body_english)


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def of(self, *, party: int | None, account: int | None) -> Self:
        return self.filter(party=party, account=account)


class Preference(models.Model):
    """Whether somebody wants their notices by e-mail and as text messages as well. Without a row: by e-mail alone."""

    party = models.OneToOneField(Party, null=True, on_delete=models.PROTECT, related_name="+")
    account = models.OneToOneField(Account, null=True, on_delete=models.PROTECT, related_name="+")
    mail = models.BooleanField(default=True)
    text_message = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=ONE_OWNER, name="notices_preference_one_owner")]

    def __str__(self) -> str:
        return f"{self.party_id or self.account_id}: {self.mail}"
