"""A command that waits for approval stands in the one to-do list."""

from functools import cache
from pathlib import Path

from django.utils import timezone

from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.actuation.models import ControlCommand
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

DRAWING = Path(__file__).resolve().parent.parent / "data" / "task.bpmn"
TOPIC = "control"


def open_in_list(actor: Actor, command: ControlCommand, duty: str) -> None:
    """Put a command on the desks of whoever approves it."""
    workflow.start(
        actor=actor,
        definition=_process(duty),
        subject=command.name,
        roles={"office": command.department_id},
        area=command.area,
        title=command.device.name,
        topic=TOPIC,
        due=timezone.localtime(command.due_at).date(),
    )


def close_in_list(actor: Actor, command: ControlCommand) -> None:
    """Take a command off the desks: whoever decided did the task; else it went away by itself."""
    task = Task.objects.of(command.name).open().select_related("department").first()
    if task is None:
        return
    mine = actor.kind != "system" and actor.holds(task.duty or "", department=task.department_id, area=task.area)
    if mine and task.claimed_by_id in {None, actor.account}:
        workflow.complete(actor=actor, task=task, outcome="done")
    else:
        workflow.cancel(actor=SYSTEM, subject=command.name, reason="the command took another way")


@cache
def _process(duty: str) -> workflow.ProcessDefinition:
    key = f"control-{duty.partition('.')[2].replace('_', '-')}"
    return workflow.ProcessDefinition(key=key, bpmn=DRAWING.read_text(encoding="utf-8"), duties={"approve": duty})
