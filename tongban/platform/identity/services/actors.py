"""From an account to an actor: who asks, and everything they may do."""

from datetime import date
from functools import lru_cache
from typing import cast

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, Actor, Grant, Kind
from tongban.infrastructure.kernel.portals import root, workplaces
from tongban.platform.identity import rules
from tongban.platform.identity.models import Account, Department, Position


def actor_of(account: Account, *, channel: str = "web", address: str = "") -> Actor:
    """Return the account as an actor with all its grants; nobody where it has been deactivated."""
    if not account.active:
        return nobody(channel=channel, address=address)
    return Actor(
        kind=cast(Kind, account.kind),
        account=account.pk,
        name=account.name,
        grants=grants_of(account),
        channel=channel,
        address=address,
    )


def nobody(*, channel: str = "web", address: str = "") -> Actor:
    """Return somebody who has not signed in."""
    return Actor(ANONYMOUS.kind, channel=channel, address=address)


def grants_of(account: Account) -> tuple[Grant, ...]:
    """Return what the account may do today, everywhere it holds a position.

    Cached under the account's `rights_version`, which changes with every change of a position, a role or the tree.
    """
    if account.kind == Account.Kind.PERSON:
        return ()
    return _grants(account.pk, account.rights_version, clock.today())


def home_portal(account: Account) -> str:
    """Return the portal where the account works: the first that its roles name; without one, where everybody begins."""
    if account.kind != Account.Kind.STAFF:
        return root().label
    known = [portal.label for portal in workplaces()]
    first = next(iter(known), root().label)
    roles = Position.objects.valid(on=clock.today()).of(account.pk).values_list("role__portal", flat=True)
    named = {portal if portal in known else first for portal in roles}
    return next((portal for portal in known if portal in named), root().label)


@lru_cache(maxsize=4096)
def _grants(account: int, rights_version: str, on: date) -> tuple[Grant, ...]:
    positions = Position.objects.valid(on=on).of(account).select_related("role", "department")
    found: list[Grant] = []
    for position in positions:
        departments = frozenset({position.department_id})
        if position.subtree:
            departments = frozenset(Department.objects.under(position.department).values_list("pk", flat=True))
        # What a department has taken over, its officials answer for.
        departments |= Department.objects.taken_over_by(departments)
        area = rules.reach(position.area)
        found.extend(Grant(duty, departments, area, position.deputy_for_id) for duty in position.role.duties)
    return tuple(dict.fromkeys(found))
