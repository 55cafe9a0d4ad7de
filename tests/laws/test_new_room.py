"""`manage.py new-room` writes a room that works: in the house, or as a package from outside."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.laws.house import ROOT
from tongban.city.management.commands.new_room import PATTERN

BIN = Path(sys.executable).parent
NOT_COPIED = shutil.ignore_patterns(".*", "var", "screenshots", "__pycache__")
LAWS = ["samples", "doors", "tables", "owners", "docs", "markup", "templates", "names", "starting", "typed_text"]
FAST = ["-m", "not slow and not journey"]


def missing(source: str) -> Iterator[str]:
    """Yield what a file of the pattern imports and the house does not have."""
    for node in ast.walk(ast.parse(source)):
        module = getattr(node, "module", None) or ""
        if not isinstance(node, ast.ImportFrom) or "newroom" in module or not module.startswith(("tongban.", "tests.")):
            continue
        for name in node.names:
            there = import_module(module)
            if not hasattr(there, name.name) and not (Path(str(there.__file__)).parent / f"{name.name}.py").exists():
                yield f"{module}.{name.name}"


def test_the_pattern_imports_what_the_house_has():
    """So whoever renames something in the house hears of the pattern at once."""
    files = list(PATTERN.rglob("*.py"))
    found = {str(file.relative_to(PATTERN)): list(missing(file.read_text())) for file in files}

    assert len(files) > 10
    assert not {file: names for file, names in found.items() if names}


def test_an_import_of_nothing_is_seen():
    assert list(missing("from tongban.infrastructure.kernel.clock import now, never\n")) == [
        "tongban.infrastructure.kernel.clock.never"
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("Lost", "no name of a folder"), ("lost-property", "no name"), ("ratings", "already"), ("_", "no name")],
)
def test_a_name_that_cannot_be_is_refused(name, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("new_room", name)


class House:
    """A copy of the house, in which one may build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "house"
        shutil.copytree(ROOT, self.folder, ignore=NOT_COPIED)

    def run(self, program: str, *words: str, **more: str) -> str:
        """Return what a program says; it must succeed."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("TONGBAN_", "DJANGO_"))}
        environment = kept | {"TONGBAN_VAR": str(self.folder.parent / "var")} | more
        command = [str(BIN / program), *words]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=900
        )
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]
        return done.stdout

    def files(self) -> dict[str, bytes]:
        found = (file for file in self.folder.rglob("*") if file.is_file() and file.suffix not in {".pyc", ".mo"})
        kept = (file for file in found if not any(part.startswith(".") for part in file.relative_to(self.folder).parts))
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in kept}


def doors_in(text: str) -> set[str]:
    """Return the lines of `manage.py doors` in a text, without the number of the line in the file."""
    return {line.strip() for line in re.findall(r"^ *(/\S+ +(?:page|GET) .*\.py):\d+$", text, re.MULTILINE)}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.slow
def test_a_room_is_built_checked_and_removed(house):
    before = house.files()

    house.run("python", "manage.py", "new-room", "lost_property", "--chinese", "失物招领")

    changed = {name for name, content in house.files().items() if before.get(name) != content}
    outside = {name for name in changed if not name.startswith("tongban/applications/lost_property/")}
    assert outside == {
        "tongban/settings.py",
        "docs/rooms/lost_property.md",
        "docs/generated/lost_property.md",
        "docs/generated/lost_property.openapi.json",
    }
    house.run("ruff", "check", "tongban")
    house.run("ruff", "format", "--check", "tongban")
    house.run("lint-imports", "--no-cache")
    house.run("mypy", "tongban/applications/lost_property")
    laws = [f"tests/laws/test_{law}.py" for law in LAWS if (ROOT / "tests" / "laws" / f"test_{law}.py").exists()]
    house.run("pytest", "tongban/applications/lost_property", *laws, *FAST)
    doors = doors_in(house.run("python", "manage.py", "doors", "lost_property"))
    assert len(doors) == 6
    assert doors == doors_in((ROOT / "docs" / "first-module.md").read_text())
    assert "No changes" in house.run("python", "manage.py", "makemigrations", "--check", "--dry-run")

    for name in outside - {"tongban/settings.py"}:
        (house.folder / name).unlink()
    shutil.rmtree(house.folder / "tongban" / "applications" / "lost_property")
    settings = house.folder / "tongban" / "settings.py"
    settings.write_text(settings.read_text().replace('    "tongban.applications.lost_property",\n', ""))
    assert house.files() == before
    house.run("python", "manage.py", "check")


@pytest.mark.slow
def test_a_package_from_outside_is_a_room_like_any_other(house, tmp_path):
    before = house.files()

    house.run("python", "manage.py", "new-room", "acme_lost", "--into", str(tmp_path / "acme"))

    taken_in = {"TONGBAN_WITH": "acme_lost", "PYTHONPATH": str(tmp_path / "acme")}
    assert house.files() == before
    assert "/desk/acme_lost/" in house.run("python", "manage.py", "doors", "acme_lost", **taken_in)
    assert "No changes" in house.run("python", "manage.py", "makemigrations", "--check", "--dry-run", **taken_in)
    house.run("pytest", "-c", "pyproject.toml", "--rootdir=.", "-p", "conftest", str(tmp_path / "acme"), **taken_in)
