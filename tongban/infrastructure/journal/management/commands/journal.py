"""The journal's proof: `manage.py journal verify | accept | seal | export`."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.infrastructure.journal import proving
from tongban.infrastructure.journal import services as journal


def checkpoint(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise ArgumentTypeError("a checkpoint is NUMBER:DIGEST, as `journal verify` prints it")
    return int(number), digest


def _compared(report: proving.Report) -> str:
    anchor, accepted = report.anchor, report.accepted
    if anchor is None:
        return "no anchor outside of the database; compare with a checkpoint that was noted elsewhere"
    line = f"compared with the anchor of {anchor.at}: batch {anchor.batch}, {anchor.facts} facts"
    return f"{line}; accepted on {accepted.at}: {accepted.accepted}" if accepted else line


class Command(BaseCommand):
    help = "Prove that the journal is what was sealed; seal it now; write it out. See docs/rooms/journal.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="prove chain and signatures; name every row that is not as sealed")
        verify.add_argument(
            "--checkpoint", type=checkpoint, action="append", default=[], help="NUMBER:DIGEST noted earlier, elsewhere"
        )
        accept = verbs.add_parser(
            "accept", help="take the journal as it is for right from here on: a backup was restored"
        )
        accept.add_argument("--reason", required=True, help="stays in the journal and with the anchor")
        verbs.add_parser("seal", help="seal what is not sealed yet")
        verbs.add_parser("export", help="print facts and batches as lines of JSON")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        getattr(self, f"do_{verb}")(**options)

    def do_verify(self, checkpoint: list[tuple[int, str]], **_: Any) -> None:
        report = journal.check(checkpoints=dict(checkpoint))
        for problem in report.problems:
            self.stdout.write(str(problem))
        self.stdout.write(f"{report.batches} batches, {report.facts} facts sealed, {report.unsealed} not sealed yet")
        if report.last:
            self.stdout.write(f"checkpoint {report.last.number}:{report.last.digest}")
        self.stdout.write(_compared(report))
        if report.problems:
            raise CommandError(f"the journal is not what was sealed: {len(report.problems)} problems")
        self.stdout.write("the journal is what was sealed")

    def do_accept(self, reason: str, **_: Any) -> None:
        anchor = journal.accept(reason=reason)
        noted = f"noted as batch {anchor.batch} with {anchor.facts} facts" if anchor else "no anchor is written here"
        self.stdout.write(f"the journal is accepted as it is; {noted}")

    def do_seal(self, **_: Any) -> None:
        self.stdout.write(f"{journal.seal()} facts sealed")

    def do_export(self, **_: Any) -> None:
        for line in journal.export():
            self.stdout.write(line)
