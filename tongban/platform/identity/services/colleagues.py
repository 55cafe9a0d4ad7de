"""Who else holds a duty: when somebody keeps out, others have to be there."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from tongban.infrastructure.kernel import clock
from tongban.platform.identity.models import Account, Department, Position, Role
from tongban.platform.identity.services.actors import actor_of


def officials_for(duty: str, *, departments: Iterable[Department]) -> QuerySet[Account]:
    """Return the officials to choose from whose positions of today carry a duty in one of some departments.

    Whether one of them holds it for an area, the verb says.
    """
    roles = [role.pk for role in Role.objects.all() if duty in role.duties]
    here = list(departments)
    above = {
        "/".join(steps[:length]) + "/"
        for steps in (department.path.split("/")[:-1] for department in here)
        for length in range(1, len(steps) + 1)
    }
    there = Q(department__in=here) | Q(department__path__in=above, subtree=True)
    posts = Position.objects.valid(on=clock.today()).filter(there, role__in=roles)
    return Account.objects.officials().filter(active=True, pk__in=posts.values("account"))


def holders_of(duty: str, *, department: Department, area: str = "") -> list[Account]:
    """Return the officials who hold a duty today for a department and area, by name.

    department   itself, or one above it with all that is below
    """
    roles = [role.pk for role in Role.objects.all() if duty in role.duties]
    steps = department.path.split("/")[:-1]
    above = ["/".join(steps[:length]) + "/" for length in range(1, len(steps) + 1)]
    here = Q(department=department) | Q(department__path__in=above, subtree=True)
    posts = Position.objects.valid(on=clock.today()).filter(here, role__in=roles, account__active=True)
    found = {post.account_id: post.account for post in posts.select_related("account")}
    held = [one for one in found.values() if actor_of(one).holds(duty, department=department.pk, area=area)]
    return sorted(held, key=lambda account: (account.name, account.pk))
