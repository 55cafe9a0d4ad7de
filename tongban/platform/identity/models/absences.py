"""When officials are away."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from tongban.platform.identity.models.accounts import Account


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def of(self, account: int, *, on: date) -> Self:
        """Return the absences of an official that are not over that day, the next first."""
        return self.filter(account=account, last_on__gte=on, ended_at__isnull=True).order_by("first_on", "pk")

    def days_back(self, accounts: Iterable[int], *, on: date) -> dict[int, date]:
        """Return of these officials those who are away that day, and the last day of their absence."""
        away = self.filter(account__in=list(accounts), first_on__lte=on, last_on__gte=on, ended_at__isnull=True)
        return dict(away.order_by("last_on").values_list("account_id", "last_on"))


class Absence(models.Model):
    """An official is away from day to day; why is nobody's business here.

    ended_at   they came back earlier, or the entry was a mistake
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="identity_absence_dates"),
            models.UniqueConstraint(
                fields=["account", "first_on"], condition=Q(ended_at__isnull=True), name="identity_absence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.first_on}–{self.last_on}"
