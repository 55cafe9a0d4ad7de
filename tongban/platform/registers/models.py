"""Registers, what they say about whom, who asked, and who says that it is wrong."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedJSON, EncryptedText
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_KIND, MAX_ACTOR_NAME, MAX_SUBJECT
from tongban.platform.identity.models import MAX_DEPARTMENT_NAME, Department
from tongban.platform.parties.models import Party
from tongban.platform.registers import rules


class RegisterQuerySet(models.QuerySet["Register"]):
    def with_key(self, key: str) -> "Register | None":
        """Return the register of this key, with its department."""
        return _KEYED.one(key=key)

    def stewarded_by(self, actor: Actor) -> Self:
        """Return the registers that this steward looks after."""
        return self.filter(actor.within("registers.steward", department="department", area="department__area"))

    def in_order(self) -> Self:
        return self.select_related("department").order_by("title")


class Register(models.Model):
    """Something the city keeps about people or organisations.

    department   answers for it; the one source of its fields
    holder       whom its entries are about: person, organisation or any
    basis        the rule that lets the city keep it
    fields       list of {"name", "title", "class", "kind"}; see rules.DeclaredField
    """

    class Holder(models.TextChoices):
        PERSON = "person", pgettext_lazy("register", "people")
        ORGANISATION = "organisation", pgettext_lazy("register", "organisations")
        ANY = "any", pgettext_lazy("register", "people and organisations")

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    holder = models.CharField(max_length=12, choices=Holder, default=Holder.ANY)
    basis = models.CharField(max_length=300, blank=True)
    fields = models.JSONField()
    declared_at = models.DateTimeField()

    objects = RegisterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(holder__in=["person", "organisation", "any"]), name="registers_holder_known"
            )
        ]

    def __str__(self) -> str:
        return self.key

    @cached_property
    def declared(self) -> list[rules.DeclaredField]:
        return [rules.DeclaredField.from_declaration(field) for field in self.fields]

    def field(self, name: str) -> rules.DeclaredField | None:
        return next((field for field in self.declared if field.name == name), None)


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what is kept about the party the actor stands for; no mandate for certain services reaches that."""
        return self.filter(party=actor.represents_fully) if actor.represents_fully else self.none()

    def in_order(self) -> Self:
        return self.select_related("register__department").order_by("register__title")

    def of_party(self, register: Register, party: Party) -> "Entry | None":
        """Return what a register says about a party."""
        return _OF_PARTY.one(register=register.pk, party=party.pk)

    def changed_since(self, party: int, registers: Iterable[str], at: datetime) -> bool:
        """Say whether one of these registers says something newer about a party; nothing of it is read."""
        wanted = set(registers)
        return any(key in wanted and changed > at for key, changed in _CHANGES(party=party))


class Entry(models.Model):
    """What a register says about one party.

    as_of    the day for which the source vouches for it
    source   where it was taken from: a system, a file, a corrected field
    """

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="entries")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    data: Any = EncryptedJSON(row=["register_id", "party_id"])
    as_of = models.DateField()
    source = models.CharField(max_length=200)
    updated_at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "party"], name="registers_one_entry_a_party")]
        indexes = [models.Index(fields=["party"], name="registers_party")]

    def __str__(self) -> str:
        return f"{self.register_id}/{self.party_id}"


class LookupQuerySet(models.QuerySet["Lookup"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the look-ups of the data of the party the actor stands for; not under a mandate for some services."""
        return self.filter(party=actor.represents_fully) if actor.represents_fully else self.none()


class Lookup(models.Model):
    """Somebody read somebody's data. Never changed, never deleted before its time.

    name, department   of the reader as they were then; both stay when the reader leaves
    own                the party itself, or who acts for it, read the data
    purpose            the sentence that the person is shown
    subject            the matter it was read for: "case:12", "draft:…"
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    account = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=MAX_ACTOR_KIND)
    name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    department = models.CharField(max_length=MAX_DEPARTMENT_NAME, blank=True)
    own = models.BooleanField(default=False)
    purpose = models.CharField(max_length=200)
    subject = models.CharField(max_length=MAX_SUBJECT)
    fields = models.JSONField()
    found = models.BooleanField()
    at = models.DateTimeField()

    objects = LookupQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["party", "-at", "-uid"], name="registers_lookup_party"),
            models.Index(fields=["account", "-id"], name="registers_lookup_account"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose="") & ~Q(subject=""), name="registers_lookup_says_why")
        ]

    def __str__(self) -> str:
        return f"lookup {self.uid}"

    @property
    def field_titles(self) -> list[str]:
        titles = {field.name: field.title for field in self.register.declared}
        return [titles.get(name, name) for name in self.fields]


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the corrections one asked for oneself, and those a steward decides on."""
        mine = Q(entry__party=actor.represents_fully, entry__party__isnull=False)
        return self.filter(mine | Q(register__in=Register.objects.stewarded_by(actor)))

    def to_decide(self, actor: Actor) -> Self:
        """Return those a steward decides on."""
        return self.filter(register__in=Register.objects.stewarded_by(actor))

    def to_decide_by_register(self, actor: Actor) -> list[Self]:
        """Return the same, register by register: an index holds each in order."""
        return [self.filter(register=register) for register in Register.objects.stewarded_by(actor).order_by("pk")]

    def open(self) -> Self:
        return self.filter(state=Correction.State.OPEN)

    def decided(self) -> Self:
        return self.exclude(state=Correction.State.OPEN)


class Correction(models.Model):
    """A person says that a field about them is wrong (数据有误).

    value         what it should say, as they wrote it
    explanation   why
    register      that of the entry, so that a steward's list is read from one index, however long it is
    asked_by, decided_by   accounts; decider_name as it was then
    was           what it said when the correction was decided
    """

    class State(models.TextChoices):
        OPEN = "open", _("being checked")
        ACCEPTED = "accepted", _("corrected")
        DECLINED = "declined", _("not changed")

    uid = models.UUIDField(default=ids.uid, unique=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="corrections")
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+", db_index=False)
    field = models.CharField(max_length=60)
    value = EncryptedText()
    explanation = EncryptedText(blank=True)
    was = EncryptedText(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decider_name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["register", "asked_at", "id"], name="registers_to_decide", condition=Q(state="open")),
            models.Index(fields=["register", "-asked_at", "-id"], name="registers_decided", condition=~Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "field"], condition=Q(state="open"), name="registers_one_open_correction_a_field"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (Q(state__in=["accepted", "declined"], decided_at__isnull=False) & ~Q(reason="")),
                name="registers_decided_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"correction {self.uid}"

    @property
    def field_title(self) -> str:
        declared = self.entry.register.field(self.field)
        return declared.title if declared else self.field


_KEYED: PreparedQuery[Register] = PreparedQuery(
    lambda: Register.objects.select_related("department").filter(key=Param("key", models.CharField()))
)
_OF_PARTY: PreparedQuery[Entry] = PreparedQuery(
    lambda: Entry.objects.filter(
        register=Param("register", models.BigIntegerField()), party=Param("party", models.BigIntegerField())
    )
)
_CHANGES: PreparedQuery[tuple[str, datetime]] = PreparedQuery(
    lambda: Entry.objects.filter(party=Param("party", models.BigIntegerField())).values_list(
        "register__key", "updated_at"
    )
)
