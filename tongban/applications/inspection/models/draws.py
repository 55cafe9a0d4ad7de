"""双随机: draws with their frozen lists, published before and after."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from tongban.applications.inspection.models.reach import parts_within
from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE, MAX_DIGEST
from tongban.platform.identity.models import Department


class InspectionDrawQuerySet(PartedQuerySet["InspectionDraw"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return those of departments that the duty inspection.manage reaches; everybody reads what is published."""
        return parts_within(actor, "inspection.manage")

    def with_names(self) -> Self:
        return self.select_related("department")


class InspectionDraw(models.Model):
    """A draw of objects and officers.

    pool        what is drawn from, frozen: entities [[uid, weight]], officers [card], conflicts, count
    labels      uid → name of the object, for people
    commitment  binds secret and list, published before; secret: published afterwards
    witness     what nobody could know before, typed at the draw; witness_source: where anybody can look it up
    result      [[uid, [card, card]], …]; None before the draw
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    title = models.CharField(max_length=120)
    matter = models.CharField(max_length=40)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    pool: Any = models.JSONField()
    labels: Any = models.JSONField()
    pool_digest = models.CharField(max_length=MAX_DIGEST)
    commitment = models.CharField(max_length=MAX_DIGEST)
    secret = EncryptedText()
    witness_source = models.CharField(max_length=200)
    witness = models.CharField(max_length=120, blank=True)
    result: Any = models.JSONField(null=True)
    inspect_until = models.DateField()
    committed_at = models.DateTimeField()
    draw_after = models.DateField()
    drawn_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)

    objects = InspectionDrawQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["department", "-id"], name="inspection_draws_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(drawn_at=None, witness="", result__isnull=True)
                | (Q(drawn_at__gt=models.F("committed_at"), result__isnull=False) & ~Q(witness="")),
                name="inspection_draw_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        return f"inspection-draw:{self.pk}"
