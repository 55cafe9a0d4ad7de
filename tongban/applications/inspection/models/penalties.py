"""行政处罚 cases and the chain of what happened and what was found in them."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.applications.inspection.models.entities import EnforcementOfficer, SupervisedEntity
from tongban.applications.inspection.models.inspections import FieldInspection
from tongban.applications.inspection.models.reach import parts_within
from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE, MAX_DIGEST
from tongban.platform.documents.models import Document
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party

DUTIES = ("inspection.punish", "inspection.review", "inspection.decide")


class PenaltyCaseQuerySet(PartedQuerySet["PenaltyCase"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return those of the party that the actor represents, and those that the duties for penalties reach.

        A party sees its case from the day on which it was told of it.
        """
        own = []
        if actor.represents_fully:
            own = [Q(party=actor.represents_fully, told_on__isnull=False)]
        return [*own, *parts_within(actor, *DUTIES)]

    def handled_by(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in parts_within(actor, *DUTIES)]

    def of_party(self, party: int | None) -> Self:
        """Return what a party was told of."""
        return self.filter(party=party, told_on__isnull=False) if party else self.none()

    def open(self) -> Self:
        return self.filter(ended_on=None)

    def ended(self) -> Self:
        return self.filter(ended_on__isnull=False)

    def published(self) -> Self:
        """Return what everybody may read now."""
        return self.filter(published_on__isnull=False, withdrawn_on=None)

    def of_inspection(self, inspection: FieldInspection) -> Self:
        return self.filter(inspection=inspection).order_by("pk")

    def about(self, party: Party, violation: str) -> Self:
        """Return the cases of one party for one kind of act, the newest first."""
        return self.filter(party=party, violation=violation).order_by("-pk")

    def among(self, numbers: Iterable[int]) -> Self:
        return self.filter(pk__in=list(numbers))

    def with_names(self) -> Self:
        return self.select_related(
            "party", "department", "entity", "first_officer__account", "second_officer__account", "inspection"
        )


class PenaltyCase(models.Model):
    """An administrative penalty, from the act to the payment.

    procedure     simple: decided on the spot; ordinary: filed, investigated, told, decided
    violation     key of `data/violations.toml`; step: the step of discretion
    violated_on   day on which the act ended; found_on: on which the office found it
    due_on        last day for the decision; extended with its basis
    proposed_fen, fine_fen     what was told, what was decided; neither counts what is added later
    grave_kind    a licence or a business ends: a hearing is owed whatever the fine
    hearing       "" not owed, "offered", "asked", "called", "held", "waived"
    pay_until     last day to pay; surcharge_fen: what was added so far
    published     the sentence that everybody reads, names of persons masked
    """

    class Procedure(models.TextChoices):
        SIMPLE = "simple", pgettext_lazy("penalty", "on the spot")
        ORDINARY = "ordinary", pgettext_lazy("penalty", "ordinary procedure")

    class Outcome(models.TextChoices):
        WARNING = "warning", pgettext_lazy("penalty", "warning")
        FINE = "fine", pgettext_lazy("penalty", "fine")
        NONE = "none", pgettext_lazy("penalty", "no penalty")

    class State(models.TextChoices):
        FILED = "filed", pgettext_lazy("penalty case", "under investigation")
        TOLD = "told", pgettext_lazy("penalty case", "party told, not decided")
        DECIDED = "decided", pgettext_lazy("penalty case", "decided, to be served")
        SERVED = "served", pgettext_lazy("penalty case", "served, to be paid")
        PAID = "paid", pgettext_lazy("penalty case", "paid")
        WARNED = "warned", pgettext_lazy("penalty case", "warned")
        SPARED = "spared", pgettext_lazy("penalty case", "no penalty")
        ENDED = "ended", pgettext_lazy("penalty case", "annulled")

    class Hearing(models.TextChoices):
        NONE = "", pgettext_lazy("hearing", "not owed")
        OFFERED = "offered", pgettext_lazy("hearing", "offered")
        ASKED = "asked", pgettext_lazy("hearing", "asked for")
        CALLED = "called", pgettext_lazy("hearing", "called")
        HELD = "held", pgettext_lazy("hearing", "held")

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=60, unique=True)
    procedure = models.CharField(max_length=8, choices=Procedure)
    state = models.CharField(max_length=8, choices=State)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    entity = models.ForeignKey(SupervisedEntity, on_delete=models.PROTECT, null=True, related_name="+")
    inspection = models.ForeignKey(FieldInspection, on_delete=models.PROTECT, null=True, related_name="penalties")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE)
    first_officer = models.ForeignKey(EnforcementOfficer, on_delete=models.PROTECT, related_name="+")
    second_officer = models.ForeignKey(EnforcementOfficer, on_delete=models.PROTECT, related_name="+")
    violation = models.CharField(max_length=40)
    step = models.CharField(max_length=20, blank=True)
    facts = EncryptedText()
    violated_on = models.DateField()
    found_on = models.DateField()
    filed_on = models.DateField()
    due_on = models.DateField(null=True)
    preserved_until = models.DateField(null=True)
    proposed = models.CharField(max_length=8, choices=Outcome, blank=True)
    proposed_fen = models.BigIntegerField(default=0)
    grave_kind = models.BooleanField(default=False)
    told_on = models.DateField(null=True)
    statement_until = models.DateField(null=True)
    considered = models.BooleanField(default=False)
    stated = models.BooleanField(default=False)
    hearing = models.CharField(max_length=8, choices=Hearing, blank=True)
    hearing_until = models.DateField(null=True)
    hearing_on = models.DateField(null=True)
    reviewed_by = models.BigIntegerField(null=True)
    discussed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    fine_fen = models.BigIntegerField(default=0)
    decided_on = models.DateField(null=True)
    decided_by = models.BigIntegerField(null=True)
    serve_until = models.DateField(null=True)
    served_on = models.DateField(null=True)
    file_until = models.DateField(null=True)
    pay_until = models.DateField(null=True)
    contested: Any = models.JSONField(default=list)
    surcharge_fen = models.BigIntegerField(default=0)
    ended_on = models.DateField(null=True)
    publish_until = models.DateField(null=True)
    published = models.CharField(max_length=500, blank=True)
    published_on = models.DateField(null=True)
    withdraw_until = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    key = models.CharField(max_length=60, null=True, unique=True)

    objects = PenaltyCaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["party", "-id"], name="inspection_cases_party", condition=Q(told_on__isnull=False)),
            models.Index(fields=["party", "violation", "-id"], name="inspection_cases_alike"),
            models.Index(fields=["department", "-id"], name="inspection_cases_open_of", condition=Q(ended_on=None)),
            models.Index(fields=["-id"], name="inspection_cases_open", condition=Q(ended_on=None)),
            models.Index(
                fields=["department", "-ended_on", "-id"],
                name="inspection_cases_ended_of",
                condition=Q(ended_on__isnull=False),
            ),
            models.Index(
                fields=["-ended_on", "-id"], name="inspection_cases_ended", condition=Q(ended_on__isnull=False)
            ),
            models.Index(
                fields=["-published_on", "-id"],
                name="inspection_cases_published",
                condition=Q(published_on__isnull=False, withdrawn_on=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_officer=F("second_officer")), name="inspection_penalty_two_officers"
            ),
            models.CheckConstraint(
                condition=Q(fine_fen__gte=0, surcharge_fen__gte=0, surcharge_fen__lte=F("fine_fen")),
                name="inspection_surcharge_capped",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(published_on__isnull=False), name="inspection_withdrawn_published"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        return f"penalty-case:{self.pk}"

    @property
    def citizen(self) -> bool:
        """Say whether limits for citizens count: a person, not an organisation."""
        return self.party.kind == Party.Kind.PERSON


class PenaltyEntryQuerySet(models.QuerySet["PenaltyEntry"]):
    def of(self, case: PenaltyCase) -> Self:
        """Return the links of a case's chain, the first one first."""
        return self.filter(case=case).select_related("document__blob").order_by("turn")

    def last_of(self, case: PenaltyCase) -> "PenaltyEntry | None":
        return self.filter(case=case).order_by("-turn").first()

    def evidence_of(self, case: PenaltyCase) -> Self:
        return self.of(case).filter(kind="evidence")


class PenaltyEntry(models.Model):
    """A link of a case's chain: evidence, or a step. Appended, never edited.

    document      the file; file_digest: its SHA-256, "" where there is none
    previous      the digest of the link before, zeros for the first; digest: see `rules.chain`
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    case = models.ForeignKey(PenaltyCase, on_delete=models.PROTECT, related_name="entries", db_index=False)
    turn = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    words = EncryptedText(blank=True)
    place = models.CharField(max_length=200, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    file_digest = models.CharField(max_length=MAX_DIGEST, blank=True)
    at = models.DateTimeField()
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    previous = models.CharField(max_length=MAX_DIGEST)
    digest = models.CharField(max_length=MAX_DIGEST)

    objects = PenaltyEntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "turn"], name="inspection_entry_turn")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.turn}"

    @property
    def link(self) -> dict[str, Any]:
        """What the digest covers."""
        return {
            "case": self.case_id,
            "turn": self.turn,
            "kind": self.kind,
            "words": self.words,
            "place": self.place,
            "file": self.file_digest,
            "at": self.at.isoformat(),
            "account": self.account,
            "actor": self.actor,
        }
