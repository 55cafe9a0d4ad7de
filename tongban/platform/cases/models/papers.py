"""The materials of a case: the papers that were handed in."""

from typing import ClassVar, Self

from django.db import models

from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.platform.cases.models.cases import Case
from tongban.platform.documents.models import Attachment, AttachmentQuerySet


class MaterialQuerySet(AttachmentQuerySet["Material"]):
    # Asked on the way to handing in, and so put into SQL once.

    def current_of(self, subject: models.Model) -> list["Material"]:
        return _PAPERS(case=subject.pk)

    def codes_of(self, subject: models.Model) -> set[str]:
        return set(_CODES(case=subject.pk))

    def contents_of(self, subject: models.Model) -> list[tuple[str, str]]:
        return list(_CONTENTS(case=subject.pk))

    def from_site(self) -> Self:
        return self.filter(code=Material.SITE)


class Material(Attachment):
    """A document that answers one material line of the service, or SITE: what an inspector brought from the site."""

    SUBJECT: ClassVar[str] = "case"
    SITE = "site"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="materials")

    objects = MaterialQuerySet.as_manager()  # type: ignore[misc] # a manager of its own in place of the inherited

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
