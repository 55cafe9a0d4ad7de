"""Roles, and who holds them where."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import citywide_duties, joint_duties, rooms
from tongban.infrastructure.kernel.portals import workplaces
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity.events import PositionEnded, PositionGiven, PositionProposed, RoleDefined
from tongban.platform.identity.models import Account, Department, Position, Role, RoleQuerySet
from tongban.platform.identity.services.accounts import NotYourself
from tongban.platform.identity.services.departments import manages_all, must_manage, must_manage_all


class NothingToDeputise(Refusal):
    message = _("%(name)s does not hold this position, so no one can deputise for them.")


class PositionDiffers(Refusal):
    message = _(
        "%(name)s holds this position already, but with another reach or other days. End it first, then give it anew."
    )


class DepartmentGone(Refusal):
    field = "department"
    message = _("%(name)s was dissolved, and no department took its work over.")


class NoSuchPortal(Refusal):
    status = 422
    message = _("There is no portal for officials called “%(portal)s”.")


class NoSuchDuty(Refusal):
    status = 422
    message = _("No room declares the duty “%(duty)s”.")


@transaction.atomic
def define_role(*, actor: Actor, key: str, name: str, duties: Collection[str], portal: str = "") -> Role:
    """Say which duties go together under a name, or change it; the same again changes nothing.

    Wherever the role is held, it means the same, so this is for whoever looks after the whole house.
    Raises NotAllowed, NoSuchPortal, NoSuchDuty.

    portal   label of a portal where officials work: whoever holds it lands there after signing in; "" for the first
    """
    must_manage_all(actor)
    if portal and portal not in {place.label for place in workplaces()}:
        raise NoSuchPortal(portal=portal)
    if unknown := sorted(set(duties) - {duty for room in rooms() for duty in room.duties}):
        raise NoSuchDuty(duty=unknown[0])
    wanted = {"name": name, "duties": sorted(duties), "portal": portal}
    found = Role.objects.select_for_update().filter(key=key).first()
    if found and all(getattr(found, field) == value for field, value in wanted.items()):
        return found
    role, _created = Role.objects.update_or_create(key=key, defaults=wanted)
    Account.objects.filter(positions__role=role).update(rights_version=ids.token())
    journal.write(RoleDefined(key, sorted(duties)), by=actor, subject=f"role:{role.pk}")
    return role


def roles_to_give(actor: Actor) -> RoleQuerySet:
    """Return the roles that the actor may give somewhere: none that reaches the whole house, if the actor does not."""
    roles: RoleQuerySet = Role.objects.in_order()
    if manages_all(actor):
        return roles
    return roles.exclude(pk__in=[role.pk for role in roles if citywide_duties().intersection(role.duties)])


@transaction.atomic
def appoint(
    *,
    actor: Actor,
    account: Account,
    department: Department,
    role: Role,
    area: str = "",
    subtree: bool = False,
    valid_from: date | None = None,
    valid_until: date | None = None,
    deputy_for: Account | None = None,
) -> Position:
    """Give an account a role in a department. The same position again is the one that is there.

    A role with a duty that nobody gives alone is proposed only: it counts once a second person confirms it.
    In a department that was dissolved, it is one in the successor.
    Raises NotAllowed, DutyIsCitywide, NotYourself, DepartmentGone, NothingToDeputise, PositionDiffers.
    """
    department = department.acting
    if department.dissolved_on:
        raise DepartmentGone(name=department.title)
    must_manage(actor, department, area=area, below=subtree, role=role)
    if actor.account == account.pk:
        raise NotYourself()
    account = Account.objects.select_for_update().get(pk=account.pk)
    start = valid_from or clock.today()
    post = {"department": department, "role": role}
    same = {"account": account, "area": area, "deputy_for": deputy_for, **post}
    alone = actor.kind == "system" or not joint_duties().intersection(role.duties)
    found = _same(same, start if valid_from else None)
    if found and (found.proposed_by_id is None or not alone):
        if (found.subtree, found.valid_until) != (subtree, valid_until):
            raise PositionDiffers(name=account.name)
        return found
    if deputy_for and not Position.objects.valid(on=start).filter(account=deputy_for, **post).exists():
        raise NothingToDeputise(name=deputy_for.name)
    position = found or Position(**same)
    position.subtree, position.valid_from, position.valid_until = subtree, start, valid_until
    position.proposed_by_id = None if alone else actor.account
    position.save()
    renew_rights(account.pk)
    event = (PositionGiven if alone else PositionProposed)(*described(position))
    journal.write(event, by=actor, subject=f"account:{account.pk}")
    return position


def described(position: Position) -> tuple[Any, ...]:
    """Return what the facts say about a position."""
    return (
        position.account_id,
        position.department.key,
        position.role.key,
        position.area,
        position.subtree,
        position.valid_from.isoformat(),
        position.valid_until.isoformat() if position.valid_until else "",
        position.deputy_for_id,
    )


@transaction.atomic
def end_position(*, actor: Actor, position: Position, reason: str = "") -> Position:
    """Take a position away, with effect at the next request. A second time changes nothing.

    Raises NotAllowed, DutyIsCitywide, NotYourself.
    """
    must_manage(actor, position.department, area=position.area, below=position.subtree, role=position.role)
    if actor.account == position.account_id:
        raise NotYourself()
    position = Position.objects.select_for_update().select_related("department", "role").get(pk=position.pk)
    if position.ended_at:
        return position
    position.ended_at = clock.now()
    position.save(update_fields=["ended_at"])
    # Whoever stands in for this account loses the place as well.
    _renew_rights(Q(pk=position.account_id) | Q(positions__deputy_for=position.account_id))
    journal.write(
        PositionEnded(position.account_id, position.department.key, position.role.key),
        by=actor,
        subject=f"account:{position.account_id}",
        reason=reason,
    )
    return position


def _same(same: dict[str, Any], valid_from: date | None) -> Position | None:
    open_ones = Position.objects.filter(ended_at__isnull=True, **same)
    if valid_from:
        return open_ones.filter(valid_from=valid_from).first()
    return open_ones.valid(on=clock.today()).first() or open_ones.proposed().first()


def renew_rights(account: int) -> None:
    """Make void whatever was computed from what this account may do."""
    _renew_rights(Q(pk=account))


def _renew_rights(whose: Q) -> None:
    Account.objects.filter(pk__in=Account.objects.filter(whose).values("pk")).update(rights_version=ids.token())


def workplace(actor: Actor, duty: str) -> Department | None:
    """Return the department in which an official does what this duty is for today; None of anyone else."""
    if actor.kind != "staff" or actor.account is None:
        return None
    positions = Position.objects.valid(on=clock.today()).of(actor.account).select_related("department", "role")
    return next((position.department for position in positions if duty in position.role.duties), None)


def office_of(actor: Actor) -> str:
    """Return the name of the department an official works in today; of anyone else none."""
    if actor.kind != "staff" or actor.account is None:
        return ""
    position = Position.objects.valid(on=clock.today()).of(actor.account).select_related("department").first()
    return position.department.name if position else ""
