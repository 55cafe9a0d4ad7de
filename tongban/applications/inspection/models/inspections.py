"""Inspections in the field, and the orders to correct what they found."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.inspection.models.draws import InspectionDraw
from tongban.applications.inspection.models.entities import EnforcementOfficer, SupervisedEntity
from tongban.applications.inspection.models.reach import parts_within
from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE, MAX_DIGEST
from tongban.platform.documents.models import Document
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party

MAX_KEY = 60


class FieldInspectionQuerySet(PartedQuerySet["FieldInspection"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return what the duty inspection.manage reaches, and what the actor inspects with a colleague."""
        own = []
        if actor.account and actor.holds("inspection.inspect"):
            own = [Q(first_account=actor.account), Q(second_account=actor.account)]
        return [*parts_within(actor, "inspection.manage"), *own]

    def managed_by(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in parts_within(actor, "inspection.manage")]

    def inspected_by(self, account: int | None) -> list[Self]:
        """Return those of one officer, in two parts that an index holds each."""
        return [self.filter(first_account=account), self.filter(second_account=account)]

    def planned(self) -> Self:
        return self.filter(done_at=None)

    def done(self) -> Self:
        return self.filter(done_at__isnull=False)

    def of(self, entity: SupervisedEntity) -> Self:
        """Return the inspections of an object, the newest first."""
        return self.filter(entity=entity).order_by("-pk")

    def of_draw(self, draw: InspectionDraw) -> Self:
        return self.filter(draw=draw).order_by("pk")

    def among(self, numbers: Iterable[int]) -> Self:
        return self.filter(pk__in=list(numbers))

    def with_names(self) -> Self:
        return self.select_related(
            "entity__party", "department", "first_officer__account", "second_officer__account", "draw"
        )


class FieldInspection(models.Model):
    """An inspection of an object by two officers. Once recorded it is never changed: `digest` says so.

    method     "on-site", "online", "papers"
    origin     "draw", "plan", "clue"
    answers    [{"key", "text", "outcome": yes | no | na, "words"}], as the officers gave them
    signed     name of whoever was inspected, typed on the phone; refusal: why they did not sign
    at, key    moment and key of the phone; offline: it waited on the phone
    """

    class Outcome(models.TextChoices):
        CLEAN = "clean", gettext_lazy("no problem found")
        CORRECTED = "corrected", gettext_lazy("problems found, corrected on the spot")
        ORDERED = "ordered", gettext_lazy("problems found, order to correct")
        CASE = "case", gettext_lazy("problems found, to be filed as a case")
        ABSENT = "absent", gettext_lazy("could not be inspected: closed or not found")

    class Origin(models.TextChoices):
        DRAW = "draw", pgettext_lazy("inspection", "random draw")
        PLAN = "plan", pgettext_lazy("inspection", "planned")
        CLUE = "clue", pgettext_lazy("inspection", "clue")

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=20, unique=True)
    entity = models.ForeignKey(SupervisedEntity, on_delete=models.PROTECT, related_name="inspections")
    matter = models.CharField(max_length=40)
    method = models.CharField(max_length=10)
    origin = models.CharField(max_length=6, choices=Origin)
    draw = models.ForeignKey(InspectionDraw, on_delete=models.PROTECT, null=True, related_name="inspections")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE)
    planned_on = models.DateField()
    first_officer = models.ForeignKey(EnforcementOfficer, on_delete=models.PROTECT, related_name="+")
    second_officer = models.ForeignKey(EnforcementOfficer, on_delete=models.PROTECT, related_name="+")
    first_account = models.BigIntegerField()
    second_account = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answers: Any = models.JSONField(default=list)
    words = EncryptedText(blank=True)
    signed = EncryptedText(blank=True)
    refusal = EncryptedText(blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    offline = models.BooleanField(default=False)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    key = models.CharField(max_length=MAX_KEY, null=True, unique=True)
    digest = models.CharField(max_length=MAX_DIGEST, blank=True)

    objects = FieldInspectionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["department", "planned_on", "id"], name="inspection_planned_of", condition=Q(done_at=None)
            ),
            models.Index(fields=["planned_on", "id"], name="inspection_planned", condition=Q(done_at=None)),
            models.Index(
                fields=["department", "-done_at", "-id"],
                name="inspection_done_of",
                condition=Q(done_at__isnull=False),
            ),
            models.Index(fields=["-done_at", "-id"], name="inspection_done", condition=Q(done_at__isnull=False)),
            models.Index(
                fields=["first_account", "planned_on", "id"], name="inspection_first", condition=Q(done_at=None)
            ),
            models.Index(
                fields=["second_account", "planned_on", "id"], name="inspection_second", condition=Q(done_at=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_officer=F("second_officer")) & ~Q(first_account=F("second_account")),
                name="inspection_two_officers",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, outcome="", digest="")
                | (Q(done_at__isnull=False) & ~Q(outcome="") & ~Q(digest="")),
                name="inspection_recorded_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        return f"inspection:{self.pk}"

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The items that were not in order."""
        return [one for one in self.answers if one["outcome"] == "no"]


class InspectionPhotoQuerySet(models.QuerySet["InspectionPhoto"]):
    def of(self, inspection: FieldInspection) -> Self:
        return self.filter(inspection=inspection).select_related("document__blob").order_by("pk")


class InspectionPhoto(models.Model):
    """A photograph taken at an inspection. key: the phone's own; the same again is the same photograph."""

    inspection = models.ForeignKey(FieldInspection, on_delete=models.PROTECT, related_name="photos")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    key = models.CharField(max_length=MAX_KEY + 10, null=True, unique=True)

    objects = InspectionPhotoQuerySet.as_manager()

    def __str__(self) -> str:
        return f"photo of {self.inspection_id}"


class CorrectionOrderQuerySet(PartedQuerySet["CorrectionOrder"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return those of the party that the actor represents, and those that the duty inspection.manage reaches."""
        own = [Q(party=actor.represents_fully)] if actor.represents_fully else []
        return [*own, *parts_within(actor, "inspection.manage")]

    def managed_by(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in parts_within(actor, "inspection.manage")]

    def of_party(self, party: int | None) -> Self:
        return self.filter(party=party) if party else self.none()

    def of(self, inspection: FieldInspection) -> "CorrectionOrder | None":
        return self.filter(inspection=inspection).first()

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def closed(self) -> Self:
        return self.filter(closed_on__isnull=False)

    def with_names(self) -> Self:
        return self.select_related("inspection__entity", "department", "party")


class CorrectionOrder(models.Model):
    """责令改正: what is to be put right until a day, the proof of it, and what the re-check found.

    proof        what the company says it did; proved_on: when it said so
    checked      words of the re-check; state: see State
    """

    class State(models.TextChoices):
        ORDERED = "ordered", pgettext_lazy("correction", "to be corrected")
        PROVED = "proved", pgettext_lazy("correction", "proof handed in, to be checked")
        DONE = "done", pgettext_lazy("correction", "corrected")
        REFUSED = "refused", pgettext_lazy("correction", "not corrected")

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=60, unique=True)
    inspection = models.OneToOneField(FieldInspection, on_delete=models.PROTECT, related_name="correction")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE)
    words = EncryptedText()
    basis = models.CharField(max_length=200)
    ordered_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.ORDERED)
    proof = EncryptedText(blank=True)
    proved_on = models.DateField(null=True)
    checked = EncryptedText(blank=True)
    closed_on = models.DateField(null=True)
    checked_by = models.BigIntegerField(null=True)

    objects = CorrectionOrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["party", "-id"], name="inspection_orders_party"),
            models.Index(
                fields=["department", "due_on", "id"], name="inspection_orders_open_of", condition=Q(closed_on=None)
            ),
            models.Index(fields=["due_on", "id"], name="inspection_orders_open", condition=Q(closed_on=None)),
            models.Index(
                fields=["department", "-closed_on", "-id"],
                name="inspection_orders_closed_of",
                condition=Q(closed_on__isnull=False),
            ),
            models.Index(
                fields=["-closed_on", "-id"], name="inspection_orders_closed", condition=Q(closed_on__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("ordered_on")), name="inspection_order_days"),
            models.CheckConstraint(
                condition=Q(closed_on=None, state__in=["ordered", "proved"])
                | Q(closed_on__isnull=False, state__in=["done", "refused"]),
                name="inspection_order_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        return f"correction-order:{self.pk}"


class CorrectionProofQuerySet(models.QuerySet["CorrectionProof"]):
    def of(self, order: CorrectionOrder) -> Self:
        return self.filter(order=order).select_related("document__blob").order_by("pk")


class CorrectionProof(models.Model):
    """A file that proves a correction."""

    order = models.ForeignKey(CorrectionOrder, on_delete=models.PROTECT, related_name="proofs")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")

    objects = CorrectionProofQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "document"], name="inspection_proof_once")]

    def __str__(self) -> str:
        return f"proof of {self.order_id}"
