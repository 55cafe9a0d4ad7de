"""What is kept of a complaint: a form as far as it is filled in, and the papers that were brought with it."""

from functools import partial
from typing import ClassVar, Self

from django.db import models

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.documents.models import Attachment
from tongban.platform.eforms.models import FilledForm
from tongban.platform.parties.models import Party


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what this actor complained of, in whoever's name they act now."""
        return self.filter(owner=actor.represents)


class Complaint(FilledForm):
    """What somebody complains of. sent_at: None while they fill it in."""

    uid = models.CharField(max_length=16, default=partial(ids.token, 16), unique=True)
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        app_label = "complaints"

    def __str__(self) -> str:
        return self.uid


class Paper(Attachment):
    """A document that answers a line of what a complaint needs."""

    SUBJECT: ClassVar[str] = "complaint"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="+")

    class Meta:
        app_label = "complaints"
        constraints = [models.UniqueConstraint(fields=["complaint", "code", "document"], name="complaints_paper_once")]

    def __str__(self) -> str:
        return f"{self.code} of {self.complaint_id}"
