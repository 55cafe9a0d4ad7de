"""Look after cases: recompute what is kept about them from what was done to them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.platform.cases import services as cases


class Command(BaseCommand):
    help = "rebuild [--write]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        rebuild = verbs.add_parser("rebuild", help="compare every case with its actions, and say where they differ")
        rebuild.add_argument("--write", action="store_true", help="mend what differs; without it nothing is changed")

    def handle(self, *_args: Any, write: bool = False, **_options: Any) -> None:
        """Exit with 1 where cases differ that were not mended."""
        found = 0
        for difference in cases.all_differences(write=write):
            found += 1
            said = f"is {difference.kept!s}, its actions say {difference.computed!s}"
            self.stdout.write(f"{difference.number}: {difference.field} {said}")
        self.stdout.write(f"{found} differences" + (", mended" if write and found else ""))
        if found and not write:
            raise CommandError("rebuild with --write mends them")
