"""Code lists and calendar days, each with where it comes from and from when to when it holds."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q


class YearQuerySet(models.QuerySet["Year"]):
    def in_order(self) -> Self:
        return self.order_by("year")


class Year(models.Model):
    """A year whose public holidays and make-up days are published, in a notice that may reach into the year before.

    source   the notice, and where its text was taken from
    """

    year = models.PositiveSmallIntegerField(unique=True)
    source = models.CharField(max_length=300)
    loaded_at = models.DateTimeField()

    objects = YearQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="codes_year_has_a_source")]

    def __str__(self) -> str:
        return str(self.year)


class DayQuerySet(models.QuerySet["Day"]):
    def of(self, year: int) -> Self:
        return self.filter(year__year=year).order_by("on")

    def by_notice(self) -> "models.QuerySet[Day, tuple[date, bool]]":
        """Return (day, off) of all notices, later ones last: of a day that two of them name, the later one counts."""
        return self.order_by("year__year", "on").values_list("on", "off")


class Day(models.Model):
    """A day that differs from what its weekday says, or is named in the notice.

    off   True: a day off; False: a weekend day worked instead
    """

    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    off = models.BooleanField()
    name = models.CharField(max_length=40)

    objects = DayQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "on"], name="codes_day_once_a_notice")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class FixedDayQuerySet(models.QuerySet["FixedDay"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on)


class FixedDay(models.Model):
    """A holiday whose date the law fixes every year; it stands in where no notice is published yet."""

    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    source = models.CharField(max_length=300)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    objects = FixedDayQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "day", "valid_from"], name="codes_fixed_day_once")]

    def __str__(self) -> str:
        return f"{self.month}-{self.day} {self.name}"


class CodeListQuerySet(models.QuerySet["CodeList"]):
    def in_order(self) -> Self:
        return self.order_by("key")


class CodeList(models.Model):
    """One list of codes.

    key      name by which definitions and code ask for it, "service-type"
    source   standard, edition and table
    note     what a user of the list must know, e.g. that an entry still needs checking against the standard
    """

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    english = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=300)
    note = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    loaded_at = models.DateTimeField()

    objects = CodeListQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="codes_list_has_a_source")]

    def __str__(self) -> str:
        return self.key


class CodeQuerySet(models.QuerySet["Code"]):
    def of(self, key: str) -> Self:
        return self.filter(list__key=key).order_by("order", "pk")

    def valid(self, *, on: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on)


class Code(models.Model):
    """One entry. A changed meaning is a new row with a later `valid_from`; the old one gets its last day.

    parent   code of the entry above, in lists that are trees
    """

    list = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    parent = models.CharField(max_length=40, blank=True)
    order = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "code", "valid_from"], name="codes_code_once_a_time"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="codes_code_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
