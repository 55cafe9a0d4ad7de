"""公示: what the public may read of an application or a decision, and what those concerned say about it."""

from datetime import date
from functools import partial
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedJSON
from tongban.infrastructure.database.prepared import Param
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.widths import MAX_SERVICE_CODE
from tongban.platform.cases.models.cases import Case
from tongban.platform.parties.models import MAX_PARTY_NAME


class PublicationQuerySet(models.QuerySet["Publication"]):
    def public(self, on: date | Param) -> Self:
        """Return what may be read by everybody that day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=on), began_on__lte=on)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind else self.all()

    def found_by(self, text: str) -> Self:
        """Return those whose number, or shown name, begins with this text; all where there is none."""
        return self.filter(Q(number__startswith=text) | Q(name__startswith=text)) if text else self.all()

    def with_uid(self, uid: str) -> "Publication | None":
        return self.filter(uid=uid).select_related("case__version__service", "case__department").first()

    def of(self, case: Case) -> Self:
        return self.filter(case=case).order_by("pk")


class Publication(models.Model):
    """What is published of a case. Its words are frozen: what was masked once stays so.

    turn      the how-manieth of its kind, where a decision was made anew
    name      of the applicant; of a person masked
    until     last day; None where it stays
    says      [[label, text]], in Chinese
    """

    class Kind(models.TextChoices):
        APPLICATION = "application", pgettext_lazy("publications", "Application")
        DECISION = "decision", pgettext_lazy("publications", "Decision")

    uid = models.CharField(max_length=16, unique=True, default=partial(ids.token, 16))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    turn = models.PositiveSmallIntegerField(default=1)
    service = models.CharField(max_length=MAX_SERVICE_CODE)
    title = models.CharField(max_length=200)
    name = models.CharField(max_length=MAX_PARTY_NAME)
    number = models.CharField(max_length=32)
    began_on = models.DateField()
    until = models.DateField(null=True)
    says = models.JSONField(default=list)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-began_on", "-id"], name="cases_published_newest"),
            models.Index(fields=["number"], name="cases_published_number"),
            models.Index(fields=["name"], name="cases_published_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "turn"], name="cases_published_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("began_on")), name="cases_published_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ConcernQuerySet(models.QuerySet["Concern"]):
    def about(self, case: Case) -> Self:
        return self.filter(publication__case=case).order_by("pk")

    def unanswered(self) -> Self:
        return self.filter(answered_on__isnull=True)


class Concern(models.Model):
    """What somebody whose interests are touched said about a publication, and the answer.

    said   {"name", "contact", "text"}, encrypted: only the office that decides reads who it was
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    said: Any = EncryptedJSON(default=dict, row=["publication_id"])
    on = models.DateField()
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True) | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="cases_concern_answered",
            )
        ]

    def __str__(self) -> str:
        return f"concern {self.pk}"
