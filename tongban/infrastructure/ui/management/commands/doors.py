"""Print every door of the house: its address, where it is written, and who may come in."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import URLPattern, URLResolver, get_resolver

METHODS_OF_PAGES = "page"


@dataclass(frozen=True)
class Route:
    """One way in.

    address    route as Django writes it: "/desk/cases/<number>/"
    methods    "page" for pages, else "GET", "POST" …
    audience   "public", "signed in", "key" (another system's), or the duties; "" where the view does not say
    source      file and line of the view
    """

    address: str
    methods: str
    audience: str
    source: str
    view: Callable[..., Any]


def every_door(resolver: Any = None) -> list[Route]:
    """Return all doors of all portals, the endpoints of the gateway among them."""
    return list(dict.fromkeys(_doors(resolver or get_resolver(), "/")))


def _doors(resolver: Any, prefix: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern, address)
        elif isinstance(pattern, URLPattern):
            yield from _behind(address, pattern.callback)


def _behind(address: str, view: Any) -> Iterator[Route]:
    operations = _operations(view)
    for operation in operations:
        audience = "key" if operation.auth_callbacks else "public"
        function = operation.view_func
        yield Route(address, " ".join(operation.methods), audience, _place(function), function)
    if not operations:
        yield Route(address, METHODS_OF_PAGES, _audience(view), _place(view), view)


def _operations(view: Any) -> list[Any]:
    """Return Ninja's operations: one address holds several, one for each method, behind a closure."""
    if not inspect.isfunction(view):
        return []
    return list(getattr(inspect.getclosurevars(view).nonlocals.get("self"), "operations", []))


def _audience(view: Any) -> str:
    if str(getattr(_plain(view), "__module__", "")).startswith("ninja."):
        return "public"  # the description of the interface
    return str(getattr(view, "audience", ""))


def _place(view: Any) -> str:
    function = _plain(view)
    file = Path(inspect.getsourcefile(function) or "")
    if any(part == "site-packages" for part in file.parts):
        return str(function.__module__)
    shown = file.relative_to(settings.ROOT) if file.is_relative_to(settings.ROOT) else file  # a package from outside
    return f"{shown}:{inspect.getsourcelines(function)[1]}"


def _plain(view: Any) -> Any:
    """Return the function that somebody wrote, without its wrappers."""
    return inspect.unwrap(getattr(view, "func", view))


class Command(BaseCommand):
    help = "Print every URL with its file and line, audience and duty."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", nargs="*", help="only doors whose line holds all of these words")

    def handle(self, *args: Any, **options: Any) -> None:
        doors = sorted(every_door(), key=lambda door: (door.address, door.methods))
        lines = [(door.address, door.methods, door.audience or "NOT SAID", door.source) for door in doors]
        shown = [line for line in lines if all(word in " ".join(line) for word in options["words"])]
        widths = [max(map(len, column)) for column in list(zip(*shown, strict=True))[:3]]
        for line in shown:
            cells = [cell.ljust(width) for cell, width in zip(line[:3], widths, strict=True)]
            self.stdout.write("  ".join([*cells, line[3]]))
        public = sum(door.audience == "public" for door in doors)
        self.stdout.write(f"{len(shown)} of {len(doors)} doors; {public} are public.")
