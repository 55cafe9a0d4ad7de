"""Sources that are compared, their rows, and the clues that come of it."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from tongban.applications.inspection.models.entities import SupervisedEntity
from tongban.applications.inspection.models.inspections import FieldInspection
from tongban.applications.inspection.models.reach import parts_within
from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE, MAX_DIGEST
from tongban.platform.identity.models import Department


class ClueSourceQuerySet(PartedQuerySet["ClueSource"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        return parts_within(actor, "inspection.compare")

    def newest(self, kind: str, department: Department) -> "ClueSource | None":
        """Return the newest table of a kind that a department has."""
        return self.filter(kind=kind, department=department).order_by("-as_of", "-pk").first()

    def with_names(self) -> Self:
        return self.select_related("department")


class ClueSource(models.Model):
    """A table that an authority handed over, as of a day. kind: what rules call it; rows: how many it has."""

    uid = models.UUIDField(default=ids.uid, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    authority = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    as_of = models.DateField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    rows = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    actor = models.CharField(max_length=MAX_ACTOR_NAME)

    objects = ClueSourceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "-id"], name="inspection_sources_of"),
            models.Index(fields=["kind", "department", "-as_of", "-id"], name="inspection_sources_kind"),
        ]

    def __str__(self) -> str:
        return self.title


class ClueRecordQuerySet(models.QuerySet["ClueRecord"]):
    def of(self, source: ClueSource) -> Self:
        return self.filter(source=source).order_by("line")


class ClueRecord(models.Model):
    """A row of a table: whom it is about, and its figures. line: in the file, from 2."""

    uid = models.UUIDField(default=ids.uid, unique=True)
    source = models.ForeignKey(ClueSource, on_delete=models.PROTECT, related_name="records", db_index=False)
    line = models.PositiveIntegerField()
    identifier_digest = models.CharField(max_length=MAX_DIGEST, blank=True)
    name = EncryptedText()
    address = EncryptedText(blank=True)
    figures = EncryptedText()

    objects = ClueRecordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "line"], name="inspection_record_line")]

    def __str__(self) -> str:
        return f"{self.source_id} line {self.line}"


class RiskClueQuerySet(PartedQuerySet["RiskClue"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return what the duty inspection.compare reaches."""
        return parts_within(actor, "inspection.compare")

    def open(self) -> Self:
        return self.filter(decided_at=None)

    def decided(self) -> Self:
        return self.filter(decided_at__isnull=False)

    def with_names(self) -> Self:
        return self.select_related("department", "entity", "inspection")


class RiskClue(models.Model):
    """A question to a human: two sources disagree about one enterprise, or a device reported something.

    rule, rule_from   which rule in which edition; measure: by how much they differ
    lines             what sources say: [{"source", "authority", "as_of", "line", "name", "field", "value", "unit"}]
    linkage           how the rows were linked: {"by", "score", "name_score", "address_score", "least"}
    words             why it was dismissed, or why it is looked into; inspection: what it led to
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    rule = models.CharField(max_length=40)
    rule_from = models.DateField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    entity = models.ForeignKey(SupervisedEntity, on_delete=models.PROTECT, null=True, related_name="+")
    name = EncryptedText()
    measure = models.CharField(max_length=40, blank=True)
    lines = EncryptedText()
    linkage: Any = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    pursued = models.BooleanField(null=True)
    words = EncryptedText(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    inspection = models.ForeignKey(FieldInspection, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=100, unique=True)

    objects = RiskClueQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "-id"], name="inspection_clues_of", condition=Q(decided_at=None)),
            models.Index(fields=["-id"], name="inspection_clues_open", condition=Q(decided_at=None)),
            models.Index(
                fields=["department", "-decided_at", "-id"],
                name="inspection_clues_decided_of",
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(
                fields=["-decided_at", "-id"], name="inspection_clues_decided", condition=Q(decided_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, pursued=None) | Q(decided_at__isnull=False, pursued__isnull=False),
                name="inspection_clue_decided",
            )
        ]

    def __str__(self) -> str:
        return f"clue {self.uid}"

    @property
    def subject(self) -> str:
        return f"risk-clue:{self.pk}"
