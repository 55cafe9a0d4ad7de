"""The addresses of all portals, collected from the rooms."""

from importlib.util import find_spec
from typing import Any

from django.urls import URLResolver, include, path

from tongban.infrastructure.kernel.module import rooms
from tongban.infrastructure.kernel.portals import Portal, portals
from tongban.infrastructure.ui import start_pages
from tongban.infrastructure.ui.views import routes


def standard_addresses() -> list[URLResolver]:
    """Return the addresses that stand under no portal, because a standard fixes them: those in the rooms' `urls.py`."""
    names = [room.name for room in rooms() if not isinstance(room, Portal) and find_spec(f"{room.name}.urls")]
    return [path("", include(f"{name}.urls")) for name in names]


def portal_addresses() -> list[URLResolver]:
    """Return every portal's addresses; the one without a prefix comes last, for it has all that the others have not."""
    in_order = sorted(portals(), key=lambda portal: not portal.prefix)
    return [path(portal.prefix, include(_addresses_of(portal))) for portal in in_order]


def _addresses_of(portal: Portal) -> Any:
    """Return its own `urls.py`, or the start of a working day and what the rooms show there."""
    if find_spec(f"{portal.name}.urls"):
        return f"{portal.name}.urls"
    return [path("", start_pages.workplace_home, name="start"), *routes(portal.label)], portal.label
