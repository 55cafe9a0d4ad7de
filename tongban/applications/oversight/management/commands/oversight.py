"""Supervision by hand: `manage.py oversight rebuild | look`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongban.applications.oversight import schedule
from tongban.applications.oversight import services as oversight


class Command(BaseCommand):
    help = "Look at what happened now, or make all cards anew from the facts and compare. See docs/rooms/oversight.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("look", help="do today's round now")
        rebuild = verbs.add_parser("rebuild", help="judge every case anew and name every card that is not what it says")
        rebuild.add_argument("--write", action="store_true", help="raise the cards that are missing")

    def handle(self, *args: Any, verb: str, write: bool = False, **options: Any) -> None:
        if verb == "look":
            schedule.look_around()
            return
        cards, differences = oversight.rebuild(write=write)
        for difference in differences:
            self.stdout.write(str(difference))
        if differences:
            raise CommandError(f"{cards} cards, {len(differences)} differences")
        self.stdout.write(f"{cards} cards, no difference")
