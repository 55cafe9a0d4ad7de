"""Take licences of an older system into the register: `manage.py licences import FILE --system NAME [--dry-run]`."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.licences import services as licences
from tongban.platform.licences import tables

MAX_ROWS = 2_000_000


class Command(BaseCommand):
    help = "import FILE --system NAME [--dry-run]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        take = verbs.add_parser("import", help="take licences of an older system in, row by row")
        take.add_argument("file", type=Path, help="Excel (.xlsx) or JSON; see docs/rooms/licences.md")
        take.add_argument("--system", required=True, help="name of the older system")
        take.add_argument("--dry-run", action="store_true", help="say what fits and what does not, and change nothing")

    def handle(self, *_args: Any, verb: str, file: Path, system: str, dry_run: bool, **_: Any) -> None:
        """Exit with 1 where a row was not taken."""
        try:
            said = tables.rows(file.read_bytes(), most=MAX_ROWS)
        except OSError as error:
            raise CommandError(f"{file}: {error}") from error
        if said["fault"]:
            raise CommandError(f"{file}: {said['fault']}")
        counted: Counter[str] = Counter()
        try:
            for one in licences.import_licences(actor=SYSTEM, rows=said["rows"], system=system, dry_run=dry_run):
                counted[one.outcome] += 1
                if one.remarks:
                    self.stdout.write(f"row {one.row} ({one.key or '?'}): {one.outcome}: {' '.join(one.remarks)}")
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        fits = "would be taken in" if dry_run else "taken in"
        self.stdout.write(f"{counted['taken']} {fits}, {counted['known']} there already, {counted['wrong']} do not fit")
        if counted["wrong"]:
            raise CommandError("mend these rows and import the file again: what is there already is left alone")
