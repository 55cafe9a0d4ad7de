"""Write a new city system: a small room that works, keeps the laws and is green, to be made one's own."""

import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

ROOT = Path(settings.ROOT)
PATTERN = ROOT / "tools" / "room"
FLOOR = "tongban.applications"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# The first line of MODULES behind which no city system stands.
AFTER = '    "tongban.portals.'
TEXTS = {".py", ".html", ".po", ".md"}


@dataclass(frozen=True)
class Plan:
    """What is written where.

    name     label of the room, and last part of its package
    into     folder of a package of its own; None for the house
    """

    name: str
    title: str
    chinese: str
    into: Path | None

    @property
    def package(self) -> str:
        return self.name if self.into else f"{FLOOR}.{self.name}"

    @property
    def folder(self) -> Path:
        return (self.into or ROOT / FLOOR.replace(".", "/")) / self.name

    @property
    def page(self) -> Path:
        return self.folder / "README.md" if self.into else ROOT / "docs" / "rooms" / f"{self.name}.md"

    def filled(self, text: str) -> str:
        """Return a text of the pattern with the names of this room."""
        names = {
            f"{FLOOR}.newroom": self.package,
            "newroom": self.name,
            "NewRoom": "".join(part.capitalize() for part in self.name.split("_")),
            "New room": self.title,
            "新系统": self.chinese,
        }
        return re.sub("|".join(map(re.escape, names)), lambda found: names[found[0]], text)


class Command(BaseCommand):
    help = "Write a new city system into the house, or as a package of its own, with tests that are green."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="of its folder: a word of the field in small letters, such as lost_property")
        parser.add_argument("--title", default="", help="what people read in English; else the name in words")
        parser.add_argument("--chinese", default="", help="what people read in Chinese; else the title")
        parser.add_argument("--into", type=Path, help="write a package of its own into this folder, not into the house")

    def handle(self, *args: Any, name: str, title: str, chinese: str, into: Path | None, **options: Any) -> None:
        title = title or name.replace("_", " ").capitalize()
        plan = Plan(name, title, chinese or title, into.resolve() if into else None)
        self.check_name(plan)
        write(plan)
        if not plan.into:
            register(plan.package)
        for words in (["makemigrations", plan.name], ["renew"]):
            run(plan, *words)
        self.stdout.write(f"{plan.folder} is there. Its tests are green and its laws are kept; make it your own.")
        if plan.into:
            self.stdout.write(f"Take it in with PYTHONPATH={plan.into} TONGBAN_WITH={plan.package}")
        if not chinese:
            self.stdout.write(f"Say in Chinese what “{title}” is called: locale/zh_Hans/LC_MESSAGES/django.po")

    def check_name(self, plan: Plan) -> None:
        if not NAME.fullmatch(plan.name):
            raise CommandError(f"{plan.name} is no name of a folder: small letters, such as lost_property.")
        if any(config.label == plan.name for config in apps.get_app_configs()):
            raise CommandError(f"There is a room {plan.name} already.")
        if plan.folder.exists():
            raise CommandError(f"{plan.folder} is there already.")
        if not PATTERN.is_dir():
            raise CommandError(f"The pattern of a room is not there: {PATTERN}. Run this in a checkout.")


def write(plan: Plan) -> None:
    """Write the pattern with the names of this room."""
    for source in sorted(PATTERN.rglob("*")):
        if source.suffix not in TEXTS or "__pycache__" in source.parts:
            continue
        place = plan.page if source.name == "README.md" else plan.folder / plan.filled(str(source.relative_to(PATTERN)))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(plan.filled(source.read_text()))
    ruff = Path(sys.executable).parent / "ruff"
    if ruff.exists():  # names of another length break lines and sort imports elsewhere
        subprocess.run([ruff, "check", "--quiet", "--fix", "--select", "I", plan.folder], cwd=ROOT, check=True)
        subprocess.run([ruff, "format", "--quiet", plan.folder], cwd=ROOT, check=True)


def register(package: str) -> None:
    """Add the line in MODULES, behind the last city system."""
    file = ROOT / "tongban" / "settings.py"
    source = file.read_text()
    place = source.index(AFTER)
    file.write_text(f'{source[:place]}    "{package}",\n{source[place:]}')


def run(plan: Plan, *words: str) -> None:
    """Run a command in a process that has the new room."""
    outside = {"PYTHONPATH": str(plan.into), "TONGBAN_WITH": plan.package} if plan.into else {}
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | outside, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"manage.py {' '.join(words)} failed:\n{done.stderr}")
