"""Renew the pages of the docs that are made from the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from tongban.city import describing


class Command(BaseCommand):
    help = "Renew docs/openapi.json and docs/events.md from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, content in describing.pages().items():
            file = Path(settings.ROOT) / "docs" / name
            file.write_text(content)
            self.stdout.write(f"docs/{name}")
