"""Start a process, finish its tasks, ask a decision table, draw it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from json import dumps
from typing import Any

from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal
from tongban.platform.codes import services as codes
from tongban.platform.identity.models import Department
from tongban.platform.workflow.events import (
    ProcessEnded,
    TaskClaimed,
    TaskDone,
    TaskOpened,
    TaskReleased,
    TaskRescheduled,
)
from tongban.platform.workflow.models import NO_LIMIT, Instance, Process, Task
from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import dmn as tables
from tongban.platform.workflow.rules import engine, pictures, soundness
from tongban.platform.workflow.rules.bpmn import Graph
from tongban.platform.workflow.rules.dmn import Finding, Table
from tongban.platform.workflow.rules.engine import Marking, Step
from tongban.platform.workflow.rules.problems import Problem as Problem

Files = Mapping[str, str] | Sequence[str]


class BrokenDefinition(Refusal):
    status = 422
    message = _("The process cannot run: %(problem)s")


class RoleUnfilled(Refusal):
    status = 422
    message = _("No department fills the role “%(role)s” of this process.")


class AlreadyDone(Conflict):
    message = _("“%(title)s” was finished by somebody else in the meantime. Load the page again to see the result.")


class ClaimedByAnother(Conflict):
    message = _("“%(title)s” is being worked on by %(name)s.")


class UnknownOutcome(Refusal):
    status = 422
    message = _("“%(outcome)s” cannot come out of “%(title)s”. Possible are: %(outcomes)s.")


class NoRuleFits(Refusal):
    status = 422
    message = _("The decision table “%(table)s” has no rule for these answers. Tell whoever looks after the service.")


@dataclass(frozen=True)
class Definition:
    """A process as a service definition carries it.

    bpmn     text of the BPMN 2.0 file
    duties   task kind -> duty that its tasks ask for, e.g. {"accept": "cases.accept"}
    tables   DMN documents, by file name or in a row
    key      name for people who read logs; the id of the BPMN process where it is empty
    """

    bpmn: str
    duties: Mapping[str, str] = field(default_factory=dict)
    tables: Files = ()
    key: str = ""

    @cached_property
    def pk(self) -> int:
        """The row id: 63 bits of the digest of the content, so that every installation gives it the same."""
        parts = [self.bpmn, [text for _name, text in _files(self.tables)], dict(self.duties), self.key]
        return int.from_bytes(sha256(dumps(parts, sort_keys=True).encode()).digest()[:8]) >> 1

    @property
    def graph(self) -> Graph:
        """The process, parsed and checked. Raises BrokenDefinition."""
        return _compiled(self).graph


@dataclass(frozen=True)
class Compiled:
    """A definition, ready to run; parsed once in the life of a server process."""

    graph: Graph
    tables: Mapping[str, Table]
    duties: Mapping[str, str]
    asked: frozenset[str]

    def decide(self, table: str, data: Mapping[str, Any]) -> Any:
        return _ask(self.tables[table], data).value


def check(bpmn: str, dmn: Files = ()) -> list[Problem]:
    """Return what keeps a process and its tables from running, each with its place and a remedy."""
    return _check(bpmn, dmn)[2]


def sentence(problem: Problem) -> str:
    """Return a problem in words, in the reader's language."""
    place = f"{problem.file}: {problem.place}" if problem.place else problem.file
    return f"{place}: {gettext(problem.text) % problem.details} {gettext(problem.remedy) % problem.details}"


def roles(bpmn: str) -> list[str]:
    """Return the roles that a process needs filled, in the order of the file."""
    return reader.read(bpmn)[0].roles


def steps(bpmn: str) -> list[reader.Node]:
    """Return the user tasks of a process, in the order of the file."""
    return reader.read(bpmn)[0].tasks


def start(
    *,
    actor: Actor,
    definition: Definition,
    subject: str,
    roles: Mapping[str, Department],
    data: Mapping[str, Any] | None = None,
    area: str = "",
    title: str = "",
    due: date | None = None,
) -> Instance:
    """Begin a process about a subject and put its first tasks on desks, in the caller's transaction.

    Whether the actor may bring about the subject is the caller's question; a process has no door of its own.

    data    what conditions and tables may ask for; only what they do ask for is kept
    title   the subject in words, for lists
    due     last day for tasks that set no days of their own
    Raises BrokenDefinition, RoleUnfilled, NoRuleFits.
    """
    compiled = _compiled(definition)
    for role in compiled.graph.roles:
        if role not in roles:
            raise RoleUnfilled(role=role)
    asked = {name: value for name, value in (data or {}).items() if name in compiled.asked}
    step = _run(engine.begin, compiled, asked)
    instance = Instance(
        process_id=definition.pk,
        subject=subject,
        about=title[:200],
        marking=step.marking.as_json(),
        data=dict(step.data),
        roles={role: department.pk for role, department in roles.items() if role in compiled.graph.roles},
        area=area,
        due_on=due or NO_LIMIT,
        started_at=clock.now(),
        **_ending(step),
    )
    opened = _new_tasks(instance, compiled, step.opened)
    # Nothing is refused from here on, so the caller's transaction needs no savepoint: each is two more round trips.
    with transaction.atomic(savepoint=False):
        _keep(definition, compiled)
        instance.save(force_insert=True)
        Task.objects.bulk_create(opened)
        _tell(actor, instance, compiled, step, opened)
    return instance


@transaction.atomic
def complete(
    *,
    actor: Actor,
    task: Task,
    outcome: str,
    opinion: str = "",
    data: Mapping[str, Any] | None = None,
    due: date | None = None,
    version: int | None = None,
) -> Task:
    """Finish a task and let the process go on. The task comes back with `instance` and `opened` as they are now.

    due       last day for tasks that open now and set no days of their own
    version   the version of the task that the actor looked at, where that matters
    Raises NotAllowed, AlreadyDone, ClaimedByAnother, Conflict, UnknownOutcome, NoRuleFits.
    """
    _must_do(actor, task)
    # Whoever holds the instance's row moves its tokens: two branches that end together pass a join one by one.
    instance: Instance = Instance.objects.select_for_update().get(pk=task.instance_id)
    task = Task.objects.select_for_update().get(pk=task.pk)
    _must_be_open(task, actor, version)
    compiled = _compiled_of(instance)
    allowed = compiled.graph.nodes[task.key].outcomes
    if outcome not in allowed:
        raise UnknownOutcome(outcome=outcome, title=task.title, outcomes=", ".join(allowed))
    marking = Marking.from_json(instance.marking)
    step = _run(engine.advance, compiled, marking, task.key, outcome, instance.data)
    now = clock.now()
    task.state, task.outcome, task.opinion, task.data = Task.State.DONE, outcome, opinion, dict(data or {})
    task.done_by_id, task.done_at, task.version = actor.account, now, task.version + 1
    task.save(update_fields=["state", "outcome", "opinion", "data", "done_by", "done_at", "version"])
    if step.cancelled:
        Task.objects.filter(instance=instance, state=Task.State.OPEN).update(state=Task.State.CANCELLED, done_at=now)
    _move(instance, step, due)
    task.instance = instance
    task.opened = tuple(Task.objects.bulk_create(_new_tasks(instance, compiled, step.opened)))
    done = TaskDone(str(task.uid), task.key, task.kind, outcome, task.department_id, [new.key for new in task.opened])
    journal.write(done, by=actor, subject=task.subject, reason=opinion)
    _tell(actor, instance, compiled, step, task.opened)
    return task


@transaction.atomic
def claim(*, actor: Actor, task: Task) -> Task:
    """Sign for a task 签收, so that colleagues leave it alone. Raises NotAllowed, AlreadyDone, ClaimedByAnother."""
    _must_do(actor, task)
    task = Task.objects.select_for_update().get(pk=task.pk)
    _must_be_open(task, actor, None)
    if task.claimed_by_id == actor.account:
        return task
    task.claimed_by_id, task.version = actor.account, task.version + 1
    task.save(update_fields=["claimed_by", "version"])
    journal.write(TaskClaimed(str(task.uid), task.key), by=actor, subject=task.subject)
    return task


@transaction.atomic
def release(*, actor: Actor, task: Task, reason: str = "") -> Task:
    """Put a task back for colleagues 放回. Raises NotAllowed, AlreadyDone, ClaimedByAnother."""
    _must_do(actor, task)
    task = Task.objects.select_for_update().get(pk=task.pk)
    _must_be_open(task, actor, None)
    if task.claimed_by_id is None:
        return task
    task.claimed_by_id, task.version = None, task.version + 1
    task.save(update_fields=["claimed_by", "version"])
    journal.write(TaskReleased(str(task.uid), task.key), by=actor, subject=task.subject, reason=reason)
    return task


@transaction.atomic
def reschedule(*, actor: Actor, task: Task, due_on: date, reason: str) -> Task:
    """Move the last day of an open task, because a clock paused or was extended. Raises NotAllowed, AlreadyDone."""
    _must_do(actor, task)
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.state != Task.State.OPEN:
        raise AlreadyDone(title=task.title)
    task.due_on, task.version = due_on, task.version + 1
    task.save(update_fields=["due_on", "version"])
    journal.write(
        TaskRescheduled(str(task.uid), task.key, due_on.isoformat()), by=actor, subject=task.subject, reason=reason
    )
    return task


@transaction.atomic
def cancel(*, actor: Actor, subject: str, reason: str) -> None:
    """Stop every running process about a subject and take its tasks off the desks; doing it twice changes nothing.

    Whether the actor may end the subject is the caller's question.
    """
    now = clock.now()
    for instance in Instance.objects.select_for_update().filter(subject=subject, state=Instance.State.RUNNING):
        instance.state, instance.ended_at, instance.version = Instance.State.CANCELLED, now, instance.version + 1
        instance.marking = Marking().as_json()
        instance.save(update_fields=["state", "ended_at", "version", "marking"])
        Task.objects.filter(instance=instance, state=Task.State.OPEN).update(state=Task.State.CANCELLED, done_at=now)
        process = Process.objects.get(pk=instance.process_id)
        journal.write(ProcessEnded(instance.pk, process.key, ""), by=actor, subject=subject, reason=reason)


def decide_table(dmn: Files | str, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Ask a decision table: output name -> value. Raises NotFound, NoRuleFits, BrokenDefinition."""
    return dict(explain_table(dmn, name, data).outputs)


def explain_table(dmn: Files | str, name: str, data: Mapping[str, Any]) -> Finding:
    """Ask a decision table and say which rule answered, and why. Raises NotFound, NoRuleFits, BrokenDefinition."""
    found = _tables((dmn,) if isinstance(dmn, str) else tuple(text for _name, text in _files(dmn)))
    if name not in found:
        raise NotFound()
    return _ask(found[name], data)


def picture(
    definition: Definition | str,
    *,
    done: Iterable[str] = (),
    current: Iterable[str] = (),
    notes: Mapping[str, str] | None = None,
) -> str:
    """Draw a process as SVG, from top to bottom, with the same in words for whoever does not see it.

    done, current   keys of finished and open tasks
    notes           task key -> a short line under its name, e.g. who does it and in how many days
    """
    return pictures.draw(
        _drawn(definition), _words(), done=frozenset(done), current=frozenset(current), notes=notes or {}
    )


def outline(definition: Definition | str, *, done: Iterable[str] = (), current: Iterable[str] = ()) -> list[str]:
    """Say what the picture shows: a sentence for each task, and one for the ends."""
    return list(pictures.describe(_drawn(definition), _words(), done=frozenset(done), current=frozenset(current)))


def _drawn(definition: Definition | str) -> Graph:
    return reader.read(definition if isinstance(definition, str) else definition.bpmn)[0]


def _words() -> pictures.Words:
    return pictures.Words(
        title=gettext("How “%(name)s” is handled"),
        start=pgettext("process", "Start"),
        end=pgettext("process", "End"),
        done=pgettext("task", "done"),
        current=pgettext("task", "in progress"),
        otherwise=pgettext("process", "otherwise"),
        after=pgettext("process", "after “%(name)s”"),
        stop=pgettext("process", "."),
    )


# ── reading and keeping definitions ──


def _files(files: Files) -> list[tuple[str, str]]:
    if isinstance(files, Mapping):
        return sorted(files.items())
    return [(f"{number}.dmn", text) for number, text in enumerate(files, start=1)]


def _check(bpmn: str, dmn: Files) -> tuple[Graph, dict[str, Table], list[Problem]]:
    graph, problems = reader.read(bpmn)
    if not problems:
        problems = soundness.problems(graph)
    found: dict[str, Table] = {}
    for name, text in _files(dmn):
        here, wrong = tables.read(text)
        problems += [replace(problem, file=name) for problem in wrong]
        problems += [replace(tables.twice(key), file=name) for key in here if key in found]
        found |= here
    problems += soundness.missing_tables(graph, set(found)) if not problems else []
    return graph, found, problems


# Compiled definitions by row id, and (database, row id) of those known to be committed.
_ready: dict[int, Compiled] = {}
_kept: set[tuple[str, int]] = set()
_MOST_READY = 2000


def _compiled(definition: Definition) -> Compiled:
    compiled = _ready.get(definition.pk)
    if compiled is None:
        graph, found, problems = _check(definition.bpmn, definition.tables)
        if problems:
            raise BrokenDefinition(problem=sentence(problems[0]))
        asked = graph.asked_names() | {name for table in found.values() for name in table.asked_names()}
        compiled = Compiled(graph, found, dict(definition.duties), asked)
        if len(_ready) >= _MOST_READY:
            _ready.clear()
        _ready[definition.pk] = compiled
    return compiled


def _compiled_of(instance: Instance) -> Compiled:
    compiled = _ready.get(instance.process_id)
    if compiled is None:
        process = instance.process
        compiled = _compiled(Definition(process.bpmn, process.duties, tuple(process.tables), process.key))
    return compiled


def _keep(definition: Definition, compiled: Compiled) -> None:
    """See to it that the definition has its row; it is written on its first start."""
    known = (str(connection.settings_dict["NAME"]), definition.pk)
    if known in _kept:
        return
    process = Process(
        pk=definition.pk,
        key=definition.key or compiled.graph.key,
        name=compiled.graph.name[:120],
        bpmn=definition.bpmn,
        tables=[text for _name, text in _files(definition.tables)],
        duties=dict(definition.duties),
    )
    Process.objects.bulk_create([process], ignore_conflicts=True)
    # A start that is rolled back takes the row with it, so it is only counted on once it is committed.
    transaction.on_commit(lambda: _kept.add(known))


@receiver(post_migrate)
def _forget(**_details: Any) -> None:
    """A database that was emptied (flush, migrate) has lost the rows counted on."""
    _kept.clear()


@lru_cache(maxsize=256)
def _tables(documents: tuple[str, ...]) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for text in documents:
        here, problems = tables.read(text)
        if problems:
            raise BrokenDefinition(problem=sentence(replace(problems[0], file="dmn")))
        found |= here
    return found


# ── running ──


def _run(move: Any, compiled: Compiled, *arguments: Any) -> Step:
    step: Step = move(compiled.graph, *arguments, compiled.decide)
    return step


def _ask(table: Table, data: Mapping[str, Any]) -> Finding:
    try:
        return tables.decide(table, data)
    except (tables.NothingFits, tables.SeveralFit) as error:
        raise NoRuleFits(table=table.name) from error


def _must_do(actor: Actor, task: Task) -> None:
    """A task without a duty belongs to the house alone."""
    if task.duty:
        actor.must_hold(task.duty, department=task.department_id, area=task.area)
    elif actor.kind != "system":
        raise NotAllowed()


def _must_be_open(task: Task, actor: Actor, version: int | None) -> None:
    if task.state != Task.State.OPEN:
        raise AlreadyDone(title=task.title)
    if task.claimed_by_id is not None and task.claimed_by_id != actor.account and actor.kind != "system":
        raise ClaimedByAnother(title=task.title, name=task.claimed_by.name)
    if version is not None and version != task.version:
        raise Conflict()


def _ending(step: Step) -> dict[str, Any]:
    if not step.outcome:
        return {}
    return {"state": Instance.State.ENDED, "outcome": step.outcome, "ended_at": clock.now()}


def _move(instance: Instance, step: Step, due: date | None) -> None:
    instance.marking, instance.data, instance.version = step.marking.as_json(), dict(step.data), instance.version + 1
    if due is not None:
        instance.due_on = due
    for name, value in _ending(step).items():
        setattr(instance, name, value)
    instance.save(update_fields=["marking", "data", "version", "due_on", "state", "outcome", "ended_at"])


def _new_tasks(instance: Instance, compiled: Compiled, keys: Sequence[str]) -> list[Task]:
    now, today = clock.now(), clock.today()
    nodes = [compiled.graph.nodes[key] for key in keys]
    return [
        Task(
            instance=instance,
            key=node.id,
            title=node.name[:120],
            kind=node.kind,
            role=node.role,
            duty=compiled.duties.get(node.kind, ""),
            department_id=instance.roles[node.role],
            area=instance.area,
            subject=instance.subject,
            about=instance.about,
            opened_at=now,
            due_on=codes.calendar().add(today, node.days) if node.days else instance.due_on,
        )
        for node in nodes
    ]


def _tell(actor: Actor, instance: Instance, compiled: Compiled, step: Step, opened: Sequence[Task]) -> None:
    if journal.name_of(TaskOpened) in journal.reactions():
        for task in opened:
            event = TaskOpened(str(task.uid), task.key, task.kind, task.department_id, task.subject)
            journal.write(event, by=actor, subject=task.subject)
    if step.outcome:
        ended = ProcessEnded(instance.pk, compiled.graph.key, step.outcome)
        journal.write(ended, by=actor, subject=instance.subject)
