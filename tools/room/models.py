"""The notes that people write, and their answers."""

from typing import Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.identity.models import Account, Department
from tongban.platform.parties.models import Party


class NewRoomNoteQuerySet(models.QuerySet["NewRoomNote"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the notes of the party that the actor represents, and those that their duty reaches."""
        own = Q(party=actor.represents_fully) if actor.represents_fully else Q(pk__in=[])
        return self.filter(own | actor.within("newroom.answer"))

    def of(self, actor: Actor) -> Self:
        """Return the notes of the party that the actor represents."""
        return self.filter(party=actor.represents_fully) if actor.represents_fully else self.none()

    def reached_by(self, actor: Actor) -> Self:
        """Return the notes that the actor's duty reaches."""
        return self.filter(actor.within("newroom.answer"))

    def to_answer(self, actor: Actor) -> list[Self]:
        """Return the notes without an answer that the actor's duty reaches, in parts that an index holds in order."""
        return [self.filter(part, answered_on=None) for part in actor.within_by_department("newroom.answer")]

    def with_names(self) -> Self:
        return self.select_related("department", "party")


class NewRoomNote(models.Model):
    """What somebody wrote to a department.

    area       of the department, for duties that reach an area
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    words = EncryptedText()
    written_on = models.DateField()
    answer = EncryptedText(blank=True)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    objects = NewRoomNoteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["party", "-id"], name="newroom_of_party"),
            models.Index(fields=["department", "written_on", "id"], name="newroom_open", condition=Q(answered_on=None)),
            models.Index(fields=["written_on", "id"], name="newroom_all_open", condition=Q(answered_on=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(answered_on__gte=models.F("written_on")), name="newroom_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"note {self.uid}"
