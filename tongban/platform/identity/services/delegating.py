"""委托: an official lets a colleague act in their place for a time; and when officials are away."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import joint_duties
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.identity.events import (
    AbsenceEnded,
    AbsenceEntered,
    DelegationWithdrawn,
    PositionEnded,
    PositionGiven,
    PositionProposed,
    PositionsDelegated,
)
from tongban.platform.identity.models import Absence, Account, Department, Position, Role
from tongban.platform.identity.services.actors import actor_of
from tongban.platform.identity.services.departments import same_government
from tongban.platform.identity.services.positions import described, renew_rights


class Colleague(NamedTuple):
    """Somebody of one's own office. roles: names of what they do there."""

    account: Account
    roles: tuple[str, ...]


class NotAColleague(Refusal):
    status, field = 422, "to"
    message = _("%(name)s does not work in any of your departments, so they cannot act in your place.")


class NothingToDelegate(Refusal):
    message = _("You hold no position of your own in that time, so nobody can act in your place.")


class DaysTheWrongWay(Refusal):
    status, field = 422, "last_on"
    message = _("The last day must not be before the first, and not before today.")


class AwayAlready(Refusal):
    message = _("An absence that begins on that day has been entered already.")


@transaction.atomic
def delegate(*, actor: Actor, to: Account, first_on: date, last_on: date, reason: str = "") -> list[Position]:
    """Let a colleague act in all of one's own positions from day to day; the same again changes nothing.

    A position with a duty that nobody gives alone counts only once a second person confirms it.
    Raises NotAllowed, DaysTheWrongWay, NothingToDelegate, NotAColleague.
    """
    me = _official(actor)
    _must_follow(first_on, last_on)
    own = list(Position.objects.own(on=max(first_on, clock.today())).of(me).select_related("role", "department"))
    if not own:
        raise NothingToDelegate()
    to = Account.objects.select_for_update().get(pk=to.pk)
    if to.pk == me or not _is_colleague(to, own):
        raise NotAColleague(name=to.name)
    given = [_in_ones_place(position, to, first_on) for position in own]
    new = [position for position in given if position.valid_until != last_on]
    for position in new:
        position.valid_until = last_on
        position.save()
        event = (PositionGiven if position.proposed_by_id is None else PositionProposed)(*described(position))
        journal.write(event, by=actor, subject=f"account:{to.pk}", reason=reason.strip())
    if new:
        renew_rights(to.pk)
        told = PositionsDelegated(me, to.pk, first_on.isoformat(), last_on.isoformat(), len(new))
        journal.write(told, by=actor, subject=f"account:{me}", reason=reason.strip())
    return given


@transaction.atomic
def withdraw_delegation(*, actor: Actor, deputy: Account, reason: str = "") -> int:
    """Take back what a colleague may do in one's place, with effect at once; say how many positions that were.

    What they had claimed in one's place goes back to the list. A second time changes nothing. Raises NotAllowed.
    """
    me = _official(actor)
    held = Position.objects.select_for_update(of=("self",)).in_place_of(me, on=clock.today())
    ended = list(held.filter(account=deputy).select_related("department", "role"))
    for position in ended:
        position.ended_at = clock.now()
        position.save(update_fields=["ended_at"])
        event = PositionEnded(position.account_id, position.department.key, position.role.key)
        journal.write(event, by=actor, subject=f"account:{deputy.pk}", reason=reason.strip())
    if ended:
        renew_rights(deputy.pk)
        told = DelegationWithdrawn(me, deputy.pk)
        journal.write(told, by=actor, subject=f"account:{me}", reason=reason.strip())
    return len(ended)


@transaction.atomic
def enter_absence(*, actor: Actor, first_on: date, last_on: date) -> Absence:
    """Enter that one is away from day to day. Raises NotAllowed, DaysTheWrongWay, AwayAlready."""
    me = _official(actor)
    _must_follow(first_on, last_on)
    Account.objects.select_for_update().get(pk=me)
    found = Absence.objects.of(me, on=first_on).filter(first_on=first_on).first()
    if found and found.last_on != last_on:
        raise AwayAlready()
    if found:
        return found
    absence: Absence = Absence.objects.create(account_id=me, first_on=first_on, last_on=last_on)
    told = AbsenceEntered(me, first_on.isoformat(), last_on.isoformat())
    journal.write(told, by=actor, subject=f"account:{me}")
    return absence


@transaction.atomic
def end_absences(*, actor: Actor) -> int:
    """Be back: end every absence of one's own that is not over; say how many. Raises NotAllowed."""
    me = _official(actor)
    ended = int(Absence.objects.of(me, on=clock.today()).update(ended_at=clock.now()))
    if ended:
        journal.write(AbsenceEnded(me), by=actor, subject=f"account:{me}")
    return ended


def away_until(accounts: Iterable[int]) -> dict[int, date]:
    """Return of these officials those who are away today, and their last day."""
    days: dict[int, date] = Absence.objects.days_back(accounts, on=clock.today())
    return days


def deputies(account: int) -> list[Account]:
    """Return who acts in an official's place today."""
    today = clock.today()
    held = Position.objects.valid(on=today).filter(deputy_for=account, account__active=True)
    return list(Account.objects.filter(pk__in=held.values("account")).order_by("name", "pk"))


def able(duty: str, department: Department, area: str = "") -> list[Account]:
    """Return the officials who hold a duty for a department and area today."""
    held = Position.objects.valid(on=clock.today()).that_reach(department).filter(account__active=True)
    found = {position.account_id: position.account for position in held if duty in position.role.duties}
    able = [account for account in found.values() if actor_of(account).holds(duty, department=department.pk, area=area)]
    return sorted(able, key=lambda account: (account.name, account.pk))


def departments_with(duty: str, *, beside: Department) -> list[Department]:
    """Return the other departments of the same government in which somebody holds a duty today, in order."""
    roles = [role.pk for role in Role.objects.in_order() if duty in role.duties]
    held = Position.objects.valid(on=clock.today()).filter(role__in=roles, account__active=True)
    found = Department.objects.in_order().filter(pk__in=held.values("department")).exclude(pk=beside.pk)
    return [department for department in found if same_government(department, beside)]


def possible_deputies(account: int) -> tuple[list[Colleague], list[Colleague]]:
    """Return who may act in an official's place: first those who do the same work, then the others of the office.

    Each is named with what they do there, so that nobody is chosen by name alone.
    """
    own = Position.objects.own(on=clock.today()).of(account)
    mine = {(position.department_id, position.role_id) for position in own}
    found: dict[int, list[Position]] = {}
    theirs = Position.objects.own(on=clock.today()).filter(department__in={office for office, _role in mine})
    for position in theirs.select_related("account", "role").order_by("account__name", "account", "role__key"):
        if position.account.active and position.account.kind == Account.Kind.STAFF and position.account_id != account:
            found.setdefault(position.account_id, []).append(position)
    alike: list[Colleague] = []
    others: list[Colleague] = []
    for held in found.values():
        same = any((position.department_id, position.role_id) in mine for position in held)
        roles = tuple(dict.fromkeys(position.role.name for position in held))
        (alike if same else others).append(Colleague(held[0].account, roles))
    return alike, others


def _official(actor: Actor) -> int:
    if actor.kind != "staff" or actor.account is None:
        raise NotAllowed()
    return actor.account


def _must_follow(first_on: date, last_on: date) -> None:
    if last_on < max(first_on, clock.today()):
        raise DaysTheWrongWay()


def _is_colleague(to: Account, own: list[Position]) -> bool:
    places = {position.department_id for position in own}
    held = Position.objects.own(on=clock.today()).filter(account=to, department__in=places)
    return to.active and to.kind == Account.Kind.STAFF and held.exists()


def _in_ones_place(own: Position, to: Account, first_on: date) -> Position:
    """Return the position of the deputy from that day: the one that is there, or a new one that is not saved yet."""
    place = {"department": own.department, "role": own.role, "area": own.area, "deputy_for_id": own.account_id}
    there = Position.objects.filter(account=to, valid_from=first_on, ended_at__isnull=True, **place)
    found: Position | None = there.select_for_update(of=("self",)).first()
    alone = not joint_duties().intersection(own.role.duties)
    proposed_by = None if alone else own.account_id
    return found or Position(account=to, subtree=own.subtree, valid_from=first_on, proposed_by_id=proposed_by, **place)
