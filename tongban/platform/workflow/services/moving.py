"""What every step of a process has in common: the rules are asked, and the rows follow the marking."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import services as deadlines
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.rules import engine, places, timers
from tongban.platform.workflow.rules.adding import added_signer
from tongban.platform.workflow.rules.engine import Marking, Transition
from tongban.platform.workflow.rules.graphs import Node
from tongban.platform.workflow.rules.timers import Moment
from tongban.platform.workflow.services.definitions import Compiled


class RoleUnfilled(Refusal):
    status = 422
    message = _("No department is assigned to the role “%(role)s” of this process.")


class NoDueDay(Refusal):
    status = 422
    message = _("“%(formula)s” gives no day on which the process could go on. Notify the person who maintains it.")


class TooManyRuns(Refusal):
    status = 422
    message = _("“%(step)s” would have to be done too often. Notify the person who maintains the process.")


def moment() -> Moment:
    """Return the clock of this step, by the city's calendar."""
    return Moment(timezone.localtime(clock.now()), _last_day)


def run(move: Any, compiled: Compiled, *arguments: Any, **more: Any) -> Any:
    """Ask the rules for a step. Raises NoRuleFits, NoDueDay, TooManyRuns."""
    try:
        return move(compiled.graph, *arguments, compiled.decide, moment(), **more)
    except timers.NoMoment as error:
        raise NoDueDay(formula=str(error)) from error
    except engine.TooMany as error:
        raise TooManyRuns(step=str(error)) from error


def ending(step: Transition) -> dict[str, Any]:
    """Return what a step that ended the process says of the instance."""
    if not step.outcome:
        return {}
    return {"state": Instance.State.ENDED, "outcome": step.outcome, "ended_at": clock.now()}


def placed(instance: Instance, step: Transition) -> dict[str, Any]:
    """Return where a step leaves the instance: its marking, its data, its next timer."""
    marking = step.marking
    if step.called:
        # So that work that was ordered before the process came here again does not count as the work ordered now.
        marking = replace(marking, keys={**marking.keys, **{place: str(instance.version) for place in step.called}})
    return {"marking": marking.as_json(), "data": dict(step.data), "timer_at": marking.next_due(), **ending(step)}


def follow(
    actor: Actor, instance: Instance, compiled: Compiled, step: Transition, due: date | None
) -> tuple[Task, ...]:
    """Let the rows of a locked instance follow a step, and return the tasks it opened; its facts are written after."""
    if step.cancelled:
        _open_at(instance, step.cancelled).update(state=Task.State.CANCELLED, done_at=clock.now())
    instance.version += 1
    if due is not None:
        instance.due_on = due
    for name, value in placed(instance, step).items():
        setattr(instance, name, value)
    bulk.update(instance, ["marking", "data", "version", "due_on", "timer_at", "state", "outcome", "ended_at"])
    opened = tuple(new_tasks(instance, compiled, step))
    bulk.insert(*opened)
    return opened


def new_tasks(instance: Instance, compiled: Compiled, step: Transition) -> list[Task]:
    """Make the tasks that a step opens. Raises RoleUnfilled."""
    now, today = clock.now(), clock.today()
    found = []
    for place in step.opened:
        node = compiled.graph.nodes[places.key_of(place)]
        task = Task(
            instance=instance,
            key=node.id,
            branch="" if place == node.id else place,
            title=node.name[:120],
            kind=node.kind,
            role=_role(instance, node, item := step.items.get(place)),
            duty=compiled.duties.get(node.kind, ""),
            area=instance.area,
            subject=instance.subject,
            about=instance.about,
            topic=instance.topic,
            opened_at=now,
            due_on=codes.calendar().add(today, node.days) if node.days else instance.due_on,
        )
        added = added_signer(item)
        task.department_id = added.department if added else instance.roles[task.role]
        task.claimed_by_id = added.account if added else None
        found.append(task)
    return found


def marking_of(instance: Instance) -> Marking:
    return Marking.from_json(instance.marking)


def _role(instance: Instance, node: Node, item: Any) -> str:
    if added_signer(item):
        return str(item)
    chosen = node.repetition is not None and node.repetition.each_role
    role = str(item) if chosen else node.role
    if role not in instance.roles:
        raise RoleUnfilled(role=role)
    return role


def _open_at(instance: Instance, where: Sequence[str]) -> Any:
    plain = [place for place in where if place == places.key_of(place)]
    nested = [place for place in where if place != places.key_of(place)]
    return Task.objects.filter(
        Q(key__in=plain, branch="") | Q(branch__in=nested), instance=instance, state=Task.State.OPEN
    )


def _last_day(start: date, number: int, unit: str) -> date:
    return deadlines.last_day(start, number, unit, codes.calendar())
