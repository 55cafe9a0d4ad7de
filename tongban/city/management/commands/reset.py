"""Throw the data away and start over."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    help = "Throw all data of a demonstration away and found the city anew. Refused where this is no demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is no demonstration (TONGBAN_DEMO is off), so nothing is thrown away.")
        var = Path(settings.VAR)
        if connection.vendor == "sqlite":
            connection.close()
            for file in var.glob("tongban.sqlite3*"):
                file.unlink()
        else:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
        for folder in ("files", "mail", "static"):
            shutil.rmtree(var / folder, ignore_errors=True)
        (var / "prepared").unlink(missing_ok=True)
        call_command("prepare")
