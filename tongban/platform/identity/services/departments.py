"""The tree of departments."""

from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.identity import rules
from tongban.platform.identity.events import DepartmentPlaced
from tongban.platform.identity.models import Account, Department


def subtree(department: Department) -> frozenset[int]:
    """Return the ids of the department and of everything below it."""
    return frozenset(Department.objects.under(department).values_list("pk", flat=True))


def must_look_after(actor: Actor, department: Department, *, area: str, below: bool) -> None:
    """Raise NotAllowed unless the actor looks after accounts as far as such a position reaches.

    below   it reaches every department below as well
    """
    for place in subtree(department) if below else {department.pk}:
        actor.must_hold("identity.manage", department=place, area=rules.reach(area))


@transaction.atomic
def place_department(
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
    """Put a department into the tree, or change it; the same again changes nothing. Raises NotAllowed, Invalid."""
    actor.must_hold("identity.manage", department=parent.pk if parent else None)
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
    if found and all(getattr(found, field) == value for field, value in wanted.items()):
        return found
    if found:
        _carry_along(found, to=str(wanted["path"]))
    department, _ = Department.objects.update_or_create(key=key, defaults=wanted)
    # Whoever's duties reach a subtree may reach more or less from now on.
    Account.objects.filter(positions__subtree=True).update(stamp=ids.token())
    journal.write(
        DepartmentPlaced(department.pk, key, parent.key if parent else ""),
        by=actor,
        subject=f"department:{department.pk}",
    )
    return department


def _carry_along(department: Department, *, to: str) -> None:
    if department.path == to:
        return
    below = list(Department.objects.under(department).exclude(pk=department.pk))
    for child in below:
        child.path = to + child.path.removeprefix(department.path)
    Department.objects.bulk_update(below, ["path"])
