"""What people looked for in vain."""

from datetime import date
from typing import Self

from django.db import models


class FailedSearchQuerySet(models.QuerySet["FailedSearch"]):
    def recent(self, *, since: date) -> Self:
        return self.filter(day__gte=since)


class FailedSearch(models.Model):
    """What people looked for and did not find, counted by day; never who."""

    day = models.DateField()
    text = models.CharField(max_length=60)
    times = models.PositiveIntegerField(default=1)

    objects = FailedSearchQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-day", "-times", "id"], name="catalogue_failed_search_most")]
        constraints = [models.UniqueConstraint(fields=["day", "text"], name="catalogue_failed_search_once_a_day")]

    def __str__(self) -> str:
        return f"{self.text} {self.times}"
