"""Formal letters."""

from typing import Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.widths import MAX_SUBJECT
from tongban.platform.documents.models import MAX_KIND, MAX_TITLE, Document


class LetterQuerySet(models.QuerySet["Letter"]):
    def about(self, subject: str) -> Self:
        """Return the letters about a subject with their files, in the order in which they were issued."""
        return self.filter(subject=subject).select_related("document__blob", "ofd__blob").order_by("pk")

    def on_occasion(self, subject: str, occasion: str) -> "Letter | None":
        """Return the letter that was written on this occasion."""
        return self.filter(subject=subject, occasion=occasion).first()

    def occasions_of(self, subject: str) -> set[str]:
        """Return the occasions on which letters about a subject were written."""
        return set(self.filter(subject=subject).values_list("occasion", flat=True))

    def named(self, document: str) -> Self:
        """Return the letter of a document, as PDF or as OFD, by the document's uid; nothing where it is no uid."""
        return self.filter(Q(document__uid=document) | Q(ofd__uid=document)) if ids.is_uid(document) else self.none()

    def numbered(self, number: str) -> "Letter | None":
        """Return the letter with this number."""
        return self.filter(number=number).select_related("document__blob", "document__owner").first()


class Letter(models.Model):
    """A formal letter, sealed: the acceptance of a case, the request for a supplement, a decision.

    subject    what it is about: "case:12"
    occasion   what it puts in writing: "action:57"; a subject has one letter for each
    kind       name of its template: "acceptance"
    number     its own, see `rules.number`
    document   the sealed PDF; ofd: the same as OFD, made a moment later
    """

    subject = models.CharField(max_length=MAX_SUBJECT)
    occasion = models.CharField(max_length=40)
    kind = models.CharField(max_length=MAX_KIND)
    title = models.CharField(max_length=MAX_TITLE)
    number = models.CharField(max_length=60, unique=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    ofd = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "occasion"], name="letters_once_an_occasion"),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(occasion=""), name="letters_named"),
        ]

    def __str__(self) -> str:
        return self.number

    def file(self, uid: str) -> Document:
        """Return the file of it that was asked for: its OFD by that one's uid, else its PDF."""
        return self.ofd if self.ofd and str(self.ofd.uid) == uid else self.document
