"""What follows from a step outside the process: facts that other rooms hear, and the work it orders from them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.workflow import ports
from tongban.platform.workflow.events import MessageSent, ProcessEnded, ServiceDone, TaskOpened
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.rules import engine, places
from tongban.platform.workflow.rules.engine import Transition
from tongban.platform.workflow.services.definitions import Compiled, compiled_of
from tongban.platform.workflow.services.moving import follow, marking_of, run


class ServiceFailed(Refusal):
    status = 422
    message = _("“%(step)s” failed with “%(code)s”, and the process does not say what follows from that.")


def write_facts(actor: Actor, instance: Instance, compiled: Compiled, step: Transition, opened: Sequence[Task]) -> None:
    """Tell what a step brought, and order the work of other rooms."""
    if journal.name_of(TaskOpened) in journal.reactions():
        for task in opened:
            event = TaskOpened(str(task.uid), task.key, task.kind, task.department.key, task.subject)
            journal.write(event, by=actor, subject=task.subject)
    for message in step.sent:
        journal.write(MessageSent(message.message, message.key or ""), by=actor, subject=instance.subject)
    for place in step.called:
        _order(instance, place)
    if step.outcome:
        ended = ProcessEnded(compiled.graph.key, step.outcome)
        journal.write(ended, by=actor, subject=instance.subject)


@jobs.task
def do_service(instance: int, place: str, order: str) -> None:
    """Do the work a process waits for, and let it go on; what is not waited for any more is left undone.

    The work and the step are one transaction. Raises ServiceFailed where the drawing does not catch the error.
    """
    found = Instance.objects.select_for_update().running().filter(pk=instance).first()
    if found is None:
        return
    marking = marking_of(found)
    if place not in marking.waits or marking.keys.get(place) != order:
        return
    compiled = compiled_of(found)
    node = compiled.graph.nodes[places.key_of(place)]
    call = ports.ServiceCall(found.subject, compiled.graph.key, node.id, node.name, dict(found.data), found.area)
    try:
        answer = ports.SERVICES[node.port](call)
    except ports.ServiceError as error:
        _fail(found, compiled, place, error.code)
        return
    _go_on(found, compiled, place, run(engine.finish, compiled, marking, place, answer, found.data), "")


def _order(instance: Instance, place: str) -> None:
    order = str(instance.version)
    key = f"workflow:{instance.pk}:{place}:{order}"
    jobs.enqueue(do_service, lane=instance.subject, key=key, instance=instance.pk, place=place, order=order)


def _fail(instance: Instance, compiled: Compiled, place: str, code: str) -> None:
    step = run(engine.fail, compiled, marking_of(instance), place, code, instance.data)
    if step is None:
        raise ServiceFailed(step=compiled.graph.nodes[places.key_of(place)].name, code=code)
    _go_on(instance, compiled, place, step, code)


def _go_on(instance: Instance, compiled: Compiled, place: str, step: Transition, code: str) -> None:
    opened = follow(SYSTEM, instance, compiled, step, None)
    event = ServiceDone(compiled.graph.key, places.key_of(place), code, [task.key for task in opened])
    journal.write(event, by=SYSTEM, subject=instance.subject)
    write_facts(SYSTEM, instance, compiled, step, opened)
