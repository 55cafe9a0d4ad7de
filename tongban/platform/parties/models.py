"""Whose matters they are: people and organisations, and who may act for whom."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_DIGEST
from tongban.platform.identity.models import Account
from tongban.platform.parties import rules

MAX_PARTY_NAME = 160


class PartyQuerySet(models.QuerySet["Party"]):
    def acted_for_by(self, party: Any) -> Self:
        """Return those for whom this party may act today: as legal representative or by mandate."""
        # Two look-ups by key; joined into one question, it would go through all parties.
        principals = Mandate.objects.filter(agent=party).valid(on=clock.today()).values_list("principal", flat=True)
        return self.filter(Q(legal_representative=party) | Q(pk__in=list(principals)))

    def in_person(self, party: int) -> Self:
        """Return a party and those that it represents by law, without what is encrypted of them."""
        hidden = ("id_number", "phone", "email", "address")
        return self.filter(Q(pk=party) | Q(legal_representative=party)).defer(*hidden)

    def visible_to(self, actor: Actor) -> Self:
        """Return the actor's own party, those they may act for, and with the duty to find parties all."""
        if actor.holds("parties.find"):
            return self
        if actor.party is None:
            return self.none()
        represented = Party.objects.acted_for_by(actor.party).values("pk")
        return self.filter(Q(pk=actor.party) | Q(pk__in=represented))

    def of_actor(self, actor: Actor) -> Self:
        """Return the party whose affairs the actor's are at the moment, if any."""
        return self.filter(pk=actor.represents)

    def acting_for(self, *, account: int | None, chosen: int | None) -> "list[ActingForRow]":
        """Return an account's party, and the principal chosen while the party may act for it, once for each mandate.

        It is asked with every request, so it begins at two rows found by their keys.
        """
        if account is None:
            return []
        return _ACTING_FOR(account=account, chosen=chosen, today=clock.today()) if chosen else _OWN(account=account)

    def locked(self, pk: int) -> "Party":
        """Return a party, locked for this transaction: what is begun for it is begun one after the other."""
        if party := _LOCKED.one(pk=pk):
            return party
        raise Party.DoesNotExist

    def names_of(self, ids: Iterable[int]) -> dict[int, str]:
        return dict(self.filter(pk__in=list(ids)).values_list("pk", "name"))

    def numbered(self, *digests: str | Param) -> Self:
        """Return the parties whose number has one of these digests; two kinds of documents may bear the same number."""
        return self.filter(id_digest__in=digests).order_by("pk")

    def bearing(self, digest: str) -> list["Party"]:
        """Return the parties whose number has this digest, with who represents them by law."""
        return _BEARING(digest=digest)


class Party(models.Model):
    """A person or an organisation that has to do with the city.

    id_kind                 what kind of number: identity card, unified social credit code, passport
    id_digest               keyed digest of the number, by which the party is found
    account                 the account with which a person signs in
    legal_representative    the person who represents an organisation by law, without a mandate
    area                    code of the area of the registered home or seat
    """

    class Kind(models.TextChoices):
        PERSON = "person", pgettext_lazy("party", "person")
        ORGANISATION = "organisation", _("organisation")

    class IdKind(models.TextChoices):
        IDENTITY_CARD = "identity-card", _("identity card")
        CREDIT_CODE = "uscc", _("unified social credit code")
        PASSPORT = "passport", _("passport")

    uid = models.UUIDField(default=ids.uid, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=MAX_PARTY_NAME)
    id_kind = models.CharField(max_length=16, choices=IdKind)
    id_number = EncryptedText()
    id_digest = models.CharField(max_length=MAX_DIGEST)
    account = models.OneToOneField(Account, null=True, on_delete=models.PROTECT, related_name="party")
    legal_representative = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="represented_by_law"
    )
    phone = EncryptedText(blank=True)
    email = EncryptedText(blank=True)
    address = EncryptedText(blank=True)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    created_at = models.DateTimeField()

    objects = PartyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["id_digest"], name="parties_number")]
        constraints = [
            models.UniqueConstraint(fields=["id_kind", "id_digest"], name="parties_number_once"),
            models.CheckConstraint(condition=Q(kind__in=["person", "organisation"]), name="parties_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="person", id_kind__in=["identity-card", "passport"], legal_representative__isnull=True)
                | Q(kind="organisation", id_kind="uscc"),
                name="parties_number_fits_kind",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="parties_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def birth_date(self) -> str:
        """Return the day of birth that the identity number of a person says, "" where there is no such number."""
        return rules.birth_date(self.id_number).isoformat() if self._says_more else ""

    @property
    def sex(self) -> str:
        """Return the sex that the identity number of a person says, in the words of GB/T 2261.1; "" where none."""
        return {"male": "男", "female": "女"}[rules.sex(self.id_number)] if self._says_more else ""

    @property
    def _says_more(self) -> bool:
        """Say whether the number is a right citizen's number, in which birth and sex can be read."""
        is_card = self.id_kind == Party.IdKind.IDENTITY_CARD
        return is_card and rules.id_number_problem(self.id_number) is None


class MandateQuerySet(models.QuerySet["Mandate"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(_valid(on))

    def held_on(self, on: date) -> Self:
        """Return those that counted on a day of the past, whatever was revoked since."""
        begun = Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gte=on))
        return self.filter(begun & (Q(revoked_at__isnull=True) | Q(revoked_at__date__gte=on)))

    def with_principals(self) -> Self:
        """Return them with their principals, without what is encrypted of these."""
        hidden = (f"principal__{name}" for name in ("id_number", "phone", "email", "address"))
        return self.select_related("principal").defer(*hidden)

    def between(self, *, principal: int, agent: int) -> Self:
        return self.filter(principal=principal, agent=agent)

    def given_by(self, party: int) -> Self:
        return self.filter(principal=party).select_related("agent").order_by("-pk")

    def held_by(self, party: int) -> Self:
        return self.filter(agent=party).select_related("principal").order_by("-pk")

    def visible_to(self, actor: Actor) -> Self:
        """Return mandates the actor's party holds or gave, and those of organisations it represents by law."""
        if actor.holds("parties.register"):
            return self
        if actor.party is None:
            return self.none()
        by_law = Q(principal__legal_representative=actor.party)
        return self.filter(Q(principal=actor.party) | Q(agent=actor.party) | by_law)


class Mandate(models.Model):
    """A party lets another act for it.

    services      codes of the services it is for; empty for all
    valid_until   last day, None for open end
    source        how it came about: "online", "counter", "register"
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    principal = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="mandates_held", db_index=False)
    services = models.JSONField(default=list)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    source = models.CharField(max_length=16, default="online")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["agent", "principal"], name="parties_mandate_held")]
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("agent")), name="parties_mandate_for_another"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="parties_mandate_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"mandate {self.uid}"

    @property
    def validity(self) -> str:
        """Return "valid", "revoked", "expired" or "not yet" as of today."""
        today = clock.today()
        if self.revoked_at:
            return "revoked"
        if self.valid_until and self.valid_until < today:
            return "expired"
        return "valid" if self.valid_from <= today else "not yet"


def _valid(on: date, path: str = "") -> Q:
    begun = Q(**{f"{path}revoked_at__isnull": True, f"{path}valid_from__lte": on})
    return begun & (Q(**{f"{path}valid_until__isnull": True}) | Q(**{f"{path}valid_until__gte": on}))


# (id, name, account, who represents it by law, services of a mandate; None where there is none)
ActingForRow = tuple[int, str, int | None, int | None, list[str] | None]

_ACCOUNT = Param("account", models.BigIntegerField())


def _acting_for() -> models.QuerySet[Any, Any]:
    by_law = Exists(Party.objects.filter(pk=OuterRef("legal_representative"), account=_ACCOUNT))
    today: Any = Param("today", models.DateField())
    by_mandate = Exists(Mandate.objects.valid(on=today).filter(principal=OuterRef("pk"), agent__account=_ACCOUNT))
    chosen = Q(pk=Param("chosen", models.BigIntegerField())) & (by_law | by_mandate)
    own = Subquery(Party.objects.filter(account=_ACCOUNT).values("pk"))
    held = FilteredRelation(
        "mandates_given", condition=Q(mandates_given__agent=own) & _valid(today, "mandates_given__")
    )
    found = Party.objects.annotate(held=held).filter(Q(account=_ACCOUNT) | chosen)
    return found.values_list("pk", "name", "account", "legal_representative", "held__services")


_ACTING_FOR: PreparedQuery[ActingForRow] = PreparedQuery(_acting_for)
_OWN: PreparedQuery[ActingForRow] = PreparedQuery(
    lambda: Party.objects.filter(account=_ACCOUNT).values_list(
        "pk", "name", "account", "legal_representative", models.Value(None, models.CharField())
    )
)
_LOCKED: PreparedQuery[Party] = PreparedQuery(
    lambda: Party.objects.select_for_update(of=("self",), no_key=True).filter(pk=Param("pk", models.BigIntegerField()))
)
_BEARING: PreparedQuery[Party] = PreparedQuery(
    lambda: Party.objects.numbered(Param("digest", models.CharField())).select_related("legal_representative")
)
