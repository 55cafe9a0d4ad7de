"""Jobs in the field."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.database.changes import track
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_SUBJECT
from tongban.platform.deadlines.services import TimeLimit
from tongban.platform.identity.models import Department
from tongban.platform.workorders.models.crews import CrewTeam
from tongban.platform.workorders.rules import moves

# An order whose clock stands still sorts after every order with a last moment.
NO_DUE = datetime(9999, 12, 31, tzinfo=UTC)
MAX_TITLE = 120
MAX_KIND = 60
MAX_KEY = 80
# Duty -> the column with the department at which it is held.
SIDES = {
    "workorders.dispatch": "dispatcher",
    "workorders.handle": "department",
    "workorders.verify": "verifier",
}


class WorkOrderQuerySet(PartedQuerySet["WorkOrder"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return the orders that the actor's office dispatches, handles and verifies, each from an index."""
        if actor.kind == "system":
            return [Q(pk__isnull=False)]
        return [
            part
            for duty, column in SIDES.items()
            if actor.holds(duty)
            for part in actor.within_by_department(duty, department=column)
        ]

    def of_side(self, actor: Actor, duty: str) -> list[Self]:
        """Return the orders that one duty reaches, in parts that an index holds in order."""
        return [self.filter(part) for part in actor.within_by_department(duty, department=SIDES[duty])]

    def about(self, subject: str) -> Self:
        """Return the orders about a subject, "alert:12", the oldest first."""
        return self.filter(subject=subject).order_by("pk")

    def open(self) -> Self:
        """Return those that are not over, as the indexes of the open ones say it."""
        return self.filter(ended_at__isnull=True)

    def over(self) -> Self:
        """Return those that are closed or cancelled."""
        return self.filter(ended_at__isnull=False)

    def at(self, department: str) -> Self:
        """Return those that are handled by the department of this key."""
        return self.filter(department__key=department)

    def late(self, *, at: datetime) -> Self:
        """Return the open ones whose present step should have been done before a moment."""
        return self.open().filter(due_at__lt=at)

    def in_state(self, *states: str) -> Self:
        return self.filter(state__in=states)

    def of_kinds(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def due_within(self, first: datetime | None, last: datetime) -> Self:
        found = self.filter(due_at__lte=last)
        return found.filter(due_at__gte=first) if first else found

    def in_area(self, code: str) -> Self:
        return self.filter(area__startswith=code)

    def dispatched_by(self, department: int, *, since: date) -> Self:
        """Return what a department has dispatched of the orders raised since a day, the newest first."""
        found = self.filter(dispatcher=department, dispatched_at__isnull=False, raised_at__date__gte=since)
        return found.select_related("department").order_by("-raised_at", "-pk")

    def raised_within(self, first: datetime, end: datetime) -> Self:
        """Return what was raised from a moment on and before another."""
        return self.filter(raised_at__gte=first, raised_at__lt=end)

    def counted_by_department(self, *, at: datetime) -> dict[int, dict[str, int]]:
        """Return for each department what became of its orders; those that were not dispatched count nowhere."""
        handled = Q(in_time__isnull=False)
        counts = {
            "raised": Count("pk"),
            "handled": Count("pk", filter=handled | Q(state__in=moves.IN_HAND, handling_due_at__lt=at)),
            "in_time": Count("pk", filter=Q(in_time=True)),
            "late": Count("pk", filter=Q(in_time=False) | Q(state__in=moves.IN_HAND, due_at__lt=at)),
            "closed": Count("pk", filter=Q(state=moves.CLOSED)),
            "reworked": Count("pk", filter=Q(reworks__gt=0)),
            "open": Count("pk", filter=Q(state__in=moves.OPEN)),
        }
        rows = self.filter(dispatched_at__isnull=False).exclude(state__in=(*moves.TO_DISPATCH, moves.CANCELLED))
        found = (
            rows.order_by().values("department").annotate(**{f"number_{name}": count for name, count in counts.items()})
        )
        told: Any = list(found)
        return {row["department"]: {name: row[f"number_{name}"] for name in counts} for row in told}

    def handled_by(self, account: int) -> Self:
        return self.filter(handler=account)

    def numbered(self, number: str) -> Self:
        return self.filter(number=number)

    def with_uid(self, uid: object) -> Self:
        return self.filter(uid=uid) if ids.is_uid(str(uid)) else self.none()

    def raised_with(self, key: str) -> "WorkOrder | None":
        """Return the order that was raised with this idempotency key."""
        return self.filter(key=key).first() if key else None

    def among(self, keys: Iterable[int]) -> Self:
        return self.filter(pk__in=list(keys))

    def with_names(self) -> Self:
        return self.select_related("department", "dispatcher", "verifier", "handler", "team")

    def locked(self, pk: int) -> "WorkOrder":
        """Return the order, held for this transaction, to be changed. Raises WorkOrder.DoesNotExist."""
        return track(self.select_for_update(of=("self",)).select_related("department").get(pk=pk))


class WorkOrder(models.Model):
    """A job in the field: what is to be done where about which matter, who has it, and how its clocks stand.

    kind        key of a dated kind; subject: what it is about, "alert:12", "request:5"; "" where it stands alone
    place       area by its code, address, and latitude and longitude in the coordinate system that crs names
    owner       key of the department that the thing there belongs to; "" unknown
    dispatcher  department that dispatches; department: where it is handled, until then the dispatcher;
    verifier    department that verifies
    handler     who accepted it; team: to which team of the department it was given, if to one
    limit       how long handling may take; due_at: when the present step (dispatching, handling, verifying) is due
    handling_due_at   when handling is due; in_time: whether it was finished by then, None before
    left_minutes  of an order that is hung up: how much of the limit was left; held_state: the state it comes back to
    reworks     how many times it was sent back; version: grows with each step
    key         idempotency: a second one with the same key is the first one
    """

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("work order", "to be dispatched")
        RETURNED = "returned", pgettext_lazy("work order", "returned by the department")
        DISPATCHED = "dispatched", pgettext_lazy("work order", "to be accepted")
        ACCEPTED = "accepted", pgettext_lazy("work order", "accepted")
        ARRIVED = "arrived", pgettext_lazy("work order", "being handled")
        REWORK = "rework", pgettext_lazy("work order", "to be done again")
        HUNG_UP = "hung_up", pgettext_lazy("work order", "hung up")
        FINISHED = "finished", pgettext_lazy("work order", "to be verified")
        CLOSED = "closed", pgettext_lazy("work order", "closed")
        CANCELLED = "cancelled", pgettext_lazy("work order", "cancelled")

    class Crs(models.TextChoices):
        WGS84 = "WGS84", "WGS 84"
        CGCS2000 = "CGCS2000", "CGCS2000"
        GCJ02 = "GCJ02", "GCJ-02"

    class Urgency(models.TextChoices):
        NORMAL = "normal", pgettext_lazy("work order", "normal")
        URGENT = "urgent", pgettext_lazy("work order", "urgent")
        EMERGENCY = "emergency", pgettext_lazy("work order", "emergency")

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=MAX_KIND)
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)
    title = models.CharField(max_length=MAX_TITLE)
    words = EncryptedText(blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.NORMAL)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    crs = models.CharField(max_length=8, choices=Crs, default=Crs.CGCS2000)
    owner = models.CharField(max_length=60, blank=True)
    dispatcher = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    verifier = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(CrewTeam, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    verified_by = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    held_state = models.CharField(max_length=10, blank=True)
    limit_amount = models.PositiveIntegerField()
    limit_unit = models.CharField(max_length=8)
    due_at = models.DateTimeField(default=NO_DUE)
    handling_due_at = models.DateTimeField(null=True)
    left_minutes = models.IntegerField(null=True)
    in_time = models.BooleanField(null=True)
    reworks = models.PositiveSmallIntegerField(default=0)
    raised_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    key = models.CharField(max_length=MAX_KEY, null=True, unique=True)

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="workorders_subject"),
            # The open ones as they fall due, by whoever dispatches, handles and verifies; narrowed by state and kind.
            *(
                models.Index(
                    fields=[*columns, "due_at", "id"],
                    name=f"workorders_{name}",
                    condition=Q(ended_at__isnull=True),
                )
                for name, columns in {
                    "due": [],
                    "state": ["state"],
                    "kind": ["kind"],
                    **{f"{side}": [side] for side in SIDES.values()},
                    **{f"{side}_state": [side, "state"] for side in SIDES.values()},
                    **{f"{side}_kind": [side, "kind"] for side in SIDES.values()},
                }.items()
            ),
            # What was raised in some days: figures, and what routing rules are tried on.
            models.Index(fields=["dispatcher", "-raised_at", "-id"], name="workorders_raised"),
            models.Index(
                fields=["handler", "due_at", "id"],
                name="workorders_handler",
                condition=Q(ended_at__isnull=True, handler__isnull=False),
            ),
            # What is over, the newest first.
            *(
                models.Index(
                    fields=[*columns, "-ended_at", "-id"],
                    name=f"workorders_over_{name}",
                    condition=Q(ended_at__isnull=False),
                )
                for name, columns in {"all": [], **{side: [side] for side in SIDES.values()}}.items()
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=moves.STATES), name="workorders_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=moves.OVER, ended_at__isnull=False)
                | Q(state__in=moves.OPEN, ended_at__isnull=True),
                name="workorders_over_since",
            ),
            # Whoever handled it never verifies it.
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | Q(handler__isnull=True) | ~Q(verified_by=F("handler")),
                name="workorders_verified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=moves.HUNG_UP, left_minutes__isnull=False)
                | ~Q(state=moves.HUNG_UP) & Q(left_minutes__isnull=True),
                name="workorders_hung_up_with_rest",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="workorders_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def name(self) -> str:
        """The name under which journal, tasks and other rooms know it."""
        return f"workorder:{self.pk}"

    @property
    def limit(self) -> TimeLimit:
        return TimeLimit(self.limit_amount, self.limit_unit)

    @property
    def due(self) -> datetime | None:
        """When the present step is due, None where its clock stands still."""
        return None if self.due_at == NO_DUE else self.due_at

    @property
    def is_open(self) -> bool:
        return self.state in moves.OPEN

    @property
    def is_placed(self) -> bool:
        return self.latitude is not None
