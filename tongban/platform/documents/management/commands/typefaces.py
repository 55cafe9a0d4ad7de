"""Say which further typefaces there are, and whether characters have a glyph."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.platform.documents import services as documents


class Command(BaseCommand):
    help = "List the further typefaces; with a text, name its characters that no typeface has (exit 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", nargs="?", default="", help="e.g. a name with a rare character")

    def handle(self, *args: Any, text: str, **options: Any) -> None:
        if missing := documents.glyphs_missing(text):
            raise CommandError(f"no typeface has {documents.shown(missing)}")
        for file, usable in documents.further_typefaces().items():
            self.stdout.write(f"{file}  {'is used' if usable else 'cannot be used: it has no TrueType outlines'}")
        self.stdout.write("every character has a glyph" if text else "the shipped typeface is tried first")
