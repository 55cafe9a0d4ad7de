"""E-licences, and the counters that number them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.fields import EncryptedJSON
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.database.prepared import Param, PreparedQuery, PreparedUpdate
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import (
    MAX_ACTOR_KIND,
    MAX_ACTOR_NAME,
    MAX_AREA_CODE,
    MAX_CHANNEL,
    MAX_DIGEST,
    MAX_IP_ADDRESS,
    MAX_SERVICE_CODE,
    MAX_SUBJECT,
)
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.documents.models import MAX_KIND, MAX_TOKEN, Document
from tongban.platform.identity.models import Department
from tongban.platform.licences import rules
from tongban.platform.parties.models import Party

# GB/T 36904: 14 characters, then 21, 18, 10, 3 and 1 with a point before each
MAX_IDENTIFIER = 72


class LicenceQuerySet(PartedQuerySet["Licence"]):
    def issued(self) -> Self:
        """Licences that exist for the world: issued, whatever happened to them afterwards."""
        return self.exclude(state=Licence.State.RESERVED)

    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """The holder's own, and those of the departments and areas that the duty licences.read reaches.

        Under a mandate for certain services: those of the holder that came out of these.
        """
        own = [Q(holder=actor.represents) & actor.within_mandate()] if actor.represents else []
        reach = actor.within_by_department("licences.read", department="issuer", area="area")
        return [part & ~Q(state=Licence.State.RESERVED) for part in (*own, *reach)]

    def of_party(self, party: int | None) -> Self:
        """Licences of the party with this id."""
        return self.issued().filter(holder=party)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind else self.all()

    def found_by(self, text: str) -> Self:
        """Licences whose number or identifier is this text; all where there is none."""
        if not text:
            return self.all()
        # Looked up first: else the database may rather go through all licences of an issuer.
        known = Licence.objects.filter(Q(number=text) | Q(identifier=text))
        return self.filter(pk__in=list(known.values_list("pk", flat=True)))

    def held_by(self, party: Party, kind: str = "") -> Self:
        """Licences of a party, newest first; of one kind where given."""
        held = self.issued().filter(holder=party)
        return (held.filter(kind=kind) if kind else held).order_by("-issued_on", "-pk")

    def in_force(self, on: date) -> Self:
        """Licences that one may rely on that day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), state="valid", valid_from__lte=on)

    def ending(self, *, first: date, last: date) -> Self:
        """Return valid licences whose last day lies between these, with whom they are of."""
        return self.filter(state="valid", valid_until__gte=first, valid_until__lte=last).select_related("holder")

    def not_over(self, on: date | Param) -> Self:
        """Licences that are not over: valid now or later, or suspended."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), state__in=("valid", "suspended"))

    def held_beside(self, party: int, kind: str, on: date, *, beside: str) -> list["Licence"]:
        """Return the licences of a kind that this party holds, as `not_over` says, and that came out of no such matter.

        beside   kind of subject, e.g. "case"; a company with a thousand branches holds a thousand of those
        """
        return _HELD(party=party, kind=kind, on=on, first=f"{beside}:", after=f"{beside};")

    def held_from(self, subjects: Collection[str], kind: str, on: date) -> Self:
        """Return the licences of a kind that came out of these matters, as `not_over` says."""
        return self.issued().not_over(on).filter(kind=kind, subject__in=subjects)

    def other_than(self, licence: "Licence") -> Self:
        return self.exclude(pk=licence.pk)

    def of_subject(self, subject: str) -> Self:
        """What came out of one matter, e.g. "case:12"."""
        return self.issued().filter(subject=subject).order_by("pk")

    def with_token(self, token: str) -> "Licence | None":
        return _WITH_TOKEN.one(token=token)

    def with_identifier(self, identifier: str) -> "Licence | None":
        return self.issued().filter(identifier=identifier).select_related("holder", "issuer").first()

    def with_number(self, *numbers: str) -> Self:
        """Licences of whatever kind with one of these numbers on their face; of one number the newest version first."""
        found = self.issued().filter(number__in=numbers).select_related("holder", "issuer")
        return found.order_by("-version", "-pk")

    def successor_of(self, licence: "Licence") -> "Licence | None":
        """Return the one that took the place of this licence and kept its number."""
        return self.issued().filter(follows=licence.pk).first()

    def with_file(self, digest: str) -> "Licence | None":
        return self.issued().filter(file_digest=digest).select_related("holder", "issuer").first()

    def states_between(self, first: int, end: int) -> list[tuple[int, str]]:
        """Return number and state of the licences with numbers from the first up to the end."""
        return list(self.filter(pk__gte=first, pk__lt=end).order_by("pk").values_list("pk", "state"))

    def with_people(self) -> Self:
        return self.select_related("holder", "issuer", "document__blob")


class Licence(models.Model):
    """A licence of the register.

    identifier   电子证照标识, GB/T 36904, with its check character
    kind         readable code; kind_code: 证照类型代码, 21 characters
    number       证照编号, as printed on the face
    subject      what it came out of, "case:12"; one of each kind per subject and turn
    turn         the how-manieth decision of that matter: more than 1 where it was made anew
    service      catalogue code of the service it came out of, "" where it came from elsewhere
    area         division code of the issuer, 管辖属地编码
    valid_until  last day; None for long-term
    version      版本号 in the identifier: of licences with one number, the next takes the place of the one before
    follows      the one before; how: what was done to it, a key of `rules.HOW`
    face         照面: what is printed, label -> text, in order
    token        random, in the QR code of the file
    file_digest  SHA-256 of the sealed file
    origin       the older system that it was imported from, which sealed it if anybody did: it has no file here
    """

    class State(models.TextChoices):
        RESERVED = "reserved", _("Being made")
        VALID = "valid", pgettext_lazy("licence register", "Valid")
        SUSPENDED = "suspended", pgettext_lazy("licence register", "Suspended")
        REVOKED = "revoked", pgettext_lazy("licence register", "Revoked")
        CANCELLED = "cancelled", pgettext_lazy("licence register", "Cancelled")
        SUPERSEDED = "superseded", pgettext_lazy("licence register", "Superseded")

    identifier = models.CharField(max_length=MAX_IDENTIFIER, unique=True)
    kind = models.CharField(max_length=MAX_KIND)
    kind_name = models.CharField(max_length=120)
    kind_english = models.CharField(max_length=200, blank=True)
    kind_code = models.CharField(max_length=21)
    number = models.CharField(max_length=80)
    holder = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    issuer = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    subject = models.CharField(max_length=MAX_SUBJECT)
    turn = models.PositiveSmallIntegerField(default=1, db_default=1)
    service = models.CharField(max_length=MAX_SERVICE_CODE, blank=True)
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RESERVED)
    state_reason = models.TextField(blank=True)
    state_changed_at = models.DateTimeField()
    version = models.PositiveSmallIntegerField(default=1)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    how = models.CharField(max_length=8, blank=True, default="", db_default="")
    face: Any = EncryptedJSON(row=["identifier"])
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    file_digest = models.CharField(max_length=MAX_DIGEST, blank=True)
    token = models.CharField(max_length=MAX_TOKEN, unique=True, default=ids.token)
    origin = models.CharField(max_length=80, blank=True, default="", db_default="")
    created_at = models.DateTimeField()

    objects = LicenceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["holder", "-issued_on", "-id"], name="licences_holder"),
            models.Index(fields=["issuer", "-issued_on", "-id"], name="licences_issuer"),
            models.Index(fields=["-issued_on", "-id"], name="licences_newest"),
            models.Index(fields=["file_digest"], name="licences_file"),
            models.Index(fields=["subject"], name="licences_subject"),
            models.Index(fields=["holder", "kind", "subject"], name="licences_held"),
            models.Index(fields=["holder", "kind", "-issued_on", "-id"], name="licences_of_kind"),
            models.Index(fields=["number"], name="licences_number"),
            models.Index(fields=["state", "valid_until"], name="licences_ending"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "turn"], name="licences_one_of_a_kind"),
            models.UniqueConstraint(fields=["kind_code", "number", "version"], name="licences_number_once"),
            models.UniqueConstraint(
                fields=["follows"], condition=Q(follows__isnull=False), name="licences_one_successor"
            ),
            models.CheckConstraint(
                condition=Q(state="reserved") | Q(document__isnull=False) | ~Q(origin=""),
                name="licences_issued_has_file",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")), name="licences_period"
            ),
            models.CheckConstraint(condition=Q(state__in=sorted(rules.STATES)), name="licences_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_name} {self.number}"

    @property
    def title(self) -> str:
        """What the kind is called in the reader's language."""
        return worded(self.kind_name, self.kind_english)

    def code(self) -> str:
        """Return the code of what the licence says in public; the fact of its last step holds the same."""
        says = {
            "kind": self.kind,
            "kind_name": self.kind_name,
            "kind_code": self.kind_code,
            "number": self.number,
            "holder": [self.holder_id, self.holder.name],
            "issuer": self.issuer_id,
            "issued_on": self.issued_on,
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "state": self.state,
            "token": self.token,
            "file_digest": self.file_digest,
        }
        if self.origin:
            says |= {"origin": self.origin}
        if self.follows_id:
            says |= {"follows": self.follows_id, "how": self.how}
        return crypto.row_mac(self._meta.db_table, self.identifier, says)

    def validity(self, on: date) -> str:
        """Return the state as of a day: the kept one, or "expired" or "pending" where the dates say so."""
        return rules.validity(self.state, valid_from=self.valid_from, valid_until=self.valid_until, on=on)


class Serial(models.Model):
    """The last number given in one series; locked while the next one is taken, so that there are no gaps.

    scope  what is counted, e.g. kind code and issuer; year 0 where the series never starts over
    """

    scope = models.CharField(max_length=160)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "year"], name="licences_serial_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.year}: {self.last}"


class CheckCountQuerySet(models.QuerySet["CheckCount"]):
    def waiting(self) -> Self:
        """Return those that were made more often than was recorded so far."""
        return self.filter(more__gt=0).order_by("key")

    def count_again(self, key: str, at: datetime) -> bool:
        """Count one more check of what is only counted by now, in one statement; say whether it is."""
        since = at - timedelta(seconds=settings.LICENCES_CHECKS_FORGET_SECONDS)
        single = settings.LICENCES_CHECKS_RECORDED_INDIVIDUALLY
        return bool(_COUNT_AGAIN(key=key, single=single, since=since, at=at))

    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(more=0, began_at__lt=before)


class CheckCount(models.Model):
    """How often somebody checked the same licence or document lately.

    key      who, and what with which outcome, digested
    recorded  checks since `began_at` that have a fact of their own; more: those still to be recorded
    account  name, kind, channel, address: who asked last
    """

    key = models.CharField(max_length=MAX_DIGEST, primary_key=True)
    way = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12)
    what = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    began_at = models.DateTimeField(db_index=True)
    last_at = models.DateTimeField()
    recorded = models.PositiveIntegerField(default=0)
    more = models.PositiveIntegerField(default=0)
    account = models.BigIntegerField(null=True)
    name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    kind = models.CharField(max_length=MAX_ACTOR_KIND)
    channel = models.CharField(max_length=MAX_CHANNEL, blank=True)
    address = models.CharField(max_length=MAX_IP_ADDRESS, blank=True)

    objects = CheckCountQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["key"], name="licences_checks_waiting", condition=Q(more__gt=0))]
        constraints = [models.CheckConstraint(condition=Q(last_at__gte=F("began_at")), name="licences_check_times")]

    def __str__(self) -> str:
        return f"{self.what} {self.recorded + self.more}"


_WITH_TOKEN: PreparedQuery[Licence] = PreparedQuery(
    lambda: Licence.objects.issued().filter(token=Param("token", models.CharField())).select_related("holder", "issuer")
)
_AT = Param("at", models.DateTimeField())
_COUNT_AGAIN = PreparedUpdate(
    lambda: CheckCount.objects.filter(
        Q(more__gt=0) | Q(began_at__gt=Param("since", models.DateTimeField())),
        key=Param("key", models.CharField()),
        recorded__gte=Param("single", models.IntegerField()),
        last_at__lte=_AT,
    ),
    unhurried=True,
    more=F("more") + 1,
    last_at=_AT,
)
_ON = Param("on", models.DateField())
_HELD: PreparedQuery[Licence] = PreparedQuery(
    lambda: (
        Licence.objects.issued()
        .not_over(_ON)
        .filter(
            Q(subject__lt=Param("first", models.CharField())) | Q(subject__gte=Param("after", models.CharField())),
            holder=Param("party", models.BigIntegerField()),
            kind=Param("kind", models.CharField()),
        )
    )
)
