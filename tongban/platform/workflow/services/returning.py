"""Back to an earlier step 退回, and one's own finished task back into one's hands 撤回."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.workflow.events import TaskSentBack, TaskTakenBack
from tongban.platform.workflow.models import Instance, Task, TaskQuerySet
from tongban.platform.workflow.rules import places, sendback
from tongban.platform.workflow.rules.sendback import WayBack
from tongban.platform.workflow.services.definitions import Compiled, compiled_of
from tongban.platform.workflow.services.moving import follow, marking_of, run
from tongban.platform.workflow.services.running import must_be_open, must_do
from tongban.platform.workflow.services.serving import write_facts


class WhySentBack(Refusal):
    status, field = 422, "reason"
    message = _("Say what has to be looked at again; whoever does it reads this.")


class NoEarlierStep(Refusal):
    status, field = 422, "target"
    message = _("“%(title)s” cannot be sent back to this step, because it does not come before it.")


class TakenUp(Conflict):
    message = _("“%(title)s” cannot be taken back: what follows from it has begun. Ask for it to be sent back instead.")


class NotYours(Refusal):
    status = 403
    message = _("“%(title)s” was finished by someone else. Only they can take it back.")


class EarlierStep(NamedTuple):
    """A step that a task can be sent back to.

    place       what `send_back` is told; key, title: of the step
    again       titles of what has to be done again, the step itself first; keys, kinds: of these
    off_desks   titles of tasks that leave the desks of others
    """

    place: str
    key: str
    title: str
    again: list[str]
    keys: list[str]
    kinds: frozenset[str]
    off_desks: list[str]


def earlier_steps(task: Task) -> list[EarlierStep]:
    """Return the steps that an open task can be sent back to, the first of the process first, with what each means."""
    instance: Instance = Instance.objects.select_related("process").get(pk=task.instance_id)
    if task.state != Task.State.OPEN or instance.state != Instance.State.RUNNING:
        return []
    compiled, done = compiled_of(instance), _done(instance)
    asked = (marking_of(instance), task.place, instance.data, _outcomes(done))
    return [_earlier(compiled, way, task.place) for way in run(sendback.ways_back, compiled, *asked)]


class SentBack(NamedTuple):
    """A task that was sent back, with `instance` and `opened` as they are now, and the step it was sent back to."""

    task: Task
    step: EarlierStep


@transaction.atomic
def send_back(
    *,
    actor: Actor,
    task: Task,
    target: str,
    reason: str,
    only: Collection[str] = (),
    due: date | None = None,
    version: int | None = None,
) -> SentBack:
    """Send the matter back from an open task to an earlier step; what was done stays on record.

    target   `EarlierStep.place`
    only     kinds of tasks that may be done again; () for all
    due      last day for tasks that open now and set no days of their own
    Raises NotAllowed, WhySentBack, AlreadyDone, ClaimedByAnother, Conflict, NoEarlierStep.
    """
    must_do(actor, task)
    if not reason.strip():
        raise WhySentBack()
    instance, task = _lock(task)
    must_be_open(task, actor, version)
    compiled, done = compiled_of(instance), _done(instance)
    asked = (marking_of(instance), task.place, target, instance.data, _outcomes(done))
    try:
        way: WayBack = run(sendback.send_back, compiled, *asked)
    except sendback.NoWayBack as error:
        raise NoEarlierStep(title=task.title) from error
    step = _earlier(compiled, way, task.place)
    if only and not step.kinds <= set(only):
        raise NoEarlierStep(title=task.title)
    _put_away(task, Task.State.RETURNED, actor, reason)
    again = _mark(done, way.again)
    task.instance, task.opened = instance, follow(actor, instance, compiled, way.transition, due)
    stopped = _keys(place for place in way.transition.cancelled if place != task.place)
    event = TaskSentBack(
        str(task.uid),
        task.key,
        task.kind,
        task.department.key,
        places.key_of(way.target),
        [new.key for new in task.opened],
        again,
        stopped,
    )
    journal.write(event, by=actor, subject=task.subject, reason=reason.strip())
    write_facts(actor, instance, compiled, way.transition, task.opened)
    return SentBack(task, step)


@transaction.atomic
def take_back(*, actor: Actor, task: Task, reason: str = "") -> Task:
    """Take one's own finished task back, as long as nobody has opened what follows from it.

    Its opinion stays on record; the task comes back as `taken_back`, with `instance`, and with the task that opened in
    its place, already claimed, in `opened`. Raises NotAllowed, NotYours, TakenUp.
    """
    must_do(actor, task)
    instance, task = _lock(task)
    if task.done_by_id != actor.account:
        raise NotYours(title=task.title)
    way, compiled = _way_to_take_back(instance, task), compiled_of(instance)
    # Held fast, so that nobody claims one of them while it is taken off their desk.
    if way is None or not _is_untouched(_following(instance, way).select_for_update()):
        raise TakenUp(title=task.title)
    _put_away(task, Task.State.TAKEN_BACK, actor, task.opinion)
    task.instance, task.opened = instance, follow(actor, instance, compiled, way.transition, task.due_on)
    for new in task.opened:
        if new.place == task.place:
            new.claimed_by_id = actor.account
            new.save(update_fields=["claimed_by"])
    stopped = _keys(way.transition.cancelled)
    event = TaskTakenBack(str(task.uid), task.key, task.kind, task.department.key, stopped)
    journal.write(event, by=actor, subject=task.subject, reason=reason.strip())
    return task


def may_take_back(actor: Actor, task: Task) -> bool:
    """Say whether this finished task is the actor's, and can still be taken back."""
    if task.state != Task.State.DONE or task.done_by_id is None or task.done_by_id != actor.account:
        return False
    instance: Instance = Instance.objects.select_related("process").get(pk=task.instance_id)
    way = _way_to_take_back(instance, task)
    return way is not None and _is_untouched(_following(instance, way))


def note_seen(*, actor: Actor, task: Task) -> None:
    """Note that an official opened a task, who may do it: from now on nobody takes back what led to it."""
    if task.state == Task.State.OPEN and task.seen_at is None and actor.kind == "staff":
        Task.objects.open().filter(pk=task.pk, seen_at__isnull=True).update(seen_at=clock.now())


def _way_to_take_back(instance: Instance, task: Task) -> WayBack | None:
    """Return what taking back means; None where somebody has finished what follows, or others have learnt of it."""
    done = _done(instance)
    newest = {other.place: other.pk for other in done}.get(task.place)
    if instance.state != Instance.State.RUNNING or newest != task.pk:
        return None
    asked = (marking_of(instance), task.place, instance.data, _outcomes(done))
    try:
        way: WayBack = run(sendback.take_back, compiled_of(instance), *asked)
    except sendback.NoWayBack:
        return None
    return None if way.gone_out or way.again != (task.place,) else way


def _following(instance: Instance, way: WayBack) -> TaskQuerySet:
    """Return the open tasks that taking back would take off their desks."""
    found: TaskQuerySet = Task.objects.open().filter(instance=instance).at_places(way.transition.cancelled)
    return found


def _is_untouched(following: Iterable[Task]) -> bool:
    return not any(task.seen_at or task.claimed_by_id for task in following)


def _lock(task: Task) -> tuple[Instance, Task]:
    """Take the instance before its task, as every verb does that moves tokens."""
    instance: Instance = Instance.objects.select_for_update().get(pk=task.instance_id)
    return instance, Task.objects.select_for_update(of=("self",)).select_related("department").get(pk=task.pk)


def _done(instance: Instance) -> list[Task]:
    return list(Task.objects.filter(instance=instance).standing())


def _outcomes(done: Iterable[Task]) -> dict[str, str]:
    """Return what came out of each place, the one finished last at the end."""
    found: dict[str, str] = {}
    for task in done:
        found.pop(task.place, None)
        found[task.place] = task.outcome
    return found


def _put_away(task: Task, state: str, actor: Actor, opinion: str) -> None:
    task.state, task.opinion, task.version = state, opinion.strip(), task.version + 1
    task.done_by_id, task.done_at = actor.account, clock.now()
    task.save(update_fields=["state", "opinion", "version", "done_by", "done_at"])


def _mark(done: Iterable[Task], again: Iterable[str]) -> list[str]:
    """Note of finished tasks that their work has to be done again; return their keys."""
    where = set(again)
    found = [task for task in done if task.place in where]
    Task.objects.filter(pk__in=[task.pk for task in found]).update(again_at=clock.now())
    return list(dict.fromkeys(task.key for task in found))


def _keys(where: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(places.key_of(place) for place in where))


def _earlier(compiled: Compiled, way: WayBack, task: str) -> EarlierStep:
    nodes = compiled.graph.nodes
    node = nodes[places.key_of(way.target)]
    again = [node, *(nodes[key] for key in _keys(way.again) if key != node.id)]
    stopped = [nodes[key].name for key in _keys(place for place in way.transition.cancelled if place != task)]
    kinds = frozenset(step.kind for step in again if step.kind)
    names, keys = [step.name for step in again], [step.id for step in again]
    return EarlierStep(way.target, node.id, node.name, names, keys, kinds, stopped)
