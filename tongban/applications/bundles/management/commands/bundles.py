"""Look after bundles: check, load, list."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import Bundle, BundleVersion
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.problems import sentence
from tongban.infrastructure.kernel.refusals import Refusal


class Command(BaseCommand):
    help = "check DIR · load DIR [--publish] · list"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="say what is wrong with folders of bundles; change nothing")
        check.add_argument("folders", nargs="+", type=Path)
        load = verbs.add_parser("load", help="keep folders of bundles as drafts")
        load.add_argument("folders", nargs="+", type=Path)
        load.add_argument("--publish", action="store_true", help="put them in force at once")
        verbs.add_parser("list", help="show bundles and their versions")

    def handle(self, *_args: Any, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {"check": self.check_folders, "load": self.load, "list": self.show}
        try:
            verbs[options["verb"]](**options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def check_folders(self, folders: list[Path], **_options: Any) -> None:
        """Exit with 1 where one of the folders could not be published."""
        broken = 0
        for folder in folders:
            problems = bundles.check(folder)
            broken += any(problem.forbids for problem in problems)
            for problem in problems:
                self.stdout.write(f"{folder.name}/{sentence(problem)}")
            self.stdout.write(f"{folder.name}: {len(problems)} problems")
        if broken:
            raise CommandError(f"{broken} bundles cannot be published")

    def load(self, folders: list[Path], publish: bool, **_options: Any) -> None:
        for folder in folders:
            draft = bundles.load(actor=SYSTEM, folder=folder)
            version = draft.version
            if publish and version.state == BundleVersion.State.DRAFT:
                version = bundles.publish(actor=SYSTEM, version=version)
            news = "new" if draft.changed else "unchanged"
            self.stdout.write(f"{folder.name}: version {version.number}, {version.state}, {news}")

    def show(self, **_options: Any) -> None:
        for bundle in Bundle.objects.offered():
            assert bundle.current is not None
            self.stdout.write(f"{bundle.code:<28} v{bundle.current.number:<4}{bundle.name}")
