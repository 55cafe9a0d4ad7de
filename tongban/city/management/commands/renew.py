"""Renew the pages of the docs that are made from the code."""

from typing import Any

from django.core.management.base import BaseCommand

from tongban.city import describing


class Command(BaseCommand):
    help = "Renew docs/generated from the code: facts, endpoints and settings, in files of each room's own."

    def handle(self, *args: Any, **options: Any) -> None:
        made = describing.pages()
        describing.FOLDER.mkdir(exist_ok=True)
        for name, content in made.items():
            file = describing.FOLDER / name
            if not file.exists() or file.read_text() != content:
                file.write_text(content)
                self.stdout.write(f"renewed {file.relative_to(describing.HOUSE.parent)}")
        for file in describing.surplus(made):
            file.unlink()
            self.stdout.write(f"removed {file.relative_to(describing.HOUSE.parent)}")
