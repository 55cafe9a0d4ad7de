"""Play the examples of every service, or of one, in a sandbox."""

import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tongban.city import services as city
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.demonstration import MORNING, Played

# Set in the environment of the process that plays inside the sandbox.
INSIDE = "TONGBAN_REHEARSAL"


class Command(BaseCommand):
    help = "Play the examples of every service (or of one) through the real verbs, in a database of their own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("service", nargs="?", default="", help="code of one service; all where none is named")

    def handle(self, *args: Any, service: str, **options: Any) -> None:
        if service:
            self.must_exist(service)
        if os.environ.get(INSIDE):
            self.play(service)
            return
        with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
            environment = {
                **os.environ,
                INSIDE: "1",
                "TONGBAN_VAR": folder,
                "TONGBAN_DATABASE": f"sqlite:///{folder}/rehearsal.sqlite3",
                "MAIL_HOST": "",
            }
            command = [
                sys.executable,
                str(Path(settings.ROOT) / "manage.py"),
                "rehearse",
                *([service] if service else []),
            ]
            done = subprocess.run(command, env=environment, check=False)  # noqa: S603 (our own command)
        if done.returncode:
            raise CommandError("the rehearsal found something; see above", returncode=done.returncode)

    def must_exist(self, name: str) -> None:
        known = city.rehearsals()
        if name not in known:
            raise CommandError(f"No service is called {name}. There are: {', '.join(known)}")

    def play(self, name: str) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        with clock.at(MORNING):
            city.load_data()
            city.offer(city.found_demo_city())
        played: list[Played] = []
        for known, rehearse in city.rehearsals().items():
            if name in {"", known}:
                latest = list(rehearse())
                self.show(latest)
                played += latest
        failed = sum(not one.passed for one in played)
        self.stdout.write(f"{len(played) - failed} passed, {failed} failed")
        if failed:
            raise SystemExit(1)

    def show(self, played: list[Played]) -> None:
        for one in played:
            mark = "ok  " if one.passed else "FAIL"
            self.stdout.write(f"{mark} {one.owner:<26}{one.expected:<14}{one.seconds:6.2f} s  {one.example}")
            if one.problem:
                self.stdout.write(f"     {one.problem}")
