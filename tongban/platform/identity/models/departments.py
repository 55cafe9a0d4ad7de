"""The tree of departments."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.infrastructure.kernel.wording import worded

MAX_DEPARTMENT_NAME = 120


class DepartmentQuerySet(models.QuerySet["Department"]):
    def under(self, department: "Department") -> Self:
        """Return the department and everything below it, from top to bottom."""
        return self.filter(path__startswith=department.path).order_by("path")

    def roots(self) -> Self:
        return self.filter(parent__isnull=True).order_by("order", "key")

    def root_of(self, department: "Department") -> "Department":
        """Return the top of the tree in which a department stands: the government of its city."""
        return self.get(key=department.path.split("/")[0])

    def of_the_house(self) -> Self:
        """Return every department that stands in a tree; where there is no tree, all.

        What an imported list of items names stands alone at the top: a name, and nobody's place of work.
        """
        in_a_tree = self.filter(Q(parent__isnull=False) | Exists(self.filter(parent=OuterRef("pk"))))
        return in_a_tree if in_a_tree.exists() else self

    def all_reached_by(self, actor: Actor, duty: str) -> bool:
        """Say whether the duty is held for every department of the tree, without an area."""
        return actor.holds(duty) and all(
            actor.holds(duty, department=pk) for pk in self.of_the_house().values_list("pk", flat=True)
        )

    def called(self, text: str) -> "Department | None":
        """Return the department with this key, name or credit code; None where there is none, or more than one."""
        found = list(self.filter(Q(key=text) | Q(name=text) | Q(uscc=text, uscc__gt=""))[:2])
        return found[0] if len(found) == 1 else None

    def in_order(self) -> Self:
        """Return all, as the city lists them; those too that were dissolved."""
        return self.order_by("order", "key")

    def working(self) -> Self:
        """Return those that were not dissolved: who may be given something to do."""
        return self.filter(dissolved_on__isnull=True)

    def directly_below(self, departments: Iterable[int]) -> Self:
        """Return the departments whose parent is one of these, in order; none that was dissolved."""
        return self.working().filter(parent__in=departments).order_by("order", "key")

    def managed_by(self, actor: Actor) -> Self:
        """Return those whose accounts the actor looks after."""
        return self.filter(actor.within("identity.manage", department="pk"))

    def taken_over_by(self, departments: Iterable[int]) -> frozenset[int]:
        """Return the ids of dissolved departments whose work went over to one of these."""
        return frozenset(self.filter(successor__in=list(departments)).values_list("pk", flat=True))

    def acting_by_key(self, keys: Iterable[str]) -> "models.QuerySet[Department, tuple[str, int]]":
        """Return for each key the id of the department that does its work today."""
        return self.filter(key__in=keys).values_list("key", Coalesce("successor_id", "pk"))

    def acting_for(self, key: str) -> "Department":
        """Return the department of this key, or the one that took it over."""
        return self.select_related("successor").get(key=key).acting

    def titles(self) -> dict[str, str]:
        """Return what each is called in the reader's language, by its name."""
        return {name: worded(name, english) for name, english in self.values_list("name", "english")}

    def names(self) -> dict[int, str]:
        """Return what each is called in the house's language, by its id."""
        return dict(self.values_list("pk", "name"))

    def with_keys(self, keys: Iterable[str]) -> Self:
        return self.filter(key__in=keys).order_by("order", "key")


class Department(models.Model):
    """A part of the administration; departments form a tree.

    key    readable and lasting, "market-regulation"; definitions and settings name a department by it
    path   keys from the root to here, each followed by "/"; what is below a department starts with its path
    area   code of the area it is responsible for; uscc: its unified social credit code
    dissolved_on   since when it does nothing any more
    successor      who took its work over, at the end of however many hands
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=MAX_DEPARTMENT_NAME)
    english = models.CharField(max_length=160, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=500, unique=True)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    order = models.PositiveIntegerField(default=0)
    dissolved_on = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="identity_department_named"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(dissolved_on__isnull=False), name="identity_successor_after_all"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return worded(self.name, self.english)

    @property
    def acting(self) -> "Department":
        """Who does its work: itself, or the department that took it over."""
        return self.successor or self
