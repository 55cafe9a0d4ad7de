"""manage.py gb28181: the gateway to cameras, recorders and alarm devices, in a process of its own."""

import asyncio
import signal
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from tongban.applications.safecity.adapters.gateway import SipDoors, SipGateway, open_doors
from tongban.infrastructure.kernel.memory import freeze_gc


class Command(BaseCommand):
    help = "Listen to devices that speak GB/T 28181, by UDP and TCP, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.SAFECITY_GB28181_HOST)
        parser.add_argument("--port", type=int, default=settings.SAFECITY_GB28181_PORT)
        parser.add_argument("--doors", type=int, nargs=2, help="numbers of sockets that were opened already: TCP, UDP")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["doors"]:
            doors = SipDoors(*(socket.socket(fileno=number) for number in options["doors"]))
        else:
            doors = open_doors(options["host"], options["port"])
        freeze_gc()
        host, port = doors.stream.getsockname()[:2]
        self.stdout.write(f"GB/T 28181 at {host}:{port}, UDP and TCP")
        self.stdout.flush()
        asyncio.run(_serve(doors))


async def _serve(doors: SipDoors) -> None:
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    await SipGateway().serve(doors, stopping)
