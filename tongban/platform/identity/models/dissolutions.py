"""Departments that are dissolved, and who said so."""

from django.db import models
from django.db.models import Q

from tongban.platform.identity.models.accounts import Account
from tongban.platform.identity.models.departments import Department

MAX_REASON = 500


class DissolutionQuerySet(models.QuerySet["Dissolution"]):
    def proposed(self) -> "DissolutionQuerySet":
        """Return those that wait for a second person."""
        return self.filter(done_at__isnull=True).select_related("department", "successor", "proposed_by")

    def of(self, department: Department) -> "Dissolution | None":
        return self.select_related("successor", "proposed_by").filter(department=department).first()


class Dissolution(models.Model):
    """A department is dissolved 机构撤并: proposed by one who looks after accounts, done once a second one confirms.

    successor     who takes its work over; None where it has none left
    proposed_by   None where the house itself did it
    done_at       since when it counts
    """

    department = models.OneToOneField(Department, on_delete=models.PROTECT, related_name="dissolution")
    successor = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=MAX_REASON)
    proposed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = DissolutionQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="identity_dissolution_reasoned")]

    def __str__(self) -> str:
        return f"{self.department_id} → {self.successor_id}"
