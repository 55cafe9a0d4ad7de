"""Patrols: routes and shifts are planned, officers check in, a missed window becomes an alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tongban.applications.safecity.events import (
    CheckpointMissed,
    CheckpointReached,
    PatrolRouteEnded,
    PatrolRoutePlanned,
    PatrolShiftPlanned,
)
from tongban.applications.safecity.models import PatrolCheckpoint, PatrolRoute, PatrolShift, PatrolVisit, SafetyAlarm
from tongban.applications.safecity.rules import patrols as rules
from tongban.applications.safecity.services import alarms
from tongban.applications.safecity.services.terms import terms
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, NotFound, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.requests import services as requests

MANAGE, PATROL = "safecity.manage", "safecity.patrol"
MAX_CHECKPOINTS = 60
# How far the clock of a phone may be ahead.
AHEAD = timedelta(minutes=2)
BATCH = 200


class NotAnOfficer(Refusal):
    status, field = 422, "officer"
    message = gettext_lazy("%(name)s does not patrol for this department.")


class ShiftPlannedAlready(Conflict):
    message = gettext_lazy("This officer patrols this route on that day already.")


class RouteEnded(Refusal):
    message = gettext_lazy("This route is patrolled no more.")


class OutsideTheWindow(Refusal):
    message = gettext_lazy("You can check in here from %(begins)s to %(ends)s.")


class TooFarAway(Refusal):
    status = 422
    message = gettext_lazy("You are about %(metres)s m away. Go nearer, or read the QR code at the checkpoint.")


class NothingShown(Refusal):
    status = 422
    message = gettext_lazy("Check in with your position, or with the code at the checkpoint.")


class WrongCheckpointCode(Refusal):
    status = 422
    message = gettext_lazy("This is the code of another checkpoint.")


@dataclass(frozen=True)
class CheckpointPlan:
    """A checkpoint as somebody plans it; radius_m None: the one of the dated terms."""

    name: str
    latitude: float
    longitude: float
    opens: time
    closes: time
    radius_m: int | None = None


@dataclass(frozen=True)
class CheckIn:
    """What a phone says at a checkpoint. at: by its clock, None for now; code: what the QR code there says."""

    latitude: float | None = None
    longitude: float | None = None
    code: str = ""
    remark: str = ""
    at: datetime | None = None
    offline: bool = False


@transaction.atomic
def plan_route(
    *, actor: Actor, department: Department, name: str, checkpoints: Sequence[CheckpointPlan], area: str = ""
) -> PatrolRoute:
    """Plan a route with its checkpoints in their order. Raises NotAllowed, Invalid."""
    actor.must_hold(MANAGE, department=department.pk, area=area)
    wrong: dict[str, list[Any]] = {}
    if not name.strip():
        wrong["name"] = [_("Name the route.")]
    if not 1 <= len(checkpoints) <= MAX_CHECKPOINTS:
        wrong["checkpoints"] = [_("A route has between 1 and %(most)s checkpoints.") % {"most": MAX_CHECKPOINTS}]
    for plan in checkpoints:
        if not plan.name.strip() or not (-90 <= plan.latitude <= 90 and -180 <= plan.longitude <= 180):
            wrong["checkpoints"] = [_("Each checkpoint has a name and a position on earth.")]
    if wrong:
        raise Invalid(wrong)
    route = PatrolRoute.objects.create(name=name.strip(), department=department, area=area)
    PatrolCheckpoint.objects.bulk_create(
        PatrolCheckpoint(
            route=route,
            place=number,
            name=plan.name.strip(),
            latitude=plan.latitude,
            longitude=plan.longitude,
            radius_m=plan.radius_m or terms().radius_m,
            opens=plan.opens,
            closes=plan.closes,
        )
        for number, plan in enumerate(checkpoints, 1)
    )
    journal.write(PatrolRoutePlanned(route.pk, len(checkpoints)), by=actor, subject=f"patrolroute:{route.pk}")
    return route


@transaction.atomic
def end_route(*, actor: Actor, route: PatrolRoute) -> PatrolRoute:
    """Let a route be patrolled no more; shifts that are planned stay. Again changes nothing. Raises NotAllowed."""
    actor.must_hold(MANAGE, department=route.department_id, area=route.area)
    found: PatrolRoute = PatrolRoute.objects.select_for_update(of=("self",)).get(pk=route.pk)
    if found.ended_on is None:
        found.ended_on = clock.today()
        found.save()
        journal.write(PatrolRouteEnded(found.pk), by=actor, subject=f"patrolroute:{found.pk}")
    return found


@transaction.atomic
def plan_shift(*, actor: Actor, route: PatrolRoute, officer: Account, day: date, begins: time) -> PatrolShift:
    """Let an officer patrol a route in the shift that begins on a day.

    Raises NotAllowed, RouteEnded, NotAnOfficer, ShiftPlannedAlready, Invalid.
    """
    actor.must_hold(MANAGE, department=route.department_id, area=route.area)
    if route.ended_on:
        raise RouteEnded()
    if not identity.actor_of(officer).holds(PATROL, department=route.department_id, area=route.area):
        raise NotAnOfficer(name=officer.name)
    zone = timezone.get_default_timezone()
    points = list(route.checkpoints.order_by("place"))
    windows = [rules.window(day, point.opens, point.closes, from_=begins, zone=zone) for point in points]
    if max(window.ends for window in windows) < clock.now():
        raise Invalid({"day": [_("This shift would be over already.")]})
    try:
        with transaction.atomic():
            shift = PatrolShift.objects.create(
                route=route,
                department_id=route.department_id,
                area=route.area,
                officer=officer,
                officer_name=officer.name,
                day=day,
                begins_at=min(datetime.combine(day, begins, zone), *(window.begins for window in windows)),
                ends_at=max(window.ends for window in windows),
            )
    except IntegrityError as error:
        raise ShiftPlannedAlready() from error
    PatrolVisit.objects.bulk_create(
        PatrolVisit(shift=shift, checkpoint=point, due_from=window.begins, due_until=window.ends)
        for point, window in zip(points, windows, strict=True)
    )
    journal.write(PatrolShiftPlanned(shift.pk, officer.pk), by=actor, subject=f"patrolshift:{shift.pk}")
    return shift


@transaction.atomic
def check_in(*, actor: Actor, visit: PatrolVisit, given: CheckIn) -> PatrolVisit:
    """Let the officer of the shift be at a checkpoint, by position or by its code. Twice is once.

    What a phone kept without a connection counts by its own time, as long as that lies in the window.
    Raises NotFound, OutsideTheWindow, NothingShown, WrongCheckpointCode, TooFarAway.
    """
    visits = PatrolVisit.objects.select_for_update(of=("self",)).select_related("shift", "checkpoint")
    found = visits.get(pk=visit.pk)
    if actor.account is None or found.shift.officer_id != actor.account:
        raise NotFound()
    if found.checked_at:
        return found
    now = clock.now()
    at = now if given.at is None else given.at
    if at > now + AHEAD:
        at = now
    if not found.due_from <= at <= found.due_until:
        begins, ends = (timezone.localtime(moment).strftime("%H:%M") for moment in (found.due_from, found.due_until))
        raise OutsideTheWindow(begins=begins, ends=ends)
    found.by_code, found.distance_m = _shown(found.checkpoint, given)
    found.checked_at, found.received_at = at, now
    found.offline, found.remark = given.offline or now - at > AHEAD, given.remark.strip()[:200]
    found.save()
    journal.write(CheckpointReached(found.pk, found.offline), by=actor, subject=f"patrolshift:{found.shift_id}")
    if found.missed_at and (alarm := SafetyAlarm.objects.of_visit(found.pk)):
        alarms.withdraw(alarm=alarm, why=gettext_lazy("The officer was there in time; the phone had no connection."))
    return found


def find_missed() -> int:
    """Raise an alarm for each checkpoint whose window passed; a phone without a connection gets some minutes more."""
    before = clock.now() - timedelta(minutes=terms().visit_grace_minutes)
    found = list(PatrolVisit.objects.missed(before=before).values_list("pk", flat=True)[:BATCH])
    for number in found:
        _miss(number)
    return len(found)


@transaction.atomic
def _miss(number: int) -> None:
    visits = PatrolVisit.objects.select_for_update(of=("self",))
    visit = visits.select_related("shift__department", "shift__route", "checkpoint").get(pk=number)
    if visit.checked_at or visit.missed_at:
        return
    visit.missed_at = clock.now()
    visit.save()
    journal.write(CheckpointMissed(visit.pk), by=SYSTEM, subject=f"patrolshift:{visit.shift_id}")
    with override("zh-hans"):
        title = _("Checkpoint “%(name)s” was missed") % {"name": visit.checkpoint.name}
        words = _("Route “%(route)s”, due from %(begins)s to %(ends)s.") % {
            "route": visit.shift.route.name,
            "begins": timezone.localtime(visit.due_from).strftime("%m-%d %H:%M"),
            "ends": timezone.localtime(visit.due_until).strftime("%H:%M"),
        }
    alarms.raise_alarm(
        kind=SafetyAlarm.Kind.PATROL,
        key=f"visit:{visit.pk}",
        department=visit.shift.department,
        area=visit.shift.area,
        title=title,
        words=words,
        place=(visit.checkpoint.latitude, visit.checkpoint.longitude),
        happened_at=visit.due_until,
        visit=visit,
    )


def _shown(point: PatrolCheckpoint, given: CheckIn) -> tuple[bool, int | None]:
    """Return whether the code was read, and how far away the phone is; refuse where neither proves anything."""
    code = given.code.strip().rpartition("/")[2].upper()
    if code and code != point.code.upper():
        raise WrongCheckpointCode()
    placed = given.latitude is not None and given.longitude is not None
    away = None
    if placed:
        away = round(requests.metres(given.latitude or 0.0, given.longitude or 0.0, point.latitude, point.longitude))
    if not code and away is None:
        raise NothingShown()
    if not code and away is not None and away > point.radius_m:
        raise TooFarAway(metres=away)
    return bool(code), away
