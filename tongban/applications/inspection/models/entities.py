"""监管对象 with their risk classes, and 执法人员 with their cards and conflicts of interest."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.applications.inspection.models.reach import parts_within
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models import Account, Department
from tongban.platform.parties.models import MAX_PARTY_NAME, Party

MAX_CARD = 24


class EntityKind(models.TextChoices):
    CATERING = "catering", pgettext_lazy("supervised entity", "catering")
    RETAIL = "retail", pgettext_lazy("supervised entity", "retail")
    HOTEL = "hotel", pgettext_lazy("supervised entity", "hotel")
    FACTORY = "factory", pgettext_lazy("supervised entity", "factory")
    PLACE = "place", pgettext_lazy("supervised entity", "public place")


class RiskClass(models.TextChoices):
    A = "A", pgettext_lazy("risk class", "A low")
    B = "B", pgettext_lazy("risk class", "B medium")
    C = "C", pgettext_lazy("risk class", "C raised")
    D = "D", pgettext_lazy("risk class", "D high")


class SupervisedEntityQuerySet(PartedQuerySet["SupervisedEntity"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return the objects of the departments and areas that the duty inspection.manage reaches."""
        return parts_within(actor, "inspection.manage")

    def listed(self) -> Self:
        """Return those that are supervised today."""
        return self.filter(ended_on=None)

    def of_kinds(self, kinds: Iterable[str]) -> Self:
        return self.filter(kind__in=list(kinds))

    def of_department(self, department: Department, area: str = "") -> Self:
        return self.filter(department=department, area__startswith=area)

    def sensed_by(self, thing: str) -> Self:
        """Return those that a sensing thing is attached to."""
        return self.filter(thing=thing) if thing else self.none()

    def of_party(self, party: int) -> Self:
        return self.filter(party=party)

    def with_names(self) -> Self:
        return self.select_related("department", "party")


class SupervisedEntity(models.Model):
    """A 监管对象: a company, or a place where somebody does business, that a department supervises.

    party    whose it is; None where the city does not know them yet
    risk     the class of today, a copy of the newest EntityRisk
    thing    key of the sensing thing that watches it, "" for none
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    name = models.CharField(max_length=MAX_PARTY_NAME)
    kind = models.CharField(max_length=10, choices=EntityKind)
    address = models.CharField(max_length=200)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE)
    risk = models.CharField(max_length=1, choices=RiskClass)
    thing = models.CharField(max_length=80, blank=True)
    listed_on = models.DateField()
    ended_on = models.DateField(null=True)

    objects = SupervisedEntityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "-id"], name="inspection_entities_of", condition=Q(ended_on=None)),
            models.Index(fields=["-id"], name="inspection_entities_all", condition=Q(ended_on=None)),
            models.Index(fields=["thing"], name="inspection_entities_thing"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(area=""), name="inspection_entity_named"),
            models.CheckConstraint(condition=Q(risk__in=["A", "B", "C", "D"]), name="inspection_entity_risk"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("listed_on")), name="inspection_entity_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"supervised:{self.pk}"


class EntityRiskQuerySet(models.QuerySet["EntityRisk"]):
    def of(self, entity: SupervisedEntity) -> Self:
        """Return how an object was classed, the newest first."""
        return self.filter(entity=entity).order_by("-valid_from", "-pk")

    def on(self, entity: SupervisedEntity, day: date) -> "EntityRisk | None":
        """Return the class that counted on a day."""
        return self.of(entity).filter(valid_from__lte=day).first()


class EntityRisk(models.Model):
    """A risk class (信用风险分类) of an object from a day on, with its source and reason. Appended, never edited."""

    entity = models.ForeignKey(SupervisedEntity, on_delete=models.PROTECT, related_name="risks", db_index=False)
    risk = models.CharField(max_length=1, choices=RiskClass)
    valid_from = models.DateField()
    source = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    actor = models.CharField(max_length=MAX_ACTOR_NAME)

    objects = EntityRiskQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["entity", "-valid_from", "-id"], name="inspection_risks_of")]
        constraints = [
            models.CheckConstraint(condition=~Q(source="") & ~Q(reason=""), name="inspection_risk_sourced"),
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.risk}"


class EnforcementOfficerQuerySet(models.QuerySet["EnforcementOfficer"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(valid_until__gte=on)

    def of_department(self, department: Department) -> Self:
        return self.filter(department=department).order_by("card")

    def of_account(self, account: int | None) -> Self:
        return self.filter(account=account)

    def with_names(self) -> Self:
        return self.select_related("account", "department")


class EnforcementOfficer(models.Model):
    """An official with a law enforcement card (执法证); its number is shown at every inspection."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    card = models.CharField(max_length=MAX_CARD, unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateField()

    objects = EnforcementOfficerQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(card=""), name="inspection_officer_carded")]

    def __str__(self) -> str:
        return self.card

    @property
    def title(self) -> str:
        """Name and number of the card, as papers say both."""
        return f"{self.account.name}（{self.card}）"


class OfficerConflictQuerySet(models.QuerySet["OfficerConflict"]):
    def among(self, officers: Iterable[int]) -> Self:
        return self.filter(officer__in=list(officers)).select_related("officer", "entity")

    def between(self, officers: Iterable[int], entity: SupervisedEntity) -> Self:
        return self.filter(officer__in=list(officers), entity=entity)


class OfficerConflict(models.Model):
    """A conflict of interest 回避: this officer does not inspect this object."""

    officer = models.ForeignKey(EnforcementOfficer, on_delete=models.PROTECT, related_name="conflicts", db_index=False)
    entity = models.ForeignKey(SupervisedEntity, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    declared_on = models.DateField()

    objects = OfficerConflictQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "entity"], name="inspection_conflict_once")]

    def __str__(self) -> str:
        return f"{self.officer_id} not {self.entity_id}"
