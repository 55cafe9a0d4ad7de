"""Bring the installation up to date: words, static files, tables, codes, and the demonstration's city and services."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.utils import OperationalError

from tongban.city import freshness
from tongban.city import services as city
from tongban.infrastructure.ui import words

SOURCE = Path(settings.ROOT) / "tongban"


class Command(BaseCommand):
    help = "Bring words, static files, tables and codes up to date. Doing it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        var = Path(settings.VAR)
        if not settings.DEMO and not os.environ.get("UI_CITY"):
            raise CommandError("Whose site is this? Set UI_CITY (and UI_CITY_ENGLISH), or TONGBAN_DEMO for a trial.")
        self.make_writable(var)
        if freshness.is_fresh() and self.has_tables():
            return
        self.say("preparing")
        words.compile_all(SOURCE)
        call_command("collectstatic", interactive=False, verbosity=0)
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}. Check TONGBAN_DATABASE.") from error
        city.load_data()
        if settings.DEMO:
            city.found_demo_city()
            city.load_services()
            city.load_guides()
            city.greeting_file().write_text(city.greeting())
        freshness.remember()

    def make_writable(self, var: Path) -> None:
        try:
            var.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(
                f"Cannot write in {var}: {error.strerror}. Set TONGBAN_VAR to a folder you own."
            ) from error
        if not os.access(var, os.W_OK):
            raise CommandError(f"Cannot write in {var}. Set TONGBAN_VAR to a folder you own.")

    def has_tables(self) -> bool:
        return "identity_account" in connection.introspection.table_names()

    def say(self, text: str) -> None:
        self.stderr.write(f"{text} …")
