"""Look after the catalogue: check, load, list, import."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service, Version


class Command(BaseCommand):
    help = "check DIR · load DIR [--publish] · list · import FILE|DIR [--report FILE] · drawing CODE FILE"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="say what is wrong with definition folders; change nothing")
        check.add_argument("folders", nargs="+", type=Path)
        check.add_argument("--picture", type=Path, help="where to draw the process with its faulty elements, as SVG")
        load = verbs.add_parser("load", help="keep definition folders as drafts")
        load.add_argument("folders", nargs="+", type=Path)
        load.add_argument("--publish", action="store_true", help="put them in force at once")
        verbs.add_parser("list", help="show services and their versions")
        take = verbs.add_parser("import", help="read a list of items, or a folder of guides, into the catalogue")
        take.add_argument("file", type=Path)
        take.add_argument("--report", type=Path, help="where to write the full report, as JSON")

        drawing = verbs.add_parser("drawing", help="write the process of a service as it was handed in")
        drawing.add_argument("code")
        drawing.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {
            "check": self.check_folders,
            "load": self.load,
            "list": self.show,
            "import": self.take,
            "drawing": self.drawing,
        }
        try:
            verbs[options["verb"]](**options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def check_folders(self, folders: list[Path], picture: Path | None, **_options: Any) -> None:
        """Exit with 1 where one of the folders could not be published."""
        broken = 0
        for folder in _definitions(folders):
            problems = catalogue.check(folder)
            broken += any(problem.forbids for problem in problems)
            for problem in problems:
                line = f"{folder.name}/{catalogue.sentence(problem)}"
                self.stdout.write(self.style.ERROR(line) if problem.forbids else self.style.WARNING(line))
            self.stdout.write(f"{folder.name}: {_counted(problems)}")
            process = folder / "process.bpmn"
            if picture and process.exists() and (drawn := catalogue.faulty_picture(process.read_text(), problems)):
                picture.write_text(drawn)
        if broken:
            raise CommandError(f"{broken} definitions cannot be published")

    def load(self, folders: list[Path], publish: bool, **_options: Any) -> None:
        for folder in _definitions(folders):
            draft = catalogue.load(actor=SYSTEM, folder=folder)
            version = draft.version
            if publish and version.state == Version.State.DRAFT:
                version = catalogue.publish(actor=SYSTEM, version=version)
            news = "new" if draft.changed else "unchanged"
            self.stdout.write(f"{folder.name}: version {version.number}, {version.state}, {news}")

    def show(self, **_options: Any) -> None:
        for version in Version.objects.listed():
            self.stdout.write(
                f"{version.service.code:<28} v{version.number:<4}{version.state:<12}{version.service.name}"
            )
        guides = Service.objects.guides_only().count()
        self.stdout.write(f"{guides} guides without online handling")

    def take(self, file: Path, report: Path | None, **_options: Any) -> None:
        if file.is_dir():
            found = catalogue.import_guides(actor=SYSTEM, folder=file)
        else:
            found = catalogue.import_items(actor=SYSTEM, file=file)
        if report:
            report.write_text(json.dumps(found.as_data(), ensure_ascii=False, indent=1) + "\n")
        self.stdout.write(found.as_text())

    def drawing(self, code: str, file: Path, **_options: Any) -> None:
        version = Version.objects.listed().published().filter(service__code=code).first()
        if version is None:
            raise CommandError(f"no service {code} is published")
        file.write_bytes(version.process.encode())
        self.stdout.write(f"{code}: version {version.number}, {file}")


def _definitions(folders: list[Path]) -> list[Path]:
    """Return the folders themselves, or the definitions inside them."""
    found: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder")
        inside = sorted(file.parent for file in folder.glob("*/service.toml"))
        found += inside if inside and not (folder / "service.toml").exists() else [folder]
    return found


def _counted(problems: list[Any]) -> str:
    errors = sum(problem.forbids for problem in problems)
    return f"{errors} errors, {len(problems) - errors} warnings"
