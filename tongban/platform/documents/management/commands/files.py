"""Compare every kept file with its digest: `manage.py files check`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents


class Command(BaseCommand):
    help = "Compare every kept file with the digest under which it was kept; the outcome is a fact of the journal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("check", help="read all of them; name those that are missing or were changed")

    def handle(self, *args: Any, **options: Any) -> None:
        found = storage.compare()
        documents.files_compared(
            files=found.files, damaged=len(found.damaged), digests=list(found.damaged)[: documents.MAX_NAMED]
        )
        for digest, how in found.damaged.items():
            self.stdout.write(f"{digest}  {how}")
        if found.damaged:
            raise CommandError(f"{len(found.damaged)} of {found.files} files are not as they were kept")
        self.stdout.write(f"{found.files} files, all as they were kept")
