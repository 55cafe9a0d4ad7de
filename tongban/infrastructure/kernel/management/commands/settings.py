"""Print the settings of all rooms: name, default, meaning."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tongban.infrastructure.kernel.module import rooms


class Command(BaseCommand):
    help = "Print the rooms' settings: name, default, meaning. With words: only those that speak of all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", nargs="*", help="part of a name or a meaning, such as mail")

    def handle(self, *args: Any, words: list[str], **options: Any) -> None:
        for room in rooms():
            for name, setting in room.settings.items():
                if all(word.lower() in f"{name} {setting.meaning}".lower() for word in words):
                    self.stdout.write(f"{name}={setting.default}\n    {setting.meaning}")
