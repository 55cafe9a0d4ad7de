"""The MQTT extension of SensorThings 1.1 (18-088, 14): observations that come as messages, and entities that go out.

It knows no broker: who speaks MQTT hands messages over and asks what is new. A message is durable when `take_in`
returns; one that cannot be read is kept as a raw frame with the reason, and may be read again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.memo import Memo
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity import services as identity
from tongban.platform.sensing import ports
from tongban.platform.sensing.models import Datastream
from tongban.platform.sensing.rules.odata import Segment, UnreadableQuery, options, segments
from tongban.platform.sensing.sensorthings import answering, writing
from tongban.platform.sensing.sensorthings.entities import SETS
from tongban.platform.sensing.sensorthings.views import ROOT
from tongban.platform.sensing.services import frames, observing

log = structlog.get_logger(__name__)

PREFIX, PROTOCOL = "v1.1/", "sta-mqtt"
MAX_MESSAGE_BYTES = 64 * 1024
MOST_NEW = 1000  # entities of one topic in one look
LATE_SECONDS = 30  # so long a transaction may take whose rows have smaller numbers than what was seen already
# A key that was taken back is refused after this.
_actors: Memo[Actor] = Memo(20_000, seconds=lambda: 10.0)


class SentMessage(NamedTuple):
    """A message as it came. key: of the system that sent it."""

    key: str
    topic: str
    body: bytes


class TakenMessage(NamedTuple):
    """What became of a message that is durable now. fresh: it was not there; problem: why it was not taken.

    allowed   whether its sender may send there at all
    """

    fresh: bool
    problem: str = ""
    allowed: bool = True


class WrittenTopic(NamedTuple):
    """What a topic asks for: an address below the root, and the query behind it."""

    path: list[Segment]
    query: str


def actor_of(key: str) -> Actor | None:
    """Return the system whose key this is; None where it is not valid, or not any more."""
    if (known := _actors.known(key)) is not None:
        return known
    found = identity.token_actor(f"Bearer {key}")
    return None if found is None else _actors.get(key, partial(_itself, found))


def take_in(messages: Sequence[SentMessage]) -> list[TakenMessage | None]:
    """Keep what many messages say, in few transactions; None for one that is not durable and has to come again."""
    try:
        with transaction.atomic():
            return _taken(messages)
    except Exception as error:
        if len(messages) == 1:
            if isinstance(error, Refusal):
                return [_kept(messages[0], str(error))]
            log.exception("message was not taken in", topic=messages[0].topic)
            return [None]
    # One of many cannot be: each by itself, so that it costs only itself.
    return [taken for one in messages for taken in take_in([one])]


def _taken(messages: Sequence[SentMessage]) -> list[TakenMessage | None]:
    told: list[TakenMessage | None] = [None] * len(messages)
    observations: dict[str, list[tuple[int, observing.Observed]]] = {}
    for number, one in enumerate(messages):
        actor, stream = actor_of(one.key), stream_of(one.topic)
        if actor is None or stream is None:
            told[number] = TakenMessage(False, "nothing is sent there", allowed=False)
            continue
        try:
            said = _observation(one.body)
            key = sha256(one.body).hexdigest()[:32] if said.get("phenomenonTime") else ""
            observations.setdefault(one.key, []).append((number, writing.observed(actor, stream, said, key=key)))
        except (UnreadableQuery, Refusal, KeyError, ValueError, TypeError) as error:
            told[number] = _kept(one, f"{type(error).__name__}: {error}")
    for key, found in observations.items():
        actor = actor_of(key) or SYSTEM
        received = observing.observe_many(actor=actor, observations=[one for _number, one in found])
        for place, (number, _one) in enumerate(found):
            told[number] = TakenMessage(place in received.ids)
    return told


def _kept(one: SentMessage, problem: str) -> TakenMessage:
    """Keep what cannot be taken as a raw frame, so that nothing is lost; not what its sender may not send at all."""
    actor, stream = actor_of(one.key), stream_of(one.topic)
    row = Datastream.objects.with_ids([stream]).first()
    if actor is None or row is None or not actor.holds(observing.OBSERVE, department=row.department_id, area=row.area):
        return TakenMessage(False, problem, allowed=False)
    frame = frames.ReceivedFrame(PROTOCOL, one.topic, one.body, row.department_id, row.area)
    (taken,) = frames.receive(actor=actor, frames=[frame])
    return TakenMessage(bool(taken.fresh), taken.problem or problem)


def stream_of(topic: str) -> int | None:
    """Return the number of the stream to which observations are sent by a topic; None where it is another one."""
    try:
        path = segments(topic.removeprefix(PREFIX)) if topic.startswith(PREFIX) else []
    except UnreadableQuery:
        return None
    names = [(one.name, one.key is None) for one in path]
    return path[0].key if names == [("Datastreams", False), ("Observations", True)] else None


def _observation(body: bytes) -> Mapping[str, Any]:
    if len(body) > MAX_MESSAGE_BYTES:
        raise UnreadableQuery("the message is too long")
    said = json.loads(body)
    if not isinstance(said, Mapping) or "result" not in said:
        raise UnreadableQuery("an object with a result is expected")
    return said


def topic_of(text: str) -> WrittenTopic | None:
    """Read a topic that is subscribed to; None where there is nothing such, or it has wildcards."""
    address, _mark, query = text.partition("?")
    try:
        path = segments(address.removeprefix(PREFIX)) if address.startswith(PREFIX) else []
    except UnreadableQuery:
        return None
    return WrittenTopic(path, query) if path and path[0].name in SETS else None


def may_listen(key: str, text: str) -> bool:
    """Say whether a system may subscribe to a topic: what it asks for is there, and the system sees it."""
    actor, topic = actor_of(key), topic_of(text)
    if actor is None or topic is None:
        return False
    try:
        reached = answering.reach(actor, topic.path)
        if reached.one:
            answering.read(actor, _root(), topic.path, topic.query)
    except (UnreadableQuery, Refusal):
        return False
    return True


@dataclass
class WatchedTopic:
    """What went out by one topic to one system already.

    low    numbers up to this are done; seen: those above it that went out, with when
    last   of a topic of one entity, or of a property: how it was
    """

    key: str
    text: str
    low: int = 0
    seen: dict[int, float] = field(default_factory=dict)
    last: Any = None

    @classmethod
    def begin(cls, key: str, text: str) -> "WatchedTopic":
        """Watch from now on: what is there already does not go out."""
        made = cls(key, text)
        topic = topic_of(text)
        if topic is not None:
            made.low = _highest(topic)
            made.last = made._single(topic)
        return made

    def news(self) -> list[str]:
        """Return what is new, each as JSON: entities of a set in order, or one entity that changed."""
        topic = topic_of(self.text)
        actor = actor_of(self.key)
        if topic is None or actor is None:
            return []
        try:
            reached = answering.reach(actor, topic.path)
            if reached.one:
                return self._changed(topic)
            return self._new(actor, topic, reached)
        except (UnreadableQuery, Refusal):
            return []  # it is gone, or not theirs any more

    def _changed(self, topic: WrittenTopic) -> list[str]:
        now = self._single(topic)
        if now is None or now == self.last:
            return []
        self.last = now
        return [now]

    def _single(self, topic: WrittenTopic) -> str | None:
        actor = actor_of(self.key)
        if actor is None:
            return None
        try:
            reached = answering.reach(actor, topic.path)
            if not reached.one:
                return None
            said = answering.read(actor, _root(), topic.path, topic.query)
        except (UnreadableQuery, Refusal):
            return None
        return _json(said.value if isinstance(said, answering.Bare) else said)

    def _new(self, actor: Actor, topic: WrittenTopic, reached: answering.Reached) -> list[str]:
        now = clock.now().timestamp()
        after = reached.rows.filter(pk__gt=self.low).order_by("pk")
        found = list(after.values_list("pk", flat=True)[: MOST_NEW + len(self.seen)])
        fresh = [pk for pk in found if pk not in self.seen][:MOST_NEW]
        rows = list(reached.rows.filter(pk__in=fresh).order_by("pk"))
        shower, asked = answering.Shower(actor, _root()), options(dict(parse_qsl(topic.query)))
        told = [_json(shower.entity(reached.entities, row, asked)) for row in rows]
        self.seen |= {row.pk: now for row in rows}
        # A transaction that began before may still bring smaller numbers.
        done = [pk for pk, at in self.seen.items() if at < now - LATE_SECONDS]
        self.low = max([self.low, *done])
        self.seen = {pk: at for pk, at in self.seen.items() if pk > self.low}
        return told


def news_of(watched: Iterable[WatchedTopic]) -> list[tuple[WatchedTopic, list[str]]]:
    """Return what is new for each, where anything is."""
    found = [(one, one.news()) for one in watched]
    return [(one, told) for one, told in found if told]


def _highest(topic: WrittenTopic) -> int:
    name = topic.path[0].name
    for one in topic.path[1:]:
        related = SETS[name].related.get(one.name)
        if related is None:
            break
        name = related.target
    model: Any = SETS[name].model
    return int(model.objects.aggregate(highest=Max("pk"))["highest"] or 0)


def _itself(actor: Actor) -> Actor:
    return actor


def _root() -> str:
    return f"{settings.PUBLIC_URL}{ROOT}"


def _json(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def decode(body: bytes, source: str) -> list[ports.Decoded]:
    """Read a message that was kept as a frame once more: the decoder of this protocol. Raises UnreadableFrame."""
    stream = Datastream.objects.with_ids([stream_of(source)]).first()
    if stream is None:
        raise ports.UnreadableFrame("the stream is not there any more")
    try:
        one = writing.observed(SYSTEM, stream.pk, _observation(body), key=sha256(body).hexdigest()[:32])
    except (UnreadableQuery, Refusal, KeyError, ValueError, TypeError) as error:
        raise ports.UnreadableFrame(f"{type(error).__name__}: {error}"[:300]) from error
    return [ports.Decoded(stream.key, one.at, one.value, one.key, one.quality, one.flag)]
