"""manage.py verifier: the local counterpart of a real-person verification service, for demonstrations and tests."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.platform.assurance.adapters.counterpart import Counterpart


class Command(BaseCommand):
    help = "Run the local counterpart of a real-person verification service; it recognises nobody and asks what to say."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8090)
        parser.add_argument("--forged", action="store_true", help="sign answers wrongly, to see that they are refused")

    def handle(self, *args: Any, **options: Any) -> None:
        secret = settings.ASSURANCE_VERIFIER_SECRET
        if not secret:
            raise CommandError("Set ASSURANCE_VERIFIER_SECRET, the same as for the house.")
        with Counterpart(options["port"], secret, forged=options["forged"]) as server:
            self.stdout.write(f"verifier on http://127.0.0.1:{server.server_address[1]}")
            self.stdout.flush()
            server.serve_forever()
