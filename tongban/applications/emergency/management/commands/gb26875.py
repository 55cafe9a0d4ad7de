"""manage.py gb26875: the gateway to fire panels, in a process of its own."""

import asyncio
import signal
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from tongban.applications.emergency.adapters.gateway import FireGateway
from tongban.infrastructure.kernel.memory import freeze_gc


class Command(BaseCommand):
    help = "Listen to fire panels that speak GB/T 26875.3, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.EMERGENCY_GB26875_HOST)
        parser.add_argument("--port", type=int, default=settings.EMERGENCY_GB26875_PORT)
        parser.add_argument("--door", type=int, help="number of a listening socket that was opened already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["door"]:
            door = socket.socket(fileno=options["door"])
        else:
            door = socket.create_server((options["host"], options["port"]), backlog=1024)
        freeze_gc()
        self.stdout.write(f"GB/T 26875.3 at {door.getsockname()[0]}:{door.getsockname()[1]}")
        self.stdout.flush()
        asyncio.run(_serve(door))


async def _serve(door: socket.socket) -> None:
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    await FireGateway().serve(door, stopping)
