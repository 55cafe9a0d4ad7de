"""Which modules an installation has; asked before anything of the house is loaded."""

from collections.abc import Collection, Sequence
from importlib.util import find_spec
from pathlib import Path

PORTALS = "tongban.portals."


def chosen(modules: Sequence[str], *, more: Collection[str], without: Collection[str]) -> list[str]:
    """Return MODULES with packages from outside, which stand among the city systems, and without what is left out."""
    first_portal = next(number for number, name in enumerate(modules) if name.startswith(PORTALS))
    every = [*modules[:first_portal], *more, *modules[first_portal:]]
    return [name for name in every if name and name not in without]


def unknown(modules: Sequence[str], *, more: Collection[str], file: Path) -> str:
    """Say which entry is no room, where it stands and what to look at; "" where all of them are.

    file   the settings in which MODULES stands
    """
    for name in modules:
        if _is_there(f"{name}.apps"):
            continue
        what = "has no apps.py" if _is_there(name) else "is no package that can be imported"
        if name in more:
            return f"TONGBAN_WITH names {name}, which {what}. Is it installed in this environment, and spelt right?"
        where = f"MODULES in {file.parent.name}/{file.name}, line {_line(name, file.read_text())}, names {name}"
        return f"{where}, which {what}. Is it spelt right, and is there a comma behind it?"
    return ""


def folders(modules: Sequence[str], root: Path) -> list[Path]:
    """Return where the code of an installation lies: the house, and the packages that come from outside."""
    found = (find_spec(name) for name in modules)
    places = [Path(spec.submodule_search_locations[0]) for spec in found if spec and spec.submodule_search_locations]
    return [root, *(place for place in places if not place.is_relative_to(root))]


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # a package above it is not there
        return False


def _line(name: str, source: str) -> int:
    """Return the line of an entry; of one that a missing comma has made of two, the first."""
    entries = {number: line.strip().strip('",') for number, line in enumerate(source.splitlines(), 1)}
    return max(entries, key=lambda number: len(entries[number]) if name.startswith(entries[number]) else -1)
