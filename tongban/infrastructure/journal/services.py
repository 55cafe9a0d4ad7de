"""Write facts, and let other rooms hear them."""

from collections.abc import Callable
from dataclasses import asdict, fields
from functools import cache
from typing import Any

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor

Reaction = Callable[[Any], None]

_reactions: dict[str, list[Reaction]] = {}
_events: dict[str, type] = {}


def name_of(event_class: type) -> str:
    """Return the name under which an event is written: "room.Event"."""
    return f"{event_class.__module__.split('.')[2]}.{event_class.__name__}"


def on(event_class: type, *, atomic: bool = True) -> Callable[[Reaction], Reaction]:
    """Register a reaction: it hears each such fact once, after the writing transaction, in order per subject.

    atomic=False is for reactions that take long or speak to the outside; see jobs.Task.
    """

    def register(reaction: Reaction) -> Reaction:
        name = name_of(event_class)
        _events[name] = event_class

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
    fact = Fact.objects.create(
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
        data=asdict(event),
    )
    hearing = _reactions.get(fact.name, [])
    if hearing:
        jobs.enqueue_all([(reaction, {"data": fact.data}) for reaction in hearing], lane=subject)
    return fact


def reactions() -> dict[str, list[Reaction]]:
    """Return who hears what; for the documentation and the laws."""
    return dict(_reactions)


@cache
def _names(event_class: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(event_class))


def _read(event_class: type, data: dict[str, Any]) -> Any:
    # A fact written by a newer version may carry fields this one does not know.
    return event_class(**{name: value for name, value in data.items() if name in _names(event_class)})
