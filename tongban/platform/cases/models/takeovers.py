"""Which cases were taken over from an older system, and by which number it knew them."""

from typing import Self

from django.db import models
from django.db.models import Q

from tongban.infrastructure.kernel.widths import MAX_DIGEST
from tongban.platform.cases.models.cases import Case

MAX_SYSTEM = 80
MAX_FOREIGN_NUMBER = 120


class TakeoverQuerySet(models.QuerySet["Takeover"]):
    def known(self, system: str, number: str) -> "Takeover | None":
        """Return under what a case of that system was taken over."""
        return self.filter(system=system, number=number).first()

    def of(self, case: Case) -> Self:
        return self.filter(case=case)


class Takeover(models.Model):
    """A case that another system kept before. Written once, with the case.

    system, number   what that system is called, and its number of the case
    digest           SHA-256 of the line it was read from: the same number with other words is another case
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="takeover")
    system = models.CharField(max_length=MAX_SYSTEM)
    number = models.CharField(max_length=MAX_FOREIGN_NUMBER)
    digest = models.CharField(max_length=MAX_DIGEST)
    at = models.DateTimeField()

    objects = TakeoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "number"], name="cases_takeover_once"),
            models.CheckConstraint(condition=~Q(system="") & ~Q(number=""), name="cases_takeover_named"),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.number}"
