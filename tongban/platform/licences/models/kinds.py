"""Licence kinds (证照类型): what each is called, who defines it, what its face must say, by what source."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.kernel.wording import worded
from tongban.platform.documents.models import MAX_KIND


class LicenceKindQuerySet(models.QuerySet["LicenceKind"]):
    def in_force(self, on: date) -> Self:
        """Return the kinds that licences may be of on that day."""
        valid = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
        return self.filter(valid, valid_from__lte=on).order_by("code", "-version")

    def of_code(self, code: str, on: date) -> "LicenceKind | None":
        """Return the newest version of the kind with this 证照类型代码 on that day; None where none is defined."""
        return self.in_force(on).filter(code=code).first()


class LicenceKind(models.Model):
    """One version of a kind of licence, as the catalogue of GB/T 36902 lists it.

    code         证照类型代码, 21 characters: the defining body's code and three more
    kind         readable code, as licences carry it
    definer      定义机构 by name and unified social credit code
    holders      持证主体代码类型 whom it is given to: "001" organisations, "111" citizens …
    fields       照面要素: [{"name": …, "type": text | date | number | credit-code | id-number, "required": …}]
    source       which rule or catalogue says so
    """

    code = models.CharField(max_length=21)
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=MAX_KIND)
    name = models.CharField(max_length=120)
    english = models.CharField(max_length=200, blank=True)
    definer = models.CharField(max_length=120)
    definer_code = models.CharField(max_length=18)
    holders: Any = models.JSONField(default=list)
    fields: Any = models.JSONField(default=list)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    source = models.CharField(max_length=200)

    objects = LicenceKindQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="licences_kind_version_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")), name="licences_kind_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"

    @property
    def title(self) -> str:
        """What the kind is called in the reader's language."""
        return worded(self.name, self.english)
