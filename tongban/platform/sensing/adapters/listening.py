"""Listening at a broker of the city's own, such as mosquitto: what devices send there is taken in as at our own door.

The connection is a lasting one (clean_session off): what comes while nobody listens waits at the broker, as far as that
keeps it (mosquitto: `max_queued_messages 0`). A message is acknowledged only once it is durable.
"""

import asyncio
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import aiomqtt
import structlog

from tongban.platform.sensing.adapters.mqtt import Intake
from tongban.platform.sensing.sensorthings.messages import PREFIX, SentMessage

log = structlog.get_logger(__name__)

TOPIC = f"{PREFIX}+/Observations"
CLIENT = "tongban-sensing"
AGAIN_SECONDS, MOST_SECONDS = 1, 60


class BrokerAddress(NamedTuple):
    """Where another broker is: mqtt://user:password@host:1883, or mqtts:// with TLS."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool

    @classmethod
    def of(cls, url: str) -> "BrokerAddress":
        """Read an address. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
            raise ValueError(f"a broker is mqtt://user:password@host:1883 or mqtts://…, not {url}")
        tls = parts.scheme == "mqtts"
        user, password = (unquote(word) if word else None for word in (parts.username, parts.password))
        return cls(parts.hostname, parts.port or (8883 if tls else 1883), user, password, tls)


async def listen(address: BrokerAddress, key: str, stopping: asyncio.Event) -> None:
    """Take in what is sent to another broker, as the system whose key this is, until `stopping` is set."""
    intake = Intake()
    running = asyncio.create_task(intake.run())
    hearing = asyncio.create_task(_for_ever(address, key, intake))
    await stopping.wait()
    hearing.cancel()
    await intake.close()
    running.cancel()


async def _for_ever(address: BrokerAddress, key: str, intake: Intake) -> None:
    """Connect, and again whenever the connection is lost, after longer and longer pauses."""
    pause = AGAIN_SECONDS
    now = asyncio.get_running_loop().time
    while True:
        begun = now()
        try:
            await _hear(address, key, intake)
        except aiomqtt.MqttError as lost:
            if now() - begun > MOST_SECONDS:
                pause = AGAIN_SECONDS
            log.warning("connection to the broker lost", host=address.host, why=str(lost), again_after=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, MOST_SECONDS)


async def _hear(address: BrokerAddress, key: str, intake: Intake) -> None:
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=address.user,
        password=address.password,
        identifier=CLIENT,
        clean_session=False,
        tls_params=aiomqtt.TLSParameters() if address.tls else None,
    )
    client._client.manual_ack_set(True)
    taking: set[asyncio.Task[None]] = set()  # no task group: a lost connection is an error of its own, and no group
    async with client:
        await client.subscribe(TOPIC, qos=1)
        async for message in client.messages:
            task = asyncio.create_task(_take(client, message, key, intake))
            taking.add(task)
            task.add_done_callback(taking.discard)


async def _take(client: aiomqtt.Client, message: aiomqtt.Message, key: str, intake: Intake) -> None:
    """Take one message in and acknowledge it; one that its topic does not allow is acknowledged too, and counted."""
    body = message.payload if isinstance(message.payload, bytes) else str(message.payload).encode()
    taken = await intake.take(SentMessage(key, str(message.topic), body))
    if taken is not None and message.qos:
        client._client.ack(message.mid, message.qos)
