"""Bring the installation up to date: words, static files, tables, codes, and the demonstration's city and services."""

import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.utils import OperationalError

from tongban import modules
from tongban.city import founding, freshness, history
from tongban.city import services as city
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import translations

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
        for folder in modules.folders(settings.MODULES, SOURCE):
            translations.compile_changed(folder)
        call_command("collectstatic", interactive=False, verbosity=0)
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}. Check TONGBAN_DATABASE.") from error
        if settings.DEMO:
            self.bring_the_demonstration()
            city.greeting_file().write_text(city.greeting())
        else:
            self.load_data()
        freshness.remember()

    def bring_the_demonstration(self) -> None:
        """Found the city, at its first start some months ago, and let happen there what happened since."""
        first, today = not founding.is_founded(), clock.today()
        with clock.at(history.beginning()) if first else nullcontext():
            self.load_data()
            founded = city.found_demo_city(residents=first and settings.DEMO_CASES > 0, opened=today)
            city.offer(founded)
        if first and settings.DEMO_CASES:
            self.say(
                f"letting {settings.DEMO_CASES} matters happen in the demonstration's city (once, a minute or two)"
            )
            for sentence in city.live(founded, settings.DEMO_CASES):
                self.stderr.write(sentence)

    def load_data(self) -> None:
        for sentence in city.load_data():
            self.stderr.write(sentence)

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
