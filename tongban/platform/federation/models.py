"""Which systems people may sign in to from here, and what was agreed and issued."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_DIGEST
from tongban.platform.identity.models import Account

MAX_TITLE, MAX_PURPOSE, MAX_ADDRESS, MAX_SCOPE = 120, 300, 500, 120


class RelyingPartyQuerySet(models.QuerySet["RelyingParty"]):
    def in_order(self) -> Self:
        return self.order_by("title", "pk")

    def with_uid(self, uid: str) -> "RelyingParty | None":
        return self.filter(uid=uid).first()

    def named(self, client_id: str) -> "RelyingParty | None":
        """Return the admitted system of this name."""
        return self.filter(handle=client_id, active=True).first()


class RelyingParty(models.Model):
    """A system that people may sign in to with their account here. It proves itself by its own key; we hold no secret.

    handle          what it calls itself in requests, the client_id of OAuth 2
    purpose         what for; people read it before they agree
    redirect_uris   where answers go, compared as they are
    logout_uris     where people may go after signing out
    keys            its public keys, a JWK set
    scopes          what it may ask for at most
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    handle = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=MAX_TITLE)
    purpose = models.CharField(max_length=MAX_PURPOSE)
    redirect_uris = models.JSONField(default=list)
    logout_uris = models.JSONField(default=list)
    keys = models.JSONField()
    scopes = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = RelyingPartyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["title", "id"], name="federation_parties")]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(purpose=""), name="federation_party_says_what_for")
        ]

    def __str__(self) -> str:
        return self.title


class ConsentQuerySet(models.QuerySet["Consent"]):
    def owned_by(self, actor: Actor) -> Self:
        """Return what the actor agreed to themself."""
        return self.filter(account=actor.account) if actor.account else self.none()

    def in_force(self) -> Self:
        return self.filter(withdrawn_at__isnull=True).order_by("-pk")


class Consent(models.Model):
    """Somebody agreed that a system learns this of them; withdrawn, it learns nothing more."""

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    relying_party = models.ForeignKey(RelyingParty, on_delete=models.CASCADE, related_name="+", db_index=False)
    scope = models.CharField(max_length=MAX_SCOPE)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "relying_party"],
                condition=Q(withdrawn_at__isnull=True),
                name="federation_consent_once",
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.uid}"


class IssuedQuerySet(models.QuerySet):
    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(expires_at__lt=before)


class PushedRequest(models.Model):
    """A request that a system sent itself, before it sent the person. Source: RFC 9126."""

    digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    relying_party = models.ForeignKey(RelyingParty, on_delete=models.CASCADE, related_name="+", db_index=False)
    asked = models.JSONField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = IssuedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="federation_pushed_expires")
        ]

    def __str__(self) -> str:
        return f"pushed {self.pk}"


class SeenAssertion(models.Model):
    """The name of a proof that a system showed; it is not taken twice. Source: RFC 7523, 3."""

    digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = IssuedQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(digest=""), name="federation_assertion_named")]

    def __str__(self) -> str:
        return f"assertion {self.pk}"


class Issued(models.Model):
    """A code or a refresh token; only its digest is kept, and each is good once.

    kind      "code" or "refresh"
    family    what came of one sign-in; where one of it is shown twice, all of it is void
    said      what the answer depends on: redirect_uri, nonce, code_challenge, auth_time, amr
    """

    digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    kind = models.CharField(max_length=8)
    family = models.UUIDField(db_index=True)
    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="+", db_index=False)
    said = models.JSONField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    void = models.BooleanField(default=False)

    objects = IssuedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["code", "refresh"]), name="federation_issued_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
