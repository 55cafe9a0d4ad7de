"""Copies 抄送: a matter is sent to somebody to be read; nothing has to be done."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, Self, cast
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import MAX_PARTS, Actor, any_of, in_areas, within_reach
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_SUBJECT
from tongban.platform.workflow.models.processes import MAX_ABOUT


class CopyRow(NamedTuple):
    """What a line of the list says about a copy."""

    id: int
    uid: UUID
    subject: str
    about: str
    sender: str
    reason: str
    sent_at: datetime
    read_at: datetime | None


class CopyQuerySet(models.QuerySet["Copy"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what was sent to the actor, or to a department whose duty for it they hold."""
        if actor.kind == "system":
            return self
        return self.filter(any_of([Q(account=actor.account, account__isnull=False), self._of_offices(actor)]))

    def parts(self, actor: Actor, duties: Iterable[str]) -> "list[Self]":
        """Return what `visible_to` lets through for these duties, in parts that an index holds in order.

        One part for each department; whoever reaches very many looks at a good part of everything in one.
        """
        own = self.filter(account=actor.account)
        reaches = {duty: actor.reach(duty) for duty in duties if actor.holds(duty)}
        departments = {number for reach in reaches.values() for number in reach}
        offices = self.filter(account__isnull=True)
        if None in departments or len(departments) > MAX_PARTS:
            wide = any_of(Q(duty=duty) & within_reach(reach) for duty, reach in reaches.items())
            return [own, offices.filter(wide)]
        parts = [
            offices.filter(
                any_of(Q(duty=duty) & in_areas(reach[one]) for duty, reach in reaches.items() if one in reach),
                department=one,
            )
            for one in sorted(number for number in departments if number is not None)
        ]
        return [own, *parts]

    def of(self, subject: str) -> Self:
        return self.filter(subject=subject).order_by("pk")

    def addressed(self, department: int, account: int | None) -> Self:
        return self.filter(department=department, account=account)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def rows(self) -> "models.QuerySet[Copy, CopyRow]":
        rows: Any = self.values_list(*CopyRow._fields, named=True)
        return cast("models.QuerySet[Copy, CopyRow]", rows)

    @staticmethod
    def _of_offices(actor: Actor) -> Q:
        duties = sorted({grant.duty for grant in actor.grants})
        return Q(account__isnull=True) & any_of(Q(duty=duty) & within_reach(actor.reach(duty)) for duty in duties)


class Copy(models.Model):
    """A matter that was sent to a colleague, or to a department, to be read.

    subject   what it is about; about: the same in words, for the list
    account   the colleague; None for whoever holds `duty` in the department
    sender    name of who sent it; reason: why, for whoever reads it
    read_by   who read it first, read_at: when
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    subject = models.CharField(max_length=MAX_SUBJECT)
    about = models.CharField(max_length=MAX_ABOUT, blank=True)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, db_index=False, related_name="+")
    duty = models.CharField(max_length=80, blank=True)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    sender = models.CharField(max_length=80, blank=True)
    reason = models.TextField()
    sent_at = models.DateTimeField(default=clock.now)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    read_at = models.DateTimeField(null=True)

    objects = CopyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "-sent_at", "-id"], name="workflow_copy_own", condition=Q(account__isnull=False)
            ),
            models.Index(fields=["-sent_at", "-id"], name="workflow_copy_all", condition=Q(account__isnull=True)),
            models.Index(
                fields=["department", "-sent_at", "-id"], name="workflow_copy_office", condition=Q(account__isnull=True)
            ),
            models.Index(fields=["subject"], name="workflow_copy_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True) | Q(read_at__isnull=False),
                name="workflow_copy_read",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.sent_at:%Y-%m-%d}"
