"""The materials of a case: the papers that were handed in."""

from collections.abc import Iterable
from typing import Self

from django.db import models

from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import ids
from tongban.platform.cases.models.cases import Case
from tongban.platform.documents.models import Document


class MaterialQuerySet(models.QuerySet["Material"]):
    def of(self, case: Case) -> Self:
        return self.filter(case=case, replaced_at__isnull=True).select_related("document__blob").order_by("pk")

    def current_of(self, case: Case) -> list["Material"]:
        """Return what `of` says, all of it."""
        return _PAPERS(case=case.pk)

    def codes_of(self, case: Case) -> set[str]:
        """Return the lines that have a document."""
        return set(_CODES(case=case.pk))

    def contents_of(self, case: Case) -> list[tuple[str, str]]:
        """Return what lies under the lines: code and digest of the file, in the order in which they came."""
        return list(_CONTENTS(case=case.pk))

    def from_site(self) -> Self:
        return self.filter(code=Material.SITE)

    def ever_of(self, case: Case) -> Self:
        return self.filter(case=case).select_related("document__blob")

    def named(self, document: str) -> Self:
        """Return the row of a document, by the document's uid; nothing where it is no uid."""
        return self.filter(document__uid=document) if ids.is_uid(document) else self.none()

    def under(self, codes: Iterable[str]) -> Self:
        return self.filter(code__in=list(codes))


class Material(models.Model):
    """A document that answers one material line of the service.

    code         the line, or SITE for what an inspector brought from the site
    replaced_at  set when a newer file took its place; the old one stays on record
    """

    SITE = "site"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="materials")
    code = models.CharField(max_length=60)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code", "document"], name="cases_material_once")]

    def __str__(self) -> str:
        return f"{self.code} of {self.case_id}"


_CASE = Param("case", models.BigIntegerField())


_CODES: PreparedQuery[str] = PreparedQuery(
    lambda: Material.objects.filter(case=_CASE, replaced_at__isnull=True).values_list("code", flat=True)
)


_PAPERS: PreparedQuery[Material] = PreparedQuery(
    lambda: (
        Material.objects.filter(case=_CASE, replaced_at__isnull=True).select_related("document__blob").order_by("pk")
    )
)


_CONTENTS: PreparedQuery[tuple[str, str]] = PreparedQuery(
    lambda: (
        Material.objects.filter(case=_CASE, replaced_at__isnull=True)
        .order_by("pk")
        .values_list("code", "document__blob__digest")
    )
)
