"""Found a city, or change it, from one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.city import founding
from tongban.infrastructure.kernel.refusals import Invalid, Refusal


class Command(BaseCommand):
    help = "Make areas, departments, roles, registers, seals and first accounts from one file; see docs/operating."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        for name, text in (("plan", "say what the file would change"), ("apply", "change it")):
            step = steps.add_parser(name, help=text)
            step.add_argument("file", type=Path)

    def handle(self, *args: Any, step: str, file: Path, **options: Any) -> None:
        try:
            done = founding.found(founding.read(file), dry_run=step == "plan")
        except Refusal as refusal:
            raise CommandError(_sentence(refusal)) from refusal
        for change in done.changes:
            self.stdout.write(change)
        if not done.changes:
            self.stdout.write("nothing to change")
        elif step == "plan":
            self.stdout.write("nothing was changed; `apply` does it")
        for login, link in done.links.items():
            self.stdout.write(f"{login} chooses a password here, once, within a day: {link}")


def _sentence(refusal: Refusal) -> str:
    if not isinstance(refusal, Invalid):
        return str(refusal)
    return " ".join([str(refusal), *(f"{name}: {' '.join(map(str, said))}" for name, said in refusal.errors.items())])
