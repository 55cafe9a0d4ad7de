"""Menus: what the rooms offer in a portal, to the one who asks."""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple

from django.urls import NoReverseMatch, resolve, reverse

from tongban.infrastructure.kernel import portals
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.memo import Memo
from tongban.infrastructure.kernel.module import MenuEntry, Module, StrOrPromise, rooms
from tongban.infrastructure.kernel.portals import Group, Portal

# In which order the floors stand in a menu: what every office does, what one city system adds, the house itself.
FLOORS = ("platform", "applications", "infrastructure")
# A menu of so many lines is short enough to lie open in the column of a small screen.
LYING_OPEN = 12


class MenuLine(NamedTuple):
    """One line of a menu as a page shows it.

    name   of the page inside the portal, such as "workflow:todo"
    note   what one does there
    personal   whether it is for whoever is signed in only
    badge      name of the number that pages show beside it, where they count one
    """

    url: str
    title: StrOrPromise
    current: bool = False
    name: str = ""
    note: StrOrPromise = ""
    personal: bool = False
    group: Group | None = None
    badge: str = ""


class Part(NamedTuple):
    """The lines of one group, as a page shows them.

    current   whether the page lies under one of them
    open      whether they are seen before the reader unfolds the group
    """

    group: Group
    lines: tuple[MenuLine, ...]
    current: bool
    open: bool


def entries() -> Iterator[tuple[str, MenuEntry]]:
    """Yield every (portal, entry), in the order of MODULES."""
    for room in rooms():
        for portal, lines in room.menu.items():
            for line in lines:
                yield portal, MenuEntry(*line)


def portal_of(path: str) -> str:
    """Say which portal a path belongs to."""
    return portals.portal_at(path).label


def menu(portal: str, actor: Actor, path: str = "") -> list[MenuLine]:
    """Return the lines this actor sees; the one that the path lies under is marked as current."""
    current = current_url(portal, actor, path)
    return [
        MenuLine(
            known.url,
            known.entry.title,
            known.url == current,
            known.entry.url,
            known.entry.note,
            known.entry.duty is not None,
            known.group,
            known.entry.badge,
        )
        for known in _seen(portal, actor)
    ]


def parts(portal: str, actor: Actor, path: str = "") -> list[Part]:
    """Return the same lines by group. Open are the first and the present one, or all of a short menu."""
    lines = menu(portal, actor, path)
    found: list[Part] = []
    for group, among in groupby(lines, key=lambda line: line.group):
        if group is not None:
            held = tuple(among)
            current = any(line.current for line in held)
            found.append(Part(group, held, current, current or not found or len(lines) <= LYING_OPEN))
    return found


def current_url(portal: str, actor: Actor, path: str) -> str:
    """Return the address of the line that the path lies under; the start page lies under its own, others under ""."""
    under = [known.url for known in _seen(portal, actor) if path.startswith(known.url)]
    return max(under, key=len, default="/" if path == "/" else "")


def workplaces(actor: Actor) -> list[Portal]:
    """Return the portals where the actor works: those open to every official, the others for a duty they ask for."""
    if actor.kind != "staff":
        return []
    return [
        portal
        for portal in portals.workplaces()
        if portal.open or any(known.asks_for_duty for known in _seen(portal.label, actor))
    ]


def switches(actor: Actor, portal: str) -> list[MenuLine]:
    """Return where the actor can go from a portal: the workplaces, and where everybody begins."""
    offered = [*workplaces(actor), portals.root()]
    if portal == offered[-1].label:
        offered.pop()
    return [MenuLine(each.address, each.title, each.label == portal) for each in offered]


class _Known(NamedTuple):
    """A line of a portal's menu, its address, and the duties its page asks for: one of them is enough."""

    url: str
    entry: MenuEntry
    duties: tuple[str, ...] = ()
    group: Group | None = None

    @property
    def asks_for_duty(self) -> bool:
        return bool(self.entry.duty or self.duties)

    def seen_by(self, actor: Actor) -> bool:
        if self.entry.duty is None:
            return True
        if not actor.signed_in or (self.entry.duty and not actor.holds(self.entry.duty)):
            return False
        return not self.duties or any(actor.holds(duty) for duty in self.duties)


# An office has some hundred different reaches; each is asked for in a few portals.
_seen_lines: Memo[tuple[_Known, ...]] = Memo(1000)


def _seen(portal: str, actor: Actor) -> tuple[_Known, ...]:
    """Return the lines that the actor sees; many pages a minute ask for the same."""
    authority = actor.authority

    def seen() -> tuple[_Known, ...]:
        anybody = authority.actor(lambda key: 0)
        return tuple(known for known in _known(portal) if known.seen_by(anybody))

    return _seen_lines.get((portal, authority), seen)


@cache
def _known(portal: str) -> tuple[_Known, ...]:
    """Return a portal's lines, group by group: the start of the day, what is open to all, work before accounts."""
    work = [room for floor in FLOORS for room in reversed(rooms()) if _floor(room) == floor]
    open_to_all = [known for known in _lines(portal, rooms()) if known.entry.duty is None]
    lines = (*open_to_all, *(known for known in _lines(portal, work) if known.entry.duty is not None))
    groups = portals.named(portal).groups
    begin = portals.named(portal).start
    return tuple(sorted(lines, key=lambda known: (groups.index(known.group), known.entry.url != begin)))


def _floor(room: Module) -> str:
    """Return on which floor a room stands in a menu; one from outside the house is one more city system."""
    floor = room.name.removeprefix("tongban.").split(".")[0]
    return floor if floor in FLOORS else "applications"


def _lines(portal: str, among: list[Module]) -> Iterator[_Known]:
    for room in among:
        for entry in (MenuEntry(*line) for line in room.menu.get(portal, ())):
            try:
                url = reverse(f"{portal}:{entry.url}")
            except NoReverseMatch:
                continue  # `manage.py check` names it
            group = portals.named(portal).group_of(entry.group)
            yield _Known(url, entry, tuple(getattr(resolve(url).func, "duties", ())), group)
