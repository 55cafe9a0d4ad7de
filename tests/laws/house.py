"""What the laws need to know of the house: its rooms, their files, their shelves."""

import ast
import os
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOUSE = ROOT / "tongban"
FLOORS = ("infrastructure", "platform", "applications", "portals")


def sources(root: Path = HOUSE) -> Iterator[Path]:
    """Yield the product's Python files, without migrations and tests, and without rooms that were taken out."""
    taken_out = tuple(f"{name.replace('.', '/')}/" for name in os.environ.get("TONGBAN_WITHOUT", "").split(",") if name)
    for file in sorted(root.rglob("*.py")):
        place = file.relative_to(root.parent)
        if not {"migrations", "tests"}.intersection(place.parts) and not place.as_posix().startswith(taken_out):
            yield file


def room_of(file: Path, root: Path = HOUSE) -> tuple[str, ...]:
    return file.relative_to(root).parts[:2]


@cache
def parsed(source: str) -> ast.Module:
    """Return a piece of code, parsed; once, however many laws read it."""
    return ast.parse(source)


def tree(file: Path) -> ast.Module:
    return parsed(file.read_text())


def tracked() -> list[Path]:
    """Return the files under version control, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def height(room: str) -> int:
    """Return how high a room stands: "platform.cases". City systems stand side by side, and so do portals.

    A package from outside stands among the city systems; the city, which sets everything up, above all.
    """
    floor = room.partition(".")[0]
    if floor == "city":
        return len(FLOORS) * 100
    return shelves().get(room, FLOORS.index(floor if floor in FLOORS else "applications") * 100)


@cache
def shelves() -> dict[str, int]:
    """Return how high each room stands: "platform.cases" -> number; a higher room may know a lower one."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    heights: dict[str, int] = {}
    for contract in contracts:
        for container in contract.get("containers", []):
            floor = container.removeprefix("tongban.")
            base = FLOORS.index(floor) * 100
            for number, layer in enumerate(reversed(contract["layers"])):
                for room in layer.split("|"):
                    heights[f"{floor}.{room.strip()}"] = base + number
    return heights
