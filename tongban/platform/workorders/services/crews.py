"""Teams, who is on duty, and where they are while they are: for one purpose, until a day, each look written down."""

from datetime import timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workorders.events import (
    CrewMemberJoined,
    CrewMemberLeft,
    CrewPositionsDeleted,
    CrewPositionsRead,
    CrewShiftBegun,
    CrewShiftEnded,
    CrewTeamEnded,
    CrewTeamFormed,
)
from tongban.platform.workorders.models import CrewMember, CrewPosition, CrewShift, CrewTeam
from tongban.platform.workorders.services.moving import PhoneStamp
from tongban.platform.workorders.services.terms import terms

# Nobody is on duty for longer at a time.
MAX_SHIFT_HOURS = 16
BATCH = 1000


class TeamNamedAlready(Conflict):
    field = "name"
    message = _("The department has a team of this name already.")


class NotInThisDepartment(Refusal):
    status, field = 422, "member"
    message = _("%(name)s does not carry out work orders for this department.")


class OnDutyAlready(Conflict):
    message = _("You are on duty already. End that shift first.")


class NotOnDuty(Conflict):
    message = _("Positions are taken while you are on duty only. Begin your shift first.")


class ShiftTooLong(Refusal):
    status, field = 422, "hours"
    message = _("A shift has between 1 and %(most)s hours.")


class PurposeMissing(Refusal):
    status, field = 422, "purpose"
    message = _("Say what you look at the positions for. It is recorded with your name.")


class CrewPlace(NamedTuple):
    """Somebody on duty, and where they were last; None where their phone said nothing, or nothing is asked of it."""

    shift: CrewShift
    position: CrewPosition | None


@transaction.atomic
def form_team(*, actor: Actor, department: Department, name: str, area: str = "", purpose: str = "") -> CrewTeam:
    """Form a team of a department. Raises NotAllowed, TeamNamedAlready.

    purpose   what the positions of its people are taken for while they are on duty; "" where none are taken
    """
    actor.must_hold("workorders.dispatch", department=department.pk, area=area)
    try:
        with transaction.atomic():
            team: CrewTeam = CrewTeam.objects.create(
                department=department, name=name.strip(), area=area, purpose=purpose.strip()
            )
    except IntegrityError as error:
        raise TeamNamedAlready() from error
    journal.write(CrewTeamFormed(team.pk, department.key), by=actor, subject=f"crewteam:{team.pk}")
    return team


@transaction.atomic
def end_team(*, actor: Actor, team: CrewTeam) -> CrewTeam:
    """Let a team end; its people go off duty. Raises NotAllowed."""
    actor.must_hold("workorders.dispatch", department=team.department_id, area=team.area)
    found: CrewTeam = CrewTeam.objects.select_for_update().get(pk=team.pk)
    if found.ended_on is None:
        for shift in CrewShift.objects.of_teams([found]):
            _end(SYSTEM, shift)
        found.ended_on = clock.today()
        found.save()
        journal.write(CrewTeamEnded(team.pk), by=actor, subject=f"crewteam:{team.pk}")
    return found


@transaction.atomic
def join(*, actor: Actor, team: CrewTeam, member: Account) -> CrewMember:
    """Put somebody into a team; again changes nothing. Raises NotAllowed, NotInThisDepartment."""
    actor.must_hold("workorders.dispatch", department=team.department_id, area=team.area)
    if not identity.actor_of(member).holds("workorders.handle", department=team.department_id, area=team.area):
        raise NotInThisDepartment(name=member.name)
    found, made = CrewMember.objects.get_or_create(
        team=team, account=member, until=None, defaults={"since": clock.today()}
    )
    if made:
        journal.write(CrewMemberJoined(team.pk, member.pk), by=actor, subject=f"crewteam:{team.pk}")
    return found


@transaction.atomic
def leave(*, actor: Actor, team: CrewTeam, member: Account) -> None:
    """Take somebody out of a team, and off duty with it. Raises NotAllowed."""
    actor.must_hold("workorders.dispatch", department=team.department_id, area=team.area)
    for found in CrewMember.objects.of(team).filter(account=member):
        found.until = max(clock.today(), found.since)
        found.save()
        shift = CrewShift.objects.of(member.pk)
        if shift is not None and shift.team_id == team.pk:
            _end(SYSTEM, shift)
        journal.write(CrewMemberLeft(team.pk, member.pk), by=actor, subject=f"crewteam:{team.pk}")


@transaction.atomic
def begin_shift(*, actor: Actor, team: CrewTeam, hours: int) -> CrewShift:
    """Go on duty with one's team, for some hours at most. Raises NotAllowed, OnDutyAlready, ShiftTooLong."""
    if actor.account is None or not CrewTeam.objects.of(actor.account).filter(pk=team.pk).exists():
        raise NotAllowed(duty="workorders.handle")
    actor.must_hold("workorders.handle", department=team.department_id, area=team.area)
    if not 1 <= hours <= MAX_SHIFT_HOURS:
        raise ShiftTooLong(most=MAX_SHIFT_HOURS)
    now = clock.now()
    try:
        with transaction.atomic():
            shift: CrewShift = CrewShift.objects.create(
                team=team, account_id=actor.account, begun_at=now, until=now + timedelta(hours=hours)
            )
    except IntegrityError as error:
        raise OnDutyAlready() from error
    journal.write(CrewShiftBegun(shift.pk, team.pk, shift.until.isoformat()), by=actor, subject=f"crewteam:{team.pk}")
    return shift


@transaction.atomic
def end_shift(*, actor: Actor) -> None:
    """Go off duty; no position is taken any more. Doing it twice changes nothing."""
    shift = CrewShift.objects.of(actor.account)
    if shift is not None:
        _end(actor, shift)


@transaction.atomic
def report_position(*, actor: Actor, stamp: PhoneStamp) -> CrewPosition:
    """Keep where somebody on duty is, until its day of deletion. Raises NotOnDuty.

    No fact is written of each: they come by the minute. Who reads them is one.
    """
    shift = CrewShift.objects.of(actor.account)
    now = clock.now()
    if shift is None or shift.until <= now or not shift.team.purpose or not stamp.is_placed:
        raise NotOnDuty()
    found: CrewPosition = CrewPosition.objects.create(
        shift=shift,
        at=min(stamp.at or now, now),
        received_at=now,
        delete_on=clock.today() + timedelta(days=terms().positions_kept_days),
        **stamp.columns,
    )
    return found


@transaction.atomic
def read_positions(*, actor: Actor, purpose: str) -> list[CrewPlace]:
    """Return who is on duty and where, of the departments to which the actor dispatches; the look is written down.

    Raises NotAllowed, PurposeMissing.
    """
    actor.must_hold("workorders.dispatch")
    if not purpose.strip():
        raise PurposeMissing()
    teams = list(CrewTeam.objects.visible_to(actor.holding("workorders.dispatch")).working())
    found = [
        CrewPlace(shift, CrewPosition.objects.latest_of(shift) if shift.team.purpose else None)
        for shift in CrewShift.objects.of_teams(teams)
    ]
    seen = [place.shift.account_id for place in found if place.position]
    journal.write(CrewPositionsRead(seen), by=actor, subject="crews", reason=purpose.strip())
    return found


@transaction.atomic
def end_overdue_shifts() -> None:
    """Take off duty whose time is over."""
    for shift in CrewShift.objects.over(at=clock.now())[:BATCH]:
        _end(SYSTEM, shift)


@transaction.atomic
def delete_positions() -> int:
    """Delete the positions whose day has come; say how many."""
    keys = list(CrewPosition.objects.to_delete(on=clock.today()).values_list("pk", flat=True)[:BATCH])
    if keys:
        CrewPosition.objects.filter(pk__in=keys).delete()
        journal.write(CrewPositionsDeleted(len(keys)), by=SYSTEM, subject="crews")
    return len(keys)


def _end(actor: Actor, shift: CrewShift) -> None:
    shift.ended_at = max(clock.now(), shift.begun_at)
    shift.save(update_fields=["ended_at"])
    journal.write(CrewShiftEnded(shift.pk, shift.team_id), by=actor, subject=f"crewteam:{shift.team_id}")
