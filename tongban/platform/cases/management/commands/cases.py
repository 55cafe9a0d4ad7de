"""Look after cases: compare them with what was done, take over those of an older system or to another version."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import archiving
from tongban.platform.catalogue.models import Version


class Command(BaseCommand):
    help = (
        "rebuild [--write] | import FILE [--dry-run] | move CODE --to VERSION [--map old=new …] [--dry-run] | "
        "package NUMBER --purpose TEXT --to FOLDER"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        rebuild = verbs.add_parser("rebuild", help="compare every case with its actions, and say where they differ")
        rebuild.add_argument("--write", action="store_true", help="mend what differs; without it nothing is changed")
        take = verbs.add_parser("import", help="take over cases of an older system with their own past")
        take.add_argument("file", type=Path, help="JSON Lines; see docs/operating/taking-over.md")
        take.add_argument("--dry-run", action="store_true", help="say what fits and what does not, and change nothing")

        move = verbs.add_parser("move", help="take open cases of a service over to another version")
        move.add_argument("code", help="of the service")
        move.add_argument("--to", type=int, required=True, help="number of the version", metavar="VERSION")
        move.add_argument("--map", action="append", default=[], help="a step, the one in its place", metavar="OLD=NEW")
        move.add_argument("--only", action="append", default=[], help="number of a case; all where none is given")
        move.add_argument("--dry-run", action="store_true", help="say what would happen; nothing is changed")

        pack = verbs.add_parser("package", help="take an archived case out as one package")
        pack.add_argument("number", help="of the case")
        pack.add_argument("--purpose", required=True, help="what for; the applicant reads it")
        pack.add_argument("--to", type=Path, required=True, help="folder for the ZIP", metavar="FOLDER")

    def handle(self, *_args: Any, verb: str, **options: Any) -> None:
        if verb == "import":
            self._take_over(options["file"], dry_run=options["dry_run"])
        elif verb == "move":
            self._move(options["code"], options["to"], options["map"], options["only"], dry_run=options["dry_run"])
        elif verb == "package":
            self._package(options["number"], options["purpose"], options["to"])
        else:
            self._rebuild(write=options["write"])

    def _take_over(self, file: Path, *, dry_run: bool) -> None:
        """Exit with 1 where a line was not taken over."""
        counted: Counter[str] = Counter()
        try:
            with file.open(encoding="utf-8") as lines:
                for line in cases.take_over(lines=lines, dry_run=dry_run):
                    counted[line.outcome] += 1
                    if line.outcome == "wrong":
                        self.stdout.write(f"line {line.line} ({line.number or '?'}): {line.reason}")
        except (OSError, UnicodeDecodeError, cases.DoesNotFit) as error:
            raise CommandError(f"{file}: {error}") from error
        fits = "would be taken over" if dry_run else "taken over"
        self.stdout.write(f"{counted['taken']} {fits}, {counted['known']} already there, {counted['wrong']} do not fit")
        if counted["wrong"]:
            raise CommandError("mend these lines and import the file again: what is there already is left alone")

    def _package(self, number: str, purpose: str, folder: Path) -> None:
        case = Case.objects.referred_to(number)
        if case is None:
            raise CommandError(f"there is no case {number}")
        try:
            made = archiving.package(actor=SYSTEM, case=case, purpose=purpose)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        (folder / made.name).write_bytes(made.content)
        self.stdout.write(f"{folder / made.name}  {'sound' if made.sound else 'NOT sound, see report/'}")

    def _rebuild(self, *, write: bool) -> None:
        """Exit with 1 where cases differ that were not mended."""
        found = 0
        for difference in cases.all_differences(write=write):
            found += 1
            said = f"is {difference.kept!s}, its actions say {difference.computed!s}"
            self.stdout.write(f"{difference.number}: {difference.field} {said}")
        self.stdout.write(f"{found} differences" + (", mended" if write and found else ""))
        if found and not write:
            raise CommandError("rebuild with --write mends them")

    def _move(self, code: str, number: int, pairs: list[str], only: list[str], *, dry_run: bool) -> None:
        """Exit with 1 where a case stays with its version."""
        version = Version.objects.listed().filter(service__code=code, number=number).first()
        if version is None:
            raise CommandError(f"{code} has no version {number}")
        if odd := [pair for pair in pairs if pair.count("=") != 1]:
            raise CommandError(f"write --map OLD=NEW instead of {odd[0]}")
        mapping = dict(pair.split("=") for pair in pairs)
        verb = cases.try_switch if dry_run else self._switched
        moved = kept = 0
        for pk, called in cases.to_switch(version):
            if only and called not in only:
                continue
            refused = verb(actor=SYSTEM, pk=pk, version=version, mapping=mapping)
            moved, kept = moved + (refused is None), kept + (refused is not None)
            self.stdout.write(f"{called}: {refused or ('fits' if dry_run else 'taken over')}")
        self.stdout.write(f"{moved} {'would be ' if dry_run else ''}taken over, {kept} stay")
        if kept:
            raise CommandError("some cases stay with their version")

    @staticmethod
    def _switched(**what: Any) -> Refusal | None:
        """Take one case over; what refuses it keeps no other."""
        try:
            cases.switch_version(**what)
        except Refusal as refusal:
            return refusal
        return None
