"""What is asked of cases day by day: which are due, and which act on a licence that ends."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import Model, Q

from tongban.platform.cases.models.states import UNDER_WAY, State
from tongban.platform.cases.rules import CLOSED

Row = TypeVar("Row", bound="Model")


class DueQuerySet(models.QuerySet[Row]):
    def unanswered(self, *, on: date) -> Self:
        """Return submissions nobody answered in time: the law holds them accepted."""
        return self.filter(state=State.SUBMITTED, acceptance_due_on__lt=on)

    def unbrought(self, state: str, *, on: date) -> Self:
        """Return cases in that state whose applicants did not bring in time what they wait for."""
        return self.filter(state=state, applicant_due_on__lt=on)

    def to_archive(self, *, before: datetime) -> Self:
        """Return closed cases of ours of which nothing changed since then, with no archive record drawn up yet."""
        ours = self.filter(takeover__isnull=True, archived_on__isnull=True)
        return ours.filter(state__in=sorted(CLOSED), updated_at__lt=before)

    def to_bring(self, *, first: date, last: date) -> Self:
        """Return cases whose applicants have to bring something by one of these days."""
        return self.filter(applicant_due_on__gte=first, applicant_due_on__lte=last)

    def due_from(self, day: date) -> list[int]:
        """Return the keys of open cases of which some last day is this one or a later one."""
        later = (
            Q(acceptance_due_on__gte=day, state=State.SUBMITTED)
            | Q(promised_due_on__gte=day, state=State.ACCEPTED)
            | Q(statutory_due_on__gte=day, state=State.ACCEPTED)
        )
        return list(self.filter(later).order_by("pk").values_list("pk", flat=True))

    def open_about(self, licences: Iterable[int]) -> dict[int, str]:
        """Return which of these licences an open application acts on: key of the licence -> number of the case."""
        found = self.filter(licence__in=list(licences), state__in=UNDER_WAY)
        return dict(found.values_list("licence", "number"))

    def licence_ended(self, *, on: date) -> Self:
        """Return open cases whose licence was valid until a day before that one."""
        found = self.filter(state__in=UNDER_WAY, licence__isnull=False, licence__valid_until__lt=on)
        return found.select_related("version__service", "licence", "department").order_by("pk")
