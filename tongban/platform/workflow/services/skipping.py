"""同一办理人免办: a step whose only possible decider decided the one before is passed, and the record says so."""

from datetime import date

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.identity import services as identity
from tongban.platform.workflow.events import TaskSkipped
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.ports import SOURCES
from tongban.platform.workflow.rules import engine
from tongban.platform.workflow.rules.skipping import is_skipped
from tongban.platform.workflow.services.definitions import Compiled
from tongban.platform.workflow.services.moving import follow, marking_of, run
from tongban.platform.workflow.services.serving import write_facts
from tongban.platform.workflow.services.signing import why_not_do


def skip(actor: Actor, instance: Instance, compiled: Compiled, done: Task, due: date | None) -> tuple[Task, ...]:
    """Pass what a finished task opened where its rule says so, one after another; the tasks still open are in `opened`.

    Return those that were passed, done by whoever did the step before.
    """
    passed: list[Task] = []
    waiting = [(done, task) for task in done.opened]
    left: list[Task] = []
    while waiting:
        before, task = waiting.pop(0)
        nodes = compiled.graph.nodes
        node = nodes[task.key]
        if not node.skip or not is_skipped(node, nodes[before.key], before.outcome, able(task), before.done_by_id):
            left.append(task)
            continue
        step = run(engine.advance, compiled, marking_of(instance), task.place, node.outcomes[0], instance.data)
        task.state, task.outcome, task.data = Task.State.DONE, node.outcomes[0], {"skipped": before.key}
        task.done_by_id, task.done_at, task.version = before.done_by_id, clock.now(), task.version + 1
        task.save(update_fields=["state", "outcome", "data", "done_by", "done_at", "version"])
        opened = follow(actor, instance, compiled, step, due)
        told = TaskSkipped(str(task.uid), task.key, before.key, [new.key for new in opened])
        journal.write(told, by=actor, subject=task.subject)
        write_facts(actor, instance, compiled, step, opened)
        passed.append(task)
        waiting += [(task, new) for new in opened]
    done.opened = tuple(left)
    return tuple(passed)


def able(task: Task) -> list[int]:
    """Return the accounts of all who may do an open task: by their duty, by its definition, by what its room says."""
    source = SOURCES.get(Subject.parse(task.subject).kind)
    found = []
    for account in identity.able(task.duty, task.department, task.area) if task.duty else []:
        actor = identity.actor_of(account)
        if why_not_do(actor, task) is None and (source is None or source.may_do(actor, task)):
            found.append(account.pk)
    return found
