"""Found a city from one file: areas, departments, roles, registers, seals, first accounts."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock, ids, portals
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.module import rooms
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Role
from tongban.platform.places import services as places
from tongban.platform.registers import services as registers
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import Seal

# What a table of the file may hold; the first names are needed.
TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "department": (("key", "name"), ("english", "uscc", "parent", "area", "seals")),
    "role": (("key", "name", "duties"), ("portal",)),
    "register": (("key", "title", "department", "fields"), ("holder", "basis")),
    "official": (("login", "name", "positions"), ("email", "phone", "says")),
}


class BrokenPlan(Refusal):
    """The file cannot be used; the sentence names the place and what to do."""

    status = 422
    message = _("%(place)s: %(problem)s")


class DryRun(Exception):
    """Takes back what was only tried."""


@dataclass(frozen=True)
class Founded:
    """What a file brought: lines that say what changed, and a one-time link for each account that is new."""

    changes: list[str]
    links: dict[str, str] = field(default_factory=dict)


def is_founded() -> bool:
    """Say whether anybody works here yet."""
    return bool(Account.objects.exists())


def read(file: Path) -> dict[str, Any]:
    """Read the file of a city. Raises BrokenPlan with the place and what to do."""
    try:
        plan = tomllib.loads(file.read_text())
    except OSError as error:
        raise BrokenPlan(place=file.name, problem=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenPlan(place=file.name, problem=str(error)) from error
    check(plan)
    return plan


def check(plan: Mapping[str, Any]) -> None:
    """Raise BrokenPlan for the first thing in a plan that cannot be done."""
    for table, (needed, possible) in TABLES.items():
        for number, row in enumerate(plan.get(table, ()), 1):
            _check_row(f"[[{table}]] {number}", row, needed, possible)
    departments = {row["key"] for row in plan.get("department", ())} | set(
        Department.objects.in_order().values_list("key", flat=True)
    )
    duties = {duty for room in rooms() for duty in room.duties}
    places = {portal.label for portal in portals.workplaces()}
    for row in plan.get("department", ()):
        _check_known(f"department {row['key']}", "parent", {row["parent"]} if row.get("parent") else (), departments)
    for row in plan.get("role", ()):
        _check_known(f"role {row['key']}", "duties", row["duties"], duties)
        _check_known(f"role {row['key']}", "portal", {row["portal"]} if row.get("portal") else (), places)
    for row in plan.get("register", ()):
        _check_known(f"register {row['key']}", "department", {row["department"]}, departments)
    roles = {row["key"] for row in plan.get("role", ())} | set(Role.objects.in_order().values_list("key", flat=True))
    for row in plan.get("official", ()):
        for position in row["positions"]:
            _check_row(f"official {row['login']}", position, ("department", "role"), ("everywhere", "area"))
            _check_known(f"official {row['login']}", "department", {position["department"]}, departments)
            _check_known(f"official {row['login']}", "role", {position["role"]}, roles)


def found(plan: Mapping[str, Any], *, password: str | None = None, dry_run: bool = False) -> Founded:
    """Do what the plan says, all of it or nothing, and say what changed.

    password   of accounts that are new, in a demonstration; without one each gets a one-time link
    dry_run    do it, look at what changed, and take it back
    Raises BrokenPlan, Invalid.
    """
    last = Fact.objects.newest()
    links: dict[str, str] = {}
    changes: list[str] = []
    try:
        with transaction.atomic():
            if "places" in plan:
                places.load(actor=SYSTEM, table=plan["places"])
            for order, row in enumerate(plan.get("department", ())):
                _department(order, row, seal=not dry_run)
            for row in plan.get("role", ()):
                identity.define_role(actor=SYSTEM, **row)
            for row in plan.get("register", ()):
                department = Department.objects.get(key=row["department"])
                registers.declare(actor=SYSTEM, **{**row, "department": department})
            for row in plan.get("official", ()):
                links |= _official(row, password)
            changes = list(_changes(last))
            if dry_run:
                raise DryRun
    except DryRun:
        links = {}
    return Founded(changes, links)


def _check_row(place: str, row: Mapping[str, Any], needed: Collection[str], possible: Collection[str]) -> None:
    for name in needed:
        if name not in row:
            raise BrokenPlan(place=place, problem=str(_("“%(name)s” is missing.")) % {"name": name})
    for name in sorted(set(row) - set(needed) - set(possible)):
        known = ", ".join([*needed, *possible])
        sentence = _("“%(name)s” is not known here. Use one of: %(known)s.")
        raise BrokenPlan(place=place, problem=str(sentence) % {"name": name, "known": known})


def _check_known(place: str, field: str, named: Collection[str], known: Collection[str]) -> None:
    for name in named:
        if name not in known:
            sentence = _("%(field)s names “%(name)s”, which is neither in the file nor in the system.")
            raise BrokenPlan(place=place, problem=str(sentence) % {"field": field, "name": name})


def _department(order: int, row: Mapping[str, Any], *, seal: bool) -> None:
    # A city of its own on this installation says parent = "".
    first = Department.objects.roots().first() if row.get("parent") is None else None
    parent = Department.objects.get(key=row["parent"]) if row.get("parent") else first
    given = {name: row[name] for name in ("key", "name", "english", "uscc", "area") if name in row}
    if parent is not None and parent.key == row["key"]:
        parent = None
    given.setdefault("area", parent.area if parent else "")
    department = identity.put_department(actor=SYSTEM, parent=parent, order=order, **given)
    if seal and row.get("seals") and not Seal.objects.usable(department=department, on=clock.today()).exists():
        for number, name in enumerate(row["seals"]):
            seals.make(actor=SYSTEM, department=department, name=name, order=number)


def _official(row: Mapping[str, Any], password: str | None) -> dict[str, str]:
    """Open an account and appoint it; return the link by which a new one chooses its password, by login."""
    known = Account.objects.known_by(row["login"])
    account = identity.open_account(
        actor=SYSTEM,
        login=row["login"],
        name=row["name"],
        kind=Account.Kind.STAFF,
        password=password or ids.token(40),
        email=row.get("email", ""),
        phone=row.get("phone", ""),
        demo=row.get("says", ""),
    )
    for position in row["positions"]:
        everywhere = bool(position.get("everywhere"))
        office = Department.objects.get(key=position["department"])
        identity.appoint(
            actor=SYSTEM,
            account=account,
            department=Department.objects.root_of(office) if everywhere else office,
            role=Role.objects.get(key=position["role"]),
            area=position.get("area", ""),
            subtree=everywhere,
        )
    if known or password:
        return {}
    link = identity.make_link(actor=SYSTEM, account=account, reason="the city was founded")
    return {account.login: identity.address_of(link)}


def _changes(last: Fact | None) -> Iterator[str]:
    """Return what was written down since a fact, a line each, in words."""
    for fact in Fact.objects.since(last):
        data = ", ".join(f"{name}: {value}" for name, value in fact.data.items() if value not in ("", None, []))
        yield f"{journal.title_of(fact.name)} {data}".strip()
