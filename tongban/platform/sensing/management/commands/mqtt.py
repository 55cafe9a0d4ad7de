"""manage.py mqtt: the gateway to systems that speak MQTT, in a process of its own."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongban.infrastructure.kernel.memory import freeze_gc
from tongban.platform.sensing.adapters import listening, mqtt


class Command(BaseCommand):
    help = "Be a broker for SensorThings by MQTT, or listen at another one, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.SENSING_MQTT_HOST)
        parser.add_argument("--port", type=int, default=settings.SENSING_MQTT_PORT)
        parser.add_argument(
            "--broker",
            default=settings.SENSING_MQTT_BROKER,
            help="listen at this broker, mqtt://user:password@host:1883, and be none",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        freeze_gc()
        asyncio.run(self._serve(options))

    async def _serve(self, options: dict[str, Any]) -> None:
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stopping.set)
        if not options["broker"]:
            address = f"{options['host']}:{options['port']}"
            await mqtt.serve(address, stopping, lambda: self._say(f"MQTT at {address}"))
            return
        try:
            broker = listening.BrokerAddress.of(options["broker"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not settings.SENSING_MQTT_KEY:
            raise CommandError("Say with SENSING_MQTT_KEY as which system the readings are taken in.")
        self._say(f"MQTT from {broker.host}:{broker.port}")
        await listening.listen(broker, settings.SENSING_MQTT_KEY, stopping)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
