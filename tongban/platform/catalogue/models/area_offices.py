"""Who handles a service in which area."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.catalogue.models.services import Service
from tongban.platform.identity.models import Department


class AreaOfficeQuerySet(models.QuerySet["AreaOffice"]):
    def in_force(self, on: date) -> Self:
        """Return those that may be applied to on that day."""
        return self.filter(valid_from__lte=on).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))

    def of(self, service: Service) -> Self:
        return self.filter(service=service).select_related("department").order_by("area", "pk")

    def at(self, department: Department) -> Self:
        return self.filter(department=department)


class AreaOffice(models.Model):
    """The office that handles a service in an area of its own 业务属地部门; without one, the definition's offices do.

    department   whose case it is there
    area         code of the area it handles the service for
    roles        role of the process -> key of the department that plays it there
    contacts, remedies   what the guide says of them, as it is there: consult, complaint; review, litigation
    ended_on     the first day on which it cannot be applied to any more; its open cases go on
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="area_offices", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE)
    roles = models.JSONField(default=dict)
    contacts: Any = models.JSONField(default=dict)
    remedies: Any = models.JSONField(default=dict)
    valid_from = models.DateField()
    ended_on = models.DateField(null=True)

    objects = AreaOfficeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "department"], name="catalogue_area_office_once"),
            models.CheckConstraint(condition=~Q(area=""), name="catalogue_area_office_placed"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("valid_from")), name="catalogue_area_office_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.area}"
