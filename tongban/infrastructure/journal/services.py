"""Write facts, let other rooms hear them, seal them, and prove that nothing was changed since."""

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import timedelta
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from inspect import getmembers, isclass
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import CharField
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.database import bulk
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import anchors, proving, rules
from tongban.infrastructure.journal.events import JournalAccepted, JournalChecked, JournalExported, JournalRead
from tongban.infrastructure.journal.models import Batch, Fact, Reading
from tongban.infrastructure.journal.proving import OWNER, Report, verify
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.module import Module, StrOrPromise, label_of, rooms

log = structlog.get_logger(__name__)

Reaction = Callable[[Any], None]

MAX_WAITING = 200
_PLAIN = {str, int, bool, type(None)}
_reactions: dict[str, list[Reaction]] = {}  # a fact may have several


def name_of(event_class: type) -> str:
    """Return the name under which an event is written: "room.Event"."""
    return f"{label_of(event_class.__module__)}.{event_class.__name__}"


def on(event_class: type, *, atomic: bool = True) -> Callable[[Reaction], Reaction]:
    """Register a reaction: it hears each such fact once, after the writing transaction, in order per subject.

    atomic=False is for reactions that take long or speak to the outside; see jobs.Task.
    """

    def register(reaction: Reaction) -> Reaction:
        name = name_of(event_class)

        def hear(data: dict[str, Any]) -> None:
            reaction(_read(event_class, data))

        hear.__module__, hear.__name__ = reaction.__module__, reaction.__name__
        jobs.task(atomic=atomic)(hear)
        _reactions.setdefault(name, []).append(hear)
        return reaction

    return register


def write(event: Any, *, by: Actor, subject: str = "", reason: str = "") -> Fact:
    """Keep a fact, and one job for each reaction to it, in the caller's transaction.

    event     frozen dataclass of ids and primitives, named in the past tense
    subject   what it is about, e.g. "case:123"
    """
    fact = Fact(
        name=name_of(type(event)),
        at=clock.now(),
        subject=subject,
        account=by.account,
        actor=by.name,
        actor_kind=by.kind,
        on_behalf=by.acting_for,
        channel=by.channel,
        address=by.address,
        reason=reason,
        data=_stored(asdict(event)),
        written_at=timezone.now() if clock.set_to() else None,
    )
    fact.mac = proving.mac_of(fact)
    bulk.insert(fact)
    hearing = _reactions.get(fact.name, [])
    if hearing:
        jobs.enqueue_all([(reaction, {"data": fact.data}) for reaction in hearing], lane=subject)
    return fact


def write_reading(
    event: Any, *, by: Actor, of: Collection[int], office: str = "", subject: str = "", reason: str = ""
) -> Fact:
    """Keep the fact that somebody read what is held about parties; each of them is shown it.

    of       ids of the parties; office: the department of who read, in words
    """
    fact = write(event, by=by, subject=subject, reason=reason)
    Reading.objects.bulk_create(
        Reading(party=party, fact=fact, office=office[:120], at=fact.at) for party in sorted(set(of))
    )
    return fact


def reactions() -> dict[str, list[Reaction]]:
    """Return who hears what; for the documentation and the laws."""
    return dict(_reactions)


def seal() -> int:
    """Seal the facts that are not sealed yet, batch by batch; return how many.

    Facts that were written early and committed late are sealed with the next batch: nothing is skipped.
    """
    total = after = 0
    try:
        while rows := _unsealed(after):
            total, after = total + _seal_batch(rows), rows[-1]["id"]
    except IntegrityError:
        # Another worker sealed at the same moment; what is left is sealed at the next turn.
        log.info("another worker is sealing the journal")
    return total


def newest_fact(subject: str, *event_classes: type) -> Fact | None:
    """Return the newest fact of these kinds about a subject, None where there is none."""
    return _newest(*map(name_of, event_classes)).one(subject=subject)


@cache
def _newest(*names: str) -> PreparedQuery[Fact]:
    about = Param("subject", CharField())
    return PreparedQuery(lambda: Fact.objects.filter(subject=about).named(*names).order_by("-at", "-pk")[:1])


def is_genuine(fact: Fact) -> bool:
    """Say whether the platform wrote this fact, as it stands."""
    return proving.mac_of(fact) == fact.mac


def accept(*, actor: Actor = SYSTEM, reason: str) -> rules.Anchor | None:
    """Take the journal as it is for right from here on, though it does not fit its anchors: a backup was restored.

    Returns the anchor that says so, None where none can be written. The fact and the anchor both keep the reason.
    """
    last = Batch.objects.newest()
    number, digest = (last.number, last.digest) if last else (0, "")
    anchor = anchors.note(number, accepted=reason)
    write(JournalAccepted(number, digest), by=actor, subject="journal:chain", reason=reason)
    return anchor


def check(*, actor: Actor = SYSTEM, checkpoints: dict[int, str] | None = None) -> Report:
    """Verify, and keep the outcome as a fact."""
    report = verify(checkpoints=checkpoints)
    first = str(report.problems[0]) if report.problems else ""
    if first:
        log.error("the journal was tampered with", problems=len(report.problems), first=first)
    write(JournalChecked(report.batches, report.facts, len(report.problems), first), by=actor, subject="journal:chain")
    return report


@dataclass(frozen=True)
class SealState:
    """How far the journal is sealed, and what the last check said.

    waiting   how many facts no batch holds yet, counted up to MAX_WAITING
    checked   the fact JournalChecked, None before the first check
    """

    last: Batch | None
    waiting: int
    checked: Fact | None

    @property
    def many_wait(self) -> bool:
        """Whether more may wait than were counted."""
        return self.waiting == MAX_WAITING


def seal_state() -> SealState:
    waiting = Fact.objects.unsealed()[:MAX_WAITING].count()
    return SealState(Batch.objects.newest(), waiting, Fact.objects.named("journal.JournalChecked").newest())


def seal_status(fact: Fact) -> str:
    """Say whether one fact is "open" (not sealed yet), "sealed" (and as it was sealed), "changed" or "forged"."""
    batch = fact.batch
    if batch is None:
        return "open" if is_genuine(fact) else "forged"
    rows = proving.rows_of([fact.pk], batch.layout)
    index = batch.fact_ids.index(fact.pk) if fact.pk in batch.fact_ids else None
    if index is None or any(proving.batch_problems(batch, None, chain=False)):
        return "changed"
    sealed = bytes(batch.leaves)[index * rules.LEAF_BYTES : (index + 1) * rules.LEAF_BYTES]
    return "sealed" if rules.leaf(rows[fact.pk], batch.layout) == sealed else "changed"


def record_access(*, actor: Actor, question: dict[str, str]) -> None:
    """Keep the fact that somebody reads the journal; once an hour for the same question."""
    event = JournalRead(**question)
    since = clock.now() - timedelta(hours=1)
    recent = Fact.objects.named(name_of(JournalRead)).filter(at__gte=since, actor=actor.name, account=actor.account)
    if not any(fact.data == asdict(event) for fact in recent):
        write(event, by=actor, subject="journal:pages")


def record_export(*, actor: Actor, question: dict[str, str], purpose: str) -> None:
    """Keep the fact that somebody takes a copy of the journal, and what for. Raises NotAllowed."""
    actor.must_hold("journal.read")
    write(JournalExported(**question), by=actor, subject="journal:pages", reason=purpose)


def export() -> Iterator[str]:
    """Yield everything as lines of JSON: each fact with its leaf, then each batch with digest and signature."""
    for chunk in Fact.objects.walk():
        rows = proving.rows_of([fact.pk for fact in chunk], rules.LAYOUT)
        for fact in chunk:
            text = rules.canonical(rows[fact.pk], rules.LAYOUT).decode()
            yield f'{{"fact":{text},"leaf":"{rules.leaf(rows[fact.pk], rules.LAYOUT).hex()}"}}'
    for batch in Batch.objects.in_order().iterator(chunk_size=50):
        yield json.dumps({"batch": _exported(batch)}, cls=DjangoJSONEncoder, ensure_ascii=False)


def _stored(data: dict[str, Any]) -> dict[str, Any]:
    """Return data as the database gives it back, with lists and words for names: the code is compared with that."""
    plain = all(type(value) in _PLAIN for value in data.values())
    return data if plain else dict(json.loads(json.dumps(data)))


def _unsealed(after: int) -> list[dict[str, Any]]:
    found = Fact.objects.unsealed().filter(pk__gt=after).values(*rules.COLUMNS[rules.LAYOUT])
    return list(found[: settings.JOURNAL_BATCH_FACTS])


@transaction.atomic
def _seal_batch(found: list[dict[str, Any]]) -> int:
    last = Batch.objects.select_for_update().order_by("-number").first()
    rows = [row for row in found if proving.is_ours(row)]
    if len(rows) < len(found):
        log.error("facts that the platform did not write are not sealed", facts=len(found) - len(rows))
    if not rows:
        return 0
    number, previous = (last.number + 1, last.digest) if last else (1, rules.START)
    fact_ids = [row["id"] for row in rows]
    leaves = b"".join(rules.leaf(row, rules.LAYOUT) for row in rows)
    digest = rules.chained(layout=rules.LAYOUT, number=number, previous=previous, fact_ids=fact_ids, leaves=leaves)
    key_digest, signature = crypto.sign(OWNER, rules.signed_text(digest))
    batch = Batch.objects.create(
        number=number,
        layout=rules.LAYOUT,
        fact_ids=fact_ids,
        leaves=leaves,
        previous=previous,
        digest=digest,
        signature=signature,
        key_digest=key_digest,
        sealed_at=clock.now(),
    )
    Fact.objects.filter(pk__in=fact_ids).update(batch=batch)
    transaction.on_commit(partial(anchors.note, number))
    # In the log as well, which leaves this machine: a checkpoint that nobody with database rights can change.
    log.info("journal sealed", batch=number, digest=digest, facts=len(fact_ids))
    return len(fact_ids)


def _exported(batch: Batch) -> dict[str, Any]:
    return {
        "number": batch.number,
        "layout": batch.layout,
        "fact_ids": batch.fact_ids,
        "leaves": bytes(batch.leaves).hex(),
        "previous": batch.previous,
        "digest": batch.digest,
        "signature": bytes(batch.signature).hex(),
        "key_digest": batch.key_digest,
        "sealed_at": batch.sealed_at,
    }


def events_of(room: Module) -> Iterator[type]:
    """Yield the events that a room tells."""
    name = f"{room.name}.events"
    if find_spec(name):
        for _name, event in getmembers(import_module(name), isclass):
            if is_dataclass(event) and f"{event.__module__}.".startswith(f"{name}."):
                yield event


def event_choices() -> list[tuple[str, list[tuple[str, StrOrPromise]]]]:
    """Return what can stand in the journal, in words: room -> its events by name; the work first."""
    found = ((room, [(name_of(event), title_of(name_of(event))) for event in events_of(room)]) for room in rooms())
    return [(str(room.title), events) for room, events in reversed(list(found)) if events]


@cache
def title_of(name: str) -> StrOrPromise:
    """Return what an event is called: its class's `title`, else its name in words.

    A room gives its events words by `title: ClassVar[StrOrPromise] = _("Case decided")`.
    """
    room, _dot, event = name.partition(".")
    config = next((config for config in apps.get_app_configs() if config.label == room), None)
    events = f"{config.name}.events" if config else ""
    found = getattr(import_module(events), event, None) if events and find_spec(events) else None
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", event).capitalize() or name
    return getattr(found, "title", None) or pgettext_lazy("event", words)


@cache
def _names(event_class: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(event_class))


def _read(event_class: type, data: dict[str, Any]) -> Any:
    # A fact written by a newer version may carry fields this one does not know.
    return event_class(**{name: value for name, value in data.items() if name in _names(event_class)})
