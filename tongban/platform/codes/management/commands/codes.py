"""Load and import code lists and the working calendar."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.codes import services as codes


class Command(BaseCommand):
    help = "Load and import code lists and the working calendar."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("load", help="load what comes with the product; doing it again changes nothing")
        holidays = steps.add_parser("import-holidays", help="take holidays and make-up days from chinesecalendar")
        holidays.add_argument("--replace", action="store_true", help="also replace years that differ from ours")
        industries = steps.add_parser("import-industries", help="load GB/T 4754 from a tree of title, value, children")
        industries.add_argument("file", type=Path)
        industries.add_argument("--source", required=True, help="edition and where the file comes from")
        industries.add_argument("--from", dest="valid_from", type=date.fromisoformat, default=date(2017, 10, 1))

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        if step == "load":
            codes.load_shipped()
        elif step == "import-holidays":
            self.import_holidays(replace=options["replace"])
        else:
            self.import_industries(options["file"], options["source"], options["valid_from"])

    def import_holidays(self, *, replace: bool) -> None:
        done = codes.import_holidays(actor=SYSTEM, replace=replace)
        for title, years in (("added", done.added), ("unchanged", done.unchanged), ("replaced", done.replaced)):
            self.stdout.write(f"{title}: {', '.join(map(str, years)) or 'none'}")
        for year, days in done.different.items():
            self.stdout.write(f"{year} differs and was left alone (use --replace): {', '.join(days)}")

    def import_industries(self, file: Path, source: str, valid_from: date) -> None:
        try:
            entries = list(flattened(json.loads(file.read_text())))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{file} is not a tree of title, value and children: {error}") from error
        codes.load_list(
            actor=SYSTEM,
            key="industry",
            title="国民经济行业分类",
            english="Industries",
            source=source,
            valid_from=valid_from,
            entries=entries,
        )
        self.stdout.write(f"{len(entries)} industries loaded")


def flattened(tree: list[dict[str, Any]], parent: str = "") -> Iterator[codes.CodeEntry]:
    """Return the tree's entries, parents first; titles are written "A0111-稻谷种植"."""
    for node in tree:
        yield codes.CodeEntry(node["value"], node["title"].partition("-")[2] or node["title"], parent)
        yield from flattened(node.get("children", []), node["value"])
