"""Print which requirements of the checklist are shown by which tests."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

LISTS = ("../shared/requirements.md", "docs/requirements.md")
ROW = re.compile(r"^\| ([A-Z]{3}(?:-[A-Z])?-\d{2}) \|(.*)\|\s*$", re.MULTILINE)
GLOSS = 3  # the column in English


def checklist(root: Path) -> dict[str, str]:
    """Return the checklist: id -> what it asks. The first list that is there counts."""
    for name in LISTS:
        if (root / name).is_file():
            return read(root / name)
    return {}


def read(file: Path) -> dict[str, str]:
    """Read the rows of a checklist: tables in Markdown whose first column is the id."""
    return {found[1]: _gloss(found[2]) for found in ROW.finditer(file.read_text())}


def _gloss(row: str) -> str:
    cells = [cell.strip() for cell in row.split(" | ")]
    return cells[min(GLOSS, len(cells) - 1)]


def shown_by(root: Path) -> dict[str, list[str]]:
    """Return what the tests say they show: id -> "file::test"."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in (root / "tests", root / "tongban"):
        for file in sorted(folder.rglob("test_*.py")):
            for test, ids in marks(file.read_text()):
                for requirement in ids:
                    found[requirement].append(f"{file.relative_to(root)}::{test}")
    return dict(found)


def marks(source: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each test with the ids of its `@pytest.mark.requirement(...)`; a mark of a class counts for the class."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            ids = [value for mark in node.decorator_list for value in _ids(mark)]
            if ids:
                yield node.name, ids


def _ids(mark: ast.expr) -> list[str]:
    match mark:
        case ast.Call(func=ast.Attribute(attr="requirement"), args=words):
            return [str(word.value) for word in words if isinstance(word, ast.Constant)]
    return []


class Command(BaseCommand):
    help = "Print which ids of the checklist are shown by which tests, and how many of all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", type=Path, help="read this checklist instead")
        parser.add_argument("--missing", action="store_true", help="print what no test shows")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.ROOT)
        asked = read(options["list"]) if options["list"] else checklist(root)
        if not asked:
            raise CommandError("There is no checklist. Name one with --list FILE.")
        shown = shown_by(root)
        if options["missing"]:
            for requirement in sorted(asked.keys() - shown.keys()):
                self.stdout.write(f"{requirement:<9} {asked[requirement]}")
        else:
            self._show(asked, shown)
        tests = {test for requirement in shown for test in shown[requirement]}
        known = asked.keys() & shown.keys()
        self.stdout.write(f"{len(known)} of {len(asked)} requirements are shown by {len(tests)} tests.")

    def _show(self, asked: dict[str, str], shown: dict[str, list[str]]) -> None:
        for requirement in sorted(shown):
            self.stdout.write(f"{requirement:<9} {asked.get(requirement, 'NOT IN THE CHECKLIST')}")
            for test in shown[requirement]:
                self.stdout.write(f"          {test}")
