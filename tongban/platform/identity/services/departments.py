"""The tree of departments."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import citywide_duties
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity import rules
from tongban.platform.identity.events import DepartmentDefined
from tongban.platform.identity.models import Account, Department, Position, Role


class DutyIsCitywide(Refusal):
    status = 403
    message = gettext_lazy(
        "This affects the whole city, so it requires someone who manages the accounts of all its departments."
    )


class BelowItself(Refusal):
    status = 422
    message = gettext_lazy("%(name)s cannot be put below itself.")


def departments_reached(actor: Actor, duties: Iterable[str]) -> list[Department]:
    """Return the departments that these duties of an official reach, in order; none where it is a single one."""
    grants = [grant for grant in actor.grants if grant.duty in set(duties)]
    if any(grant.departments is None for grant in grants):
        return list(Department.objects.in_order())
    reached = {number for grant in grants for number in grant.departments or ()}
    return list(Department.objects.in_order().filter(pk__in=reached)) if len(reached) > 1 else []


def share_area(first: str, second: str) -> bool:
    """Say whether one of two areas, by their codes, lies in the other; "" is everywhere."""
    one, other = rules.reach(first), rules.reach(second)
    return one.startswith(other) or other.startswith(one)


def same_government(one: Department, other: Department) -> bool:
    """Say whether two departments belong to one city, though several may live on one installation."""
    return one.path.partition("/")[0] == other.path.partition("/")[0]


def subtree(department: Department) -> frozenset[int]:
    """Return the ids of the department and of everything below it."""
    return frozenset(Department.objects.under(department).values_list("pk", flat=True))


def must_manage(actor: Actor, department: Department, *, area: str, below: bool, role: Role | None = None) -> None:
    """Raise NotAllowed or DutyIsCitywide unless the actor looks after accounts as far as such a position reaches.

    below   it reaches every department below as well
    role    of its duties, some may reach the whole house, wherever the position is
    """
    for pk in subtree(department) if below else {department.pk}:
        actor.must_hold("identity.manage", department=pk, area=rules.reach(area))
    if role:
        must_manage_duties(actor, role.duties)


def manages(actor: Actor, position: Position) -> bool:
    """Say whether the actor may give and end such a position."""
    try:
        must_manage(actor, position.department, area=position.area, below=position.subtree, role=position.role)
    except Refusal:
        return False
    return True


def must_manage_duties(actor: Actor, duties: Collection[str]) -> None:
    """Raise DutyIsCitywide where one of the duties knows no department and the actor does not look after all."""
    if citywide_duties().intersection(duties):
        must_manage_all(actor)


def must_manage_all(actor: Actor) -> None:
    """Raise NotAllowed or DutyIsCitywide unless the actor looks after the accounts of the whole house."""
    actor.must_hold("identity.manage")
    if not manages_all(actor):
        raise DutyIsCitywide()


def manages_all(actor: Actor) -> bool:
    """Say whether the actor looks after the accounts of the whole house, in every area."""
    return bool(Department.objects.all_reached_by(actor, "identity.manage"))


@transaction.atomic
def put_department(
    *,
    actor: Actor,
    key: str,
    name: str,
    parent: Department | None = None,
    english: str = "",
    uscc: str = "",
    area: str = "",
    order: int = 0,
) -> Department:
    """Put a department into the tree, or change it; the same again changes nothing, nor does one that was dissolved.

    Below a department that was dissolved, it lies below the successor.
    Raises NotAllowed, DutyIsCitywide, BelowItself.
    """
    parent = parent and parent.acting
    if parent:
        actor.must_hold("identity.manage", department=parent.pk)
    else:
        must_manage_all(actor)
    wanted = {
        "name": name,
        "english": english,
        "uscc": uscc,
        "parent_id": parent and parent.pk,
        "path": f"{parent.path if parent else ''}{key}/",
        "area": area,
        "order": order,
    }
    found = Department.objects.select_for_update().filter(key=key).first()
    if found and (found.dissolved_on or all(getattr(found, field) == value for field, value in wanted.items())):
        return found
    if found:
        must_manage(actor, found, area="", below=True)
        if parent and parent.path.startswith(found.path):
            raise BelowItself(name=found.name)
        carry_along(found, to=str(wanted["path"]))
    department, _ = Department.objects.update_or_create(key=key, defaults=wanted)
    # Whoever's duties reach a subtree may reach more or less from now on.
    Account.objects.filter(positions__subtree=True).update(rights_version=ids.token())
    journal.write(
        DepartmentDefined(key, parent.key if parent else ""),
        by=actor,
        subject=f"department:{department.pk}",
    )
    return department


def carry_along(department: Department, *, to: str) -> None:
    """Let what lies below a department follow it to another place in the tree; the department itself is not saved."""
    if department.path == to:
        return
    below = list(Department.objects.under(department).exclude(pk=department.pk))
    for child in below:
        child.path = to + child.path.removeprefix(department.path)
    Department.objects.bulk_update(below, ["path"])
