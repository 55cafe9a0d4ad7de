"""Who is in the field: teams, who is on duty, and where they are while they are."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.identity.models import Department

MAX_PURPOSE = 200


class CrewTeamQuerySet(models.QuerySet["CrewTeam"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the teams of the departments for which the actor dispatches."""
        return self.filter(actor.within("workorders.dispatch"))

    def working(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def in_order(self) -> Self:
        return self.select_related("department").order_by("department__order", "name", "pk")

    def of(self, account: int) -> Self:
        """Return the teams that somebody belongs to."""
        return self.working().filter(members__account=account, members__until__isnull=True)


class CrewTeam(models.Model):
    """A team of a department.

    purpose   what positions of its people are collected for while they are on duty; "" where none are
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    name = models.CharField(max_length=80)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    purpose = models.CharField(max_length=MAX_PURPOSE, blank=True)
    ended_on = models.DateField(null=True)

    objects = CrewTeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name"], name="workorders_team_once", condition=Q(ended_on__isnull=True)
            ),
            models.CheckConstraint(condition=~Q(name=""), name="workorders_team_named"),
        ]

    def __str__(self) -> str:
        return self.name


class CrewMemberQuerySet(models.QuerySet["CrewMember"]):
    def of(self, team: CrewTeam) -> Self:
        """Return who belongs to a team today."""
        return self.filter(team=team, until__isnull=True).select_related("account").order_by("account__name", "pk")


class CrewMember(models.Model):
    """Somebody of a team, from day to day."""

    team = models.ForeignKey(CrewTeam, on_delete=models.PROTECT, related_name="members")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    objects = CrewMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "account"], name="workorders_member_once", condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="workorders_member_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.account_id}"


class CrewShiftQuerySet(models.QuerySet["CrewShift"]):
    def running(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def of(self, account: int | None) -> "CrewShift | None":
        """Return the shift in which somebody is on duty now."""
        found = self.running().filter(account=account).select_related("team__department").first()
        return found if account else None

    def of_teams(self, teams: Iterable[CrewTeam]) -> Self:
        return self.running().filter(team__in=list(teams)).select_related("account", "team").order_by("pk")

    def over(self, *, at: datetime) -> Self:
        """Return those that should have ended by themselves."""
        return self.running().filter(until__lte=at).order_by("pk")


class CrewShift(models.Model):
    """Somebody is on duty with a team, until a moment at the latest. Positions are taken meanwhile only."""

    team = models.ForeignKey(CrewTeam, on_delete=models.PROTECT, related_name="shifts")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = CrewShiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["until", "id"], name="workorders_shift_ends", condition=Q(ended_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], name="workorders_on_duty_once", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(until__gt=F("begun_at")), name="workorders_shift_order"),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.account_id}"


class CrewPositionQuerySet(models.QuerySet["CrewPosition"]):
    def latest_of(self, shift: CrewShift) -> "CrewPosition | None":
        return self.filter(shift=shift).order_by("-at", "-pk").first()

    def to_delete(self, *, on: date) -> Self:
        """Return those whose day has come."""
        return self.filter(delete_on__lte=on).order_by("pk")


class CrewPosition(models.Model):
    """Where somebody on duty was. delete_on: the day on which it is deleted."""

    shift = models.ForeignKey(CrewShift, on_delete=models.CASCADE, related_name="positions", db_index=False)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.FloatField(null=True)
    crs = models.CharField(max_length=8)
    delete_on = models.DateField()

    objects = CrewPositionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["shift", "-at", "-id"], name="workorders_position_latest"),
            models.Index(fields=["delete_on", "id"], name="workorders_position_ends"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="workorders_position_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.at}"
