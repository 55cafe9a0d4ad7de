"""Portals: the rooms where an audience comes in. Each says itself what the others must know of it."""

from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Literal, NamedTuple

from tongban.infrastructure.kernel.module import Module, StrOrPromise, rooms

Audience = Literal["people", "staff", "machines"]


class Group(NamedTuple):
    """Lines of a menu that belong together.

    key    what an entry names: "work"
    icon   one of the design system's
    """

    key: str
    title: StrOrPromise
    icon: str


class Portal(Module):
    """A room where people or machines come in.

    prefix      what its addresses begin with, "desk/"; "" for the one that has every other address
    audience    who comes in
    open        whether all of its staff works there; otherwise whoever holds a duty that one of its pages asks for
    start       page where a working day begins, "workflow:todo"; "" for the menu
    base        template that its pages extend
    groups      of its menu, in order, at least one; what names none of them stands in the last
    """

    prefix: ClassVar[str] = ""
    audience: ClassVar[Audience] = "staff"
    open: ClassVar[bool] = False
    start: ClassVar[str] = ""
    base: ClassVar[str] = "ui/work.html"
    groups: ClassVar[Sequence[Group]] = (Group("", "", "list"),)

    @property
    def address(self) -> str:
        """Where it begins: "/desk/"."""
        return f"/{self.prefix}"

    def group_of(self, key: str) -> Group:
        """Return the group of that name, the last where there is none."""
        return next((group for group in self.groups if group.key == key), self.groups[-1])


@cache
def portals() -> tuple[Portal, ...]:
    """Return the portals, in the order of MODULES."""
    return tuple(room for room in rooms() if isinstance(room, Portal))


def workplaces() -> list[Portal]:
    """Return the portals where officials work; the first is where those begin who belong nowhere else."""
    return [portal for portal in portals() if portal.audience == "staff"]


def named(label: str) -> Portal:
    """Return the portal of that name."""
    return next(portal for portal in portals() if portal.label == label)


def portal_at(path: str) -> Portal:
    """Return the portal that a path belongs to: "/desk/cases/7/"."""
    first = path.split("/", 2)[1] if path.startswith("/") and path.count("/") > 1 else ""
    return _by_prefix().get(f"{first}/", root())


@cache
def root() -> Portal:
    """Return the portal that has every address which no other has; a visitor begins there."""
    return next(portal for portal in portals() if not portal.prefix)


@cache
def _by_prefix() -> dict[str, Portal]:
    return {portal.prefix: portal for portal in portals() if portal.prefix}
