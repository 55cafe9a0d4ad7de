"""What a directory elsewhere calls our officials and departments, and which of them it took away."""

from django.db import models
from django.db.models import Q

from tongban.platform.identity.models import Account, Department

MAX_EXTERNAL_NAME, MAX_EMPLOYEE_NUMBER = 200, 40


class DirectoryEntry(models.Model):
    """An official or a department as a directory knows it.

    external_name   what it is called there
    employee_number   an official's, as personnel counts (工号)
    removed_at    when the directory deleted it: the account was closed, and the directory finds it no more
    """

    account = models.OneToOneField(Account, null=True, on_delete=models.CASCADE, related_name="directory_entry")
    department = models.OneToOneField(Department, null=True, on_delete=models.CASCADE, related_name="directory_entry")
    external_name = models.CharField(max_length=MAX_EXTERNAL_NAME, blank=True)
    employee_number = models.CharField(max_length=MAX_EMPLOYEE_NUMBER, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, department__isnull=True)
                | Q(account__isnull=True, department__isnull=False),
                name="provisioning_entry_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"
