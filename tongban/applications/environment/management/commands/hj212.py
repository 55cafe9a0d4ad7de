"""manage.py hj212: the gateway to data loggers, in a process of its own."""

import asyncio
import signal
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from tongban.applications.environment.adapters.gateway import Gateway
from tongban.infrastructure.kernel.memory import freeze_gc


class Command(BaseCommand):
    help = "Listen to data loggers that speak HJ 212, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.ENVIRONMENT_HJ212_HOST)
        parser.add_argument("--port", type=int, default=settings.ENVIRONMENT_HJ212_PORT)
        parser.add_argument("--door", type=int, help="number of a listening socket that was opened already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["door"]:
            door = socket.socket(fileno=options["door"])
        else:
            door = socket.create_server((options["host"], options["port"]), backlog=4096)
        freeze_gc()
        self.stdout.write(f"HJ 212 at {door.getsockname()[0]}:{door.getsockname()[1]}")
        self.stdout.flush()
        asyncio.run(_serve(door))


async def _serve(door: socket.socket) -> None:
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    await Gateway().serve(door, stopping)
