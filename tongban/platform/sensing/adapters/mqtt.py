"""The door for systems that speak MQTT 3.1.1: an embedded broker for SensorThings, and a listener at another broker.

A message of QoS 1 or 2 is acknowledged only once it is durable: one thread takes messages in, many in one transaction.
What is not durable is not acknowledged, and comes again. Who may send and subscribe where is judged as everywhere.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog
from amqtt.broker import Broker
from amqtt.mqtt.packet import PUBREL
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.mqtt.puback import PubackPacket
from amqtt.mqtt.pubcomp import PubcompPacket
from amqtt.mqtt.publish import PublishPacket
from amqtt.mqtt.pubrec import PubrecPacket
from amqtt.mqtt.pubrel import PubrelPacket
from amqtt.session import Session
from django.db import close_old_connections

from tongban.platform.sensing.sensorthings import messages
from tongban.platform.sensing.sensorthings.messages import SentMessage, TakenMessage, WatchedTopic

log = structlog.get_logger(__name__)

MAX_BATCH, MAX_WAITING = 500, 20_000
NEWS_SECONDS, TELL_SECONDS = 0.5, 60
REFUSED_SUBSCRIPTION = 0x80
MAX_SUBSCRIPTIONS = 100  # of one system

Argument = TypeVar("Argument")
Outcome = TypeVar("Outcome")


@dataclass
class MessageCounts:
    """What happened since the last line in the log."""

    taken: int = 0
    doubled: int = 0
    kept: int = 0
    refused: int = 0
    lost: int = 0
    sent: int = 0


@dataclass
class Intake:
    """Takes messages in, many in one transaction, in one thread."""

    counts: MessageCounts = field(default_factory=MessageCounts)
    _queue: "asyncio.Queue[tuple[SentMessage, asyncio.Future[TakenMessage | None]]]" = field(
        default_factory=lambda: asyncio.Queue(MAX_WAITING)
    )
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "mqtt"))

    async def take(self, message: SentMessage) -> TakenMessage | None:
        """Return what became of a message, once it is durable; None where it is not."""
        future: asyncio.Future[TakenMessage | None] = asyncio.get_running_loop().create_future()
        await self._queue.put((message, future))
        return await future

    async def run(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MAX_BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            told = await self.in_thread(_taken, [message for message, _future in batch])
            for (_message, future), taken in zip(batch, told, strict=True):
                self._count(taken)
                if not future.done():
                    future.set_result(taken)
                self._queue.task_done()

    async def in_thread(self, work: Callable[[Argument], Outcome], argument: Argument) -> Outcome:
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(_afresh, work, argument))

    async def close(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._queue.join(), 10)
        await asyncio.get_running_loop().run_in_executor(self._pool, close_old_connections)
        self._pool.shutdown()

    def tell(self) -> None:
        if any(vars(self.counts).values()):
            log.info("mqtt", waiting=self._queue.qsize(), **vars(self.counts))
            self.counts = MessageCounts()

    def _count(self, taken: TakenMessage | None) -> None:
        if taken is None:
            self.counts.lost += 1
        elif not taken.allowed:
            self.counts.refused += 1
        elif taken.problem:
            self.counts.kept += 1
        else:
            self.counts.taken += 1
            self.counts.doubled += not taken.fresh


def _afresh(work: Callable[[Argument], Outcome], argument: Argument) -> Outcome:
    """Do some work with a connection to the database that is not broken and not too old."""
    close_old_connections()
    return work(argument)


class DurableHandler(BrokerProtocolHandler):
    """Speaks with one client; acknowledges what it sends once that is durable."""

    intake: Intake

    async def handle_publish(self, publish_packet: PublishPacket) -> None:
        session = self.session
        if session is None or publish_packet.topic_name is None:
            return
        number = publish_packet.variable_header.packet_id if publish_packet.variable_header else None
        if publish_packet.qos == 2 and number in session.inflight_in:  # it came already: only its answer was lost
            await self._send_packet(PubrecPacket.build(number))
            return
        body = bytes(publish_packet.data or b"")
        taken = await self.intake.take(SentMessage(session.password or "", publish_packet.topic_name, body))
        if taken is None:
            return  # not durable: it comes again
        if not taken.allowed:  # MQTT 3.1.1 knows no other no than to hang up
            log.warning("message refused", client=session.client_id, topic=publish_packet.topic_name)
            await self.handle_connection_closed()
            return
        if publish_packet.qos == 1:
            await self._send_packet(PubackPacket.build(number))
        elif publish_packet.qos == 2:
            session.inflight_in[number] = publish_packet
            await self._send_packet(PubrecPacket.build(number))

    async def handle_pubrel(self, pubrel: PubrelPacket) -> None:
        session = self.session
        if session is not None and pubrel.fixed_header.packet_type == PUBREL:
            session.inflight_in.pop(pubrel.packet_id, None)
            await self._send_packet(PubcompPacket.build(pubrel.packet_id))


class SensorThingsBroker(Broker):
    """An MQTT broker whose only topics are those of SensorThings.

    Who signs in shows a key of this house as password; the user name says nothing.
    """

    def __init__(self, address: str, intake: Intake) -> None:
        listener = {"type": "tcp", "bind": address, "max_connections": 0}
        super().__init__({"listeners": {"default": listener}, "plugins": {}, "timeout_disconnect_delay": 2})
        self.intake = intake
        self._watched: dict[tuple[str, str], WatchedTopic] = {}
        self._owners: dict[str, int | None] = {}
        self._sending: set[asyncio.Task[Any]] = set()

    async def _authenticate(self, session: Session, _listener: Any) -> bool:
        """Let in who has a key of ours, under no name of a client that is somebody else's."""
        actor = await self.intake.in_thread(messages.actor_of, session.password or "")
        return actor is not None and self._owners.setdefault(session.client_id or "", actor.account) == actor.account

    async def _handle_client_session(
        self, reader: Any, writer: Any, client_session: Session, handler: Any, server: Any, listener_name: str
    ) -> None:
        durable = DurableHandler(self.plugins_manager, loop=self._loop)
        durable.intake = self.intake
        await super()._handle_client_session(reader, writer, client_session, durable, server, listener_name)

    async def add_subscription(self, subscription: tuple[str, int], session: Session) -> int:
        """Let a client listen to what its key sees; no wildcards."""
        text, name = subscription[0], session.client_id or ""
        mine = sum(1 for client, _text in self._watched if client == name)
        if mine >= MAX_SUBSCRIPTIONS or not await self.intake.in_thread(_may_listen, (session.password or "", text)):
            return REFUSED_SUBSCRIPTION
        granted = int(await super().add_subscription(subscription, session))
        if granted != REFUSED_SUBSCRIPTION and (name, text) not in self._watched:
            self._watched[name, text] = await self.intake.in_thread(_begin, (session.password or "", text))
        return granted

    async def send_news(self) -> None:
        """Send what is new to whoever listens."""
        listening = self._listening()
        self._watched = {key: one for key, one in self._watched.items() if key in listening}
        if not self._watched:
            return
        for key, one in self._watched.items():
            one.key = listening[key][0].password or ""
        by_watched = {id(one): key for key, one in self._watched.items()}
        for watched, told in await self.intake.in_thread(messages.news_of, list(self._watched.values())):
            session, qos = listening[by_watched[id(watched)]]
            for text in told:
                await self._send(session, qos, watched.text, text.encode())

    def _listening(self) -> dict[tuple[str, str], tuple[Session, int]]:
        return {
            (session.client_id or "", text): (session, qos)
            for text, subscriptions in self.subscriptions.items()
            for session, qos in subscriptions
        }

    async def _send(self, session: Session, qos: int, topic: str, body: bytes) -> None:
        self.intake.counts.sent += 1
        if session.transitions.state != "connected":
            if qos and not session.clean_session:
                await self._retain_broadcast_message({"session": None, "topic": topic, "data": body}, qos, session)
            return
        if handler := self._get_handler(session):
            task = asyncio.create_task(handler.mqtt_publish(topic, body, qos, retain=False))
            self._sending.add(task)
            task.add_done_callback(self._sent)

    def _sent(self, task: "asyncio.Task[Any]") -> None:
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("message was not acknowledged", why=str(error))


async def serve(address: str, stopping: asyncio.Event, ready: Callable[[], None]) -> None:
    """Serve at "host:port" until `stopping` is set; what came is still taken in and acknowledged then."""
    intake = Intake()
    broker = SensorThingsBroker(address, intake)
    await broker.start()
    ready()
    works = [asyncio.create_task(intake.run()), asyncio.create_task(_news(broker)), asyncio.create_task(_tell(intake))]
    await stopping.wait()
    await broker.shutdown()
    await intake.close()
    for work in works:
        work.cancel()


async def _news(broker: SensorThingsBroker) -> None:
    while True:
        await asyncio.sleep(NEWS_SECONDS)
        try:
            await broker.send_news()
        except Exception:
            log.exception("news was not sent; it is tried again")


async def _tell(intake: Intake) -> None:
    while True:
        await asyncio.sleep(TELL_SECONDS)
        intake.tell()


def _taken(batch: Sequence[SentMessage]) -> list[TakenMessage | None]:
    try:
        return messages.take_in(batch)
    except Exception:
        log.exception("messages were not taken in", messages=len(batch))
        return [None] * len(batch)


def _may_listen(asked: tuple[str, str]) -> bool:
    return messages.may_listen(*asked)


def _begin(asked: tuple[str, str]) -> WatchedTopic:
    return WatchedTopic.begin(*asked)
