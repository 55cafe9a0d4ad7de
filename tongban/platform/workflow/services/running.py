"""The life of a process: start, finish, claim, release, reschedule, cancel."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk, changes
from tongban.infrastructure.database.transactions import joined
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.workflow.events import (
    ProcessEnded,
    TaskClaimed,
    TaskDone,
    TaskReleased,
    TaskRescheduled,
    TasksRescheduled,
)
from tongban.platform.workflow.models import MAX_ABOUT, NO_LIMIT, Instance, Process, Task
from tongban.platform.workflow.rules import engine
from tongban.platform.workflow.rules.engine import Marking
from tongban.platform.workflow.services.definitions import ProcessDefinition, compile_once, compiled_of, keep
from tongban.platform.workflow.services.moving import (
    RoleUnfilled,
    follow,
    marking_of,
    new_tasks,
    placed,
    run,
)
from tongban.platform.workflow.services.serving import write_facts
from tongban.platform.workflow.services.signing import why_not_do
from tongban.platform.workflow.services.skipping import skip


class AlreadyDone(Conflict):
    message = _("“%(title)s” was finished by someone else in the meantime. Reload the page to see the result.")


class OffTheDesk(AlreadyDone):
    message = _("“%(title)s” no longer needs to be done: the process took another way. Reload the page.")


class ClaimedByAnother(Conflict):
    message = _("“%(title)s” is being worked on by %(name)s.")


class SecondMissing(Refusal):
    message = _("Two officers do “%(title)s” together. Name the second officer first; they confirm it.")


class SecondUnconfirmed(Refusal):
    message = _("%(name)s has not confirmed yet that they take part in “%(title)s” as the second officer.")


class UnknownOutcome(Refusal):
    status = 422
    message = _("“%(outcome)s” is not a possible outcome of “%(title)s”. Possible outcomes are: %(outcomes)s.")


def start(
    *,
    actor: Actor,
    definition: ProcessDefinition,
    subject: str,
    roles: Mapping[str, int],
    data: Mapping[str, Any] | None = None,
    area: str = "",
    title: str = "",
    topic: str = "",
    due: date | None = None,
) -> Instance:
    """Begin a process about a subject and put its first tasks on desks, in the caller's transaction.

    Whether the actor may bring about the subject is the caller's question; a process has no door of its own.
    The instance comes back with the tasks in `opened`.

    roles   role of the process -> id of the department that plays it
    data    what conditions and tables may ask for; only what they do ask for is kept
    title   the subject in words, for lists; topic: what kind of matter it is, by which lists are narrowed
    due     last day for tasks that set no days of their own
    Raises BrokenDefinition, RoleUnfilled, NoRuleFits.
    """
    compiled = compile_once(definition)
    for role in compiled.graph.roles:
        if role not in roles:
            raise RoleUnfilled(role=role)
    asked = {name: value for name, value in (data or {}).items() if name in compiled.asked}
    step = run(engine.begin, compiled, asked)
    instance = Instance(
        process_id=definition.pk,
        subject=subject,
        about=title[:MAX_ABOUT],
        topic=topic,
        roles={role: department for role, department in roles.items() if compiled.graph.needs(role)},
        area=area,
        due_on=due or NO_LIMIT,
        started_at=clock.now(),
    )
    for name, value in placed(instance, step).items():
        setattr(instance, name, value)
    opened = instance.opened = tuple(new_tasks(instance, compiled, step))
    # Nothing is refused from here on, so the caller's transaction needs no savepoint: each is two more round trips.
    with transaction.atomic(savepoint=False):
        keep(definition, compiled)
        bulk.insert(instance)
        bulk.insert(*opened)
        write_facts(actor, instance, compiled, step, opened)
    return instance


@joined
def complete(
    *,
    actor: Actor,
    task: Task,
    outcome: str,
    opinion: str = "",
    data: Mapping[str, Any] | None = None,
    known: Mapping[str, Any] | None = None,
    due: date | None = None,
    version: int | None = None,
) -> Task:
    """Finish a task and let the process go on. The task comes back with `instance` and `opened` as they are now.

    known     what conditions and lists may ask for from now on; only what they do ask for is kept
    due       last day for tasks that open now and set no days of their own
    version   the version of the task that the actor looked at, where that matters
    Raises NotAllowed, AlreadyDone, ClaimedByAnother, Conflict, SignedAlready, DoneByYourself, UnknownOutcome,
    NoRuleFits, SecondMissing, SecondUnconfirmed.
    """
    must_do(actor, task)
    # Whoever holds the instance's row moves its tokens: two branches that end together pass a join one by one.
    instance: Instance = Instance.objects.locked(task.instance_id)
    task = Task.objects.locked(task.pk)
    must_be_open(task, actor, version)
    task.instance = instance
    if refused := why_not_do(actor, task):
        raise refused
    compiled = compiled_of(instance)
    node = compiled.graph.nodes[task.key]
    if node.officers > 1 and actor.account is not None:
        _must_be_seconded(actor, task)
    allowed = node.outcomes
    if outcome not in allowed:
        raise UnknownOutcome(outcome=outcome, title=task.title, outcomes=", ".join(allowed))
    brought = {name: value for name, value in (known or {}).items() if name in compiled.asked}
    step = run(engine.advance, compiled, marking_of(instance), task.place, outcome, instance.data, brought=brought)
    now = clock.now()
    task.state, task.outcome, task.opinion, task.data = Task.State.DONE, outcome, opinion, dict(data or {})
    task.done_by_id, task.done_at, task.version = actor.account, now, task.version + 1
    task.on_behalf_of_id = in_place_of(actor, task)
    with bulk.batch():
        changes.write(task)
        task.opened = follow(actor, instance, compiled, step, due)
        done = TaskDone(
            str(task.uid),
            task.key,
            task.kind,
            outcome,
            task.department.key,
            [new.key for new in task.opened],
            task.on_behalf_of_id,
        )
        journal.write(done, by=actor, subject=task.subject, reason=opinion)
        write_facts(actor, instance, compiled, step, task.opened)
    if any(compiled.graph.nodes[new.key].skip for new in task.opened):
        task.skipped = skip(actor, instance, compiled, task, due)
    return task


@transaction.atomic
def claim(*, actor: Actor, task: Task) -> Task:
    """Sign for a task 签收, so that colleagues leave it alone. Raises NotAllowed, AlreadyDone, ClaimedByAnother.

    What a colleague has signed for stays theirs for whoever acts in their place, who may do it all the same.
    """
    must_do(actor, task)
    task = Task.objects.select_for_update(of=("self",)).select_related("department").get(pk=task.pk)
    must_be_open(task, actor, None)
    if task.claimed_by_id in {actor.account, *actor.colleagues}:
        return task
    task.claimed_by_id, task.version = actor.account, task.version + 1
    task.save(update_fields=["claimed_by", "version"])
    journal.write(TaskClaimed(str(task.uid), task.key), by=actor, subject=task.subject)
    return task


@transaction.atomic
def release(*, actor: Actor, task: Task, reason: str = "") -> Task:
    """Put a task back for colleagues 放回. Raises NotAllowed, AlreadyDone, ClaimedByAnother."""
    must_do(actor, task)
    task = Task.objects.select_for_update(of=("self",)).select_related("department").get(pk=task.pk)
    must_be_open(task, actor, None)
    if task.claimed_by_id is None:
        return task
    task.claimed_by_id, task.version = None, task.version + 1
    task.save(update_fields=["claimed_by", "version"])
    journal.write(TaskReleased(str(task.uid), task.key), by=actor, subject=task.subject, reason=reason)
    return task


@transaction.atomic
def return_claimed(*, account: Account) -> int:
    """Put back every task that somebody signed for and may not do any more; say how many.

    An account was closed, a position ended, a role changed, or somebody is away and nobody acts in their place: what
    lies with them belongs to their colleagues again.
    """
    returned = 0
    for task in Task.objects.select_for_update(of=("self",)).open().filter(claimed_by=account):
        if not _may_do(account, task):
            task.claimed_by_id, task.version = None, task.version + 1
            task.save(update_fields=["claimed_by", "version"])
            journal.write(TaskReleased(str(task.uid), task.key), by=SYSTEM, subject=task.subject)
            returned += 1
    return returned


def return_all_claimed() -> None:
    """Put back what lies with people whose positions ran out: that day no verb is called for."""
    claimed = Task.objects.open().filter(claimed_by__isnull=False).select_related("claimed_by")
    for account in {task.claimed_by for task in claimed if claimer(task) is None}:
        if account is not None:
            return_claimed(account=account)


def claimer(task: Task) -> Account | None:
    """Return who has signed for the task and may still do it; None where it is free for every colleague."""
    found = task.claimed_by
    return found if found is not None and _may_do(found, task) else None


@transaction.atomic
def reschedule(*, actor: Actor, task: Task, due_on: date | None, reason: str = "") -> Task:
    """Move the last day of an open task, because a clock paused, began anew or was extended.

    due_on   None while the clock stands still: the task sorts last
    Raises NotAllowed, AlreadyDone.
    """
    must_do(actor, task)
    task = Task.objects.select_for_update(of=("self",)).select_related("department").get(pk=task.pk)
    if task.state != Task.State.OPEN:
        raise AlreadyDone(title=task.title)
    before, after = (day.isoformat() if day else "" for day in (task.limit, due_on))
    task.due_on, task.version = due_on or NO_LIMIT, task.version + 1
    task.save(update_fields=["due_on", "version"])
    moved = TaskRescheduled(str(task.uid), task.key, after, before)
    journal.write(moved, by=actor, subject=task.subject, reason=reason)
    return task


@transaction.atomic
def reschedule_all(*, moved: Mapping[Task, date], reason: str) -> None:
    """Move the last days of many open tasks at once, for the house itself; one fact names all of them.

    Those that were finished in the meantime are left alone.
    """
    if not moved:
        return
    still = Task.objects.select_for_update(of=("self",)).open().filter(pk__in=[task.pk for task in moved])
    due = {task.pk: day for task, day in moved.items()}
    rows = [(pk, due[pk], version + 1) for pk, version in still.order_by("pk").values_list("pk", "version")]
    bulk.update_all(Task, ["due_on", "version"], rows)
    there = {pk for pk, *_new in rows}
    days = {str(task.uid): day.isoformat() for task, day in moved.items() if task.pk in there}
    journal.write(TasksRescheduled(days), by=SYSTEM, reason=reason)


@transaction.atomic
def cancel(*, actor: Actor, subject: str, reason: str) -> None:
    """Stop every running process about a subject and take its tasks off the desks; doing it twice changes nothing.

    Whether the actor may end the subject is the caller's question.
    """
    now = clock.now()
    for instance in Instance.objects.select_for_update().filter(subject=subject, state=Instance.State.RUNNING):
        instance.state, instance.ended_at, instance.version = Instance.State.CANCELLED, now, instance.version + 1
        instance.marking, instance.timer_at = Marking().as_json(), None
        instance.save(update_fields=["state", "ended_at", "version", "marking", "timer_at"])
        Task.objects.filter(instance=instance, state=Task.State.OPEN).update(state=Task.State.CANCELLED, done_at=now)
        process = Process.objects.get(pk=instance.process_id)
        journal.write(ProcessEnded(process.key, ""), by=actor, subject=subject, reason=reason)


def _must_be_seconded(actor: Actor, task: Task) -> None:
    """Raise SecondMissing or SecondUnconfirmed where two officers do a task and one of them did not say so yet."""
    if task.second_id is None or task.second_id == actor.account:
        raise SecondMissing(title=task.title)
    if task.seconded_at is None:
        raise SecondUnconfirmed(title=task.title, name=Account.objects.names_of([task.second_id])[task.second_id])


def must_do(actor: Actor, task: Task) -> None:
    """A task without a duty belongs to the house alone."""
    if task.duty:
        actor.must_hold(task.duty, department=task.department_id, area=task.area)
    elif actor.kind != "system":
        raise NotAllowed()


def in_place_of(actor: Actor, task: Task) -> int | None:
    """Return the account in whose place the actor does this task; None where they do it as themself.

    That is the colleague who has claimed it, or by whose duty alone they may do it.
    """
    if task.claimed_by_id in actor.colleagues:
        return task.claimed_by_id
    return actor.in_place_of(task.duty, department=task.department_id, area=task.area)


def _may_do(account: Account, task: Task) -> bool:
    """Say whether somebody may do a task and is there, or has somebody who acts in their place."""
    if not identity.actor_of(account).holds(task.duty, department=task.department_id, area=task.area):
        return False
    return not identity.away_until([account.pk]) or bool(identity.deputies(account.pk))


def must_be_open(task: Task, actor: Actor, version: int | None) -> None:
    """Raise AlreadyDone, OffTheDesk, ClaimedByAnother or Conflict where the actor is too late for a locked task."""
    if task.state != Task.State.OPEN:
        raise (OffTheDesk if task.state == Task.State.CANCELLED else AlreadyDone)(title=task.title)
    mine = {None, actor.account, *actor.colleagues}
    if task.claimed_by_id not in mine and actor.kind != "system" and (other := claimer(task)):
        raise ClaimedByAnother(title=task.title, name=other.name)
    if version is not None and version != task.version:
        raise Conflict()
