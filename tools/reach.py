"""What a change can reach: the tests of the rooms that changed, and of all that import them, directly or not.

Imports say so, as the laws have it that nothing hides. What is reached by a name only, such as the address of another
room's page, is left to `make test`.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
EVERYTHING = ["tests", "tongban"]
LAWS = "tests/laws"  # always run
SETTINGS = "tongban/settings.py"
# What all tests stand on.
FOUNDATIONS = re.compile(r"(conftest|tests/settings|tongban/\w+)\.py|pyproject\.toml|requirements/.*")
MODULES = re.compile(r"^MODULES = \[$.*?^\]$", re.MULTILINE | re.DOTALL)
BASES = ("main", "origin/main", "HEAD")


def changed(root: Path = ROOT) -> set[str]:
    """Return the files that differ from where this branch left main, committed or not, as paths from the root."""
    base = next(found for name in BASES if (found := _git(root, "merge-base", "HEAD", name)))
    differing = _git(root, "diff", "--name-only", "--no-renames", base).splitlines()
    new = _git(root, "ls-files", "--others", "--exclude-standard").splitlines()
    found = {*differing, *new}
    if SETTINGS in found:
        before, now = _git(root, "show", f"{base}:{SETTINGS}"), (root / SETTINGS).read_text()
        if MODULES.sub("", before).strip() == MODULES.sub("", now).strip():
            found.discard(SETTINGS)  # one room more or less: its own files tell the rest
    return found


def tests(files: Iterable[str], graph: grimp.ImportGraph) -> list[str]:
    """Return what pytest should run for these changed files, without the laws: folders and files, sorted."""
    files = set(files)
    if any(FOUNDATIONS.fullmatch(file) for file in files):
        return EVERYTHING
    touched = {module for file in files for module in _touched(file, graph)}
    reached = touched.union(*(graph.find_downstream_modules(module) for module in touched))
    found = {place for module in reached for place in _tests_of(module)}
    found |= {file for file in files if file.rpartition("/")[2].startswith("test_") and (ROOT / file).exists()}
    found = {place for place in found if not place.startswith(LAWS) and (ROOT / place).exists()}
    return sorted(place for place in found if not any(place.startswith(f"{other}/") for other in found))


def graph() -> grimp.ImportGraph:
    """Read the imports of the house and of the tests beside it."""
    sys.path.insert(0, str(ROOT))  # `python tools/check.py` finds the tools only
    return grimp.build_graph("tongban", "tests")


def _touched(file: str, graph: grimp.ImportGraph) -> Iterator[str]:
    """Yield the modules that a changed file is, or of whose room it is a part: a template, words, a migration."""
    module = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    if file.endswith(".py") and module in graph.modules and "/migrations/" not in file:
        yield module
    elif room := re.match(r"tongban/(?:city|\w+/\w+)(?=/)", file):
        whole = room[0].replace("/", ".")
        yield from (one for one in graph.modules if f"{one}.".startswith(f"{whole}.") and ".tests" not in one)


def _tests_of(module: str) -> Iterator[str]:
    """Yield the tests that a reached module calls for: a test itself, anything else those of its room."""
    parts = module.split(".")
    if "tests" in parts:
        if parts[-1].startswith("test_"):
            yield "/".join(parts) + ".py"
        elif parts[-1] == "conftest":
            yield "/".join(parts[:-1])
    else:
        depth = 2 if parts[1:2] == ["city"] else 3
        yield "/".join([*parts[:depth], "tests"])


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
