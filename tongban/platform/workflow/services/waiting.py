"""What comes to a process from outside: messages, and time that has passed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.workflow.events import MessageReceived, TimerPassed, TimersMoved
from tongban.platform.workflow.models import Instance
from tongban.platform.workflow.rules import engine, places
from tongban.platform.workflow.rules import marking as markings
from tongban.platform.workflow.rules.marking import Marking
from tongban.platform.workflow.services.definitions import compiled_of
from tongban.platform.workflow.services.moving import follow, marking_of, run
from tongban.platform.workflow.services.serving import write_facts

log = structlog.get_logger(__name__)

# So many processes are moved by one run of the clock; the rest comes with the next.
MAX_INSTANCES = 1000
RETRY = timedelta(hours=1)


@transaction.atomic
def receive(
    *, actor: Actor, subject: str, message: str, key: str | None = None, data: Mapping[str, Any] | None = None
) -> int:
    """Bring a message to every running process about a subject that waits for it; return how many did.

    Whether the actor may bring it is the caller's question. Brought a second time it finds nobody waiting.
    message   its name in the drawing
    key       the value by which it finds its place, where the drawing asks for one
    data      what comes with it; only what conditions ask for is kept
    Raises NoRuleFits, RoleUnfilled, NoDueDay, TooManyRuns.
    """
    found = 0
    for instance in Instance.objects.select_for_update().running().filter(subject=subject).order_by("pk"):
        compiled = compiled_of(instance)
        brought = {name: value for name, value in (data or {}).items() if name in compiled.asked}
        try:
            step = run(engine.receive, compiled, marking_of(instance), message, key, instance.data, brought=brought)
        except engine.NotWaiting:
            continue
        opened = follow(actor, instance, compiled, step, None)
        event = MessageReceived(compiled.graph.key, message, [task.key for task in opened])
        journal.write(event, by=actor, subject=subject)
        write_facts(actor, instance, compiled, step, opened)
        found += 1
    return found


def awaited(subject: str) -> list[str]:
    """Return the names of the messages that running processes about a subject wait for."""
    found = [
        wait.message
        for instance in Instance.objects.of(subject).running()
        for wait in markings.awaited(compiled_of(instance).graph, marking_of(instance))
    ]
    return list(dict.fromkeys(found))


def pass_timers(*, limit: int = MAX_INSTANCES) -> int:
    """Let every timer that is due pass; return how many did.

    Each instance is a transaction of its own, so one that cannot go on holds up no other.
    """
    now, passed = clock.now(), 0
    for pk in list(Instance.objects.timer_due(now).values_list("pk", flat=True)[:limit]):
        try:
            passed += _pass(pk, now)
        except Refusal as refusal:
            # Tried again later, so that those that cannot go on do not fill every run.
            Instance.objects.filter(pk=pk).update(timer_at=now + RETRY)
            log.error("timer cannot pass", instance=pk, reason=str(refusal), exc_info=refusal)
    return passed


@transaction.atomic
def _pass(pk: int, now: datetime) -> int:
    # Another worker may have been here in the meantime: then nothing is due any more.
    instance = Instance.objects.select_for_update(skip_locked=True).timer_due(now).filter(pk=pk).first()
    passed = 0
    while instance is not None and (due := marking_of(instance).due(now)):
        compiled = compiled_of(instance)
        step = run(engine.fire, compiled, marking_of(instance), due[0], instance.data)
        opened = follow(SYSTEM, instance, compiled, step, None)
        stopped = [places.key_of(place) for place in step.cancelled]
        event = TimerPassed(compiled.graph.key, places.key_of(due[0]), [task.key for task in opened], stopped)
        journal.write(event, by=SYSTEM, subject=instance.subject)
        write_facts(SYSTEM, instance, compiled, step, opened)
        passed += 1
    return passed


def recount_timers() -> int:
    """Count every running timer anew, because the calendar is another one now; return how many processes it moved."""
    return sum(_recount(pk) for pk in list(Instance.objects.with_timers().values_list("pk", flat=True)))


@transaction.atomic
def pause_timers(*, subject: str) -> None:
    """Let time stand still for every running process about a subject; doing it twice changes nothing.

    Whether it may, and what is told of it, is the caller's business.
    """
    for instance in Instance.objects.select_for_update().running().filter(subject=subject).order_by("pk"):
        _keep(instance, engine.pause(marking_of(instance), clock.now()))


@transaction.atomic
def resume_timers(*, subject: str) -> None:
    """Let time run again; what each timer lost meanwhile is added to it. Doing it twice changes nothing."""
    for instance in Instance.objects.select_for_update().running().filter(subject=subject).order_by("pk"):
        before = marking_of(instance)
        _keep(instance, run(engine.resume, compiled_of(instance), before, instance.data))


def _keep(instance: Instance, marking: Marking) -> bool:
    """Write another marking down, and say whether it is another one."""
    if marking == marking_of(instance):
        return False
    instance.marking, instance.timer_at, instance.version = marking.as_json(), marking.next_due(), instance.version + 1
    instance.save(update_fields=["marking", "timer_at", "version"])
    return True


@transaction.atomic
def _recount(pk: int) -> bool:
    instance = Instance.objects.select_for_update().with_timers().filter(pk=pk).first()
    if instance is None:
        return False
    before = marking_of(instance)
    after = run(engine.recount, compiled_of(instance), before, instance.data)
    if not _keep(instance, after):
        return False
    moved = {places.key_of(place): due.at for place, due in after.timers.items() if due.at != before.timers[place].at}
    journal.write(TimersMoved(moved), by=SYSTEM, subject=instance.subject)
    return True
