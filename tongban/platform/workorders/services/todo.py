"""Whose turn it is stands in the one to-do list: an order to dispatch, to handle, to verify."""

from datetime import date
from functools import cache
from pathlib import Path

from django.utils import timezone

from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import NO_LIMIT, Task
from tongban.platform.workorders.models import WorkOrder
from tongban.platform.workorders.models.orders import SIDES
from tongban.platform.workorders.rules import moves

DRAWING = Path(__file__).resolve().parent.parent / "data" / "task.bpmn"
TOPIC = "workorder"
TITLES = {moves.DISPATCHER: "派遣工单", moves.HANDLER: "处置工单", moves.VERIFIER: "核实工单"}


def open_in_list(actor: Actor, order: WorkOrder) -> None:
    """Put the present step of an order on the desks of whoever does it; nothing where it is over."""
    side = moves.side_of(order.state)
    if side:
        department = getattr(order, f"{SIDES[f'workorders.{side}']}_id")
        workflow.start(
            actor=actor,
            definition=_process(side),
            subject=order.name,
            roles={"office": department},
            area=order.area,
            title=order.title,
            topic=TOPIC,
            due=day_of(order),
        )


def follow(actor: Actor, order: WorkOrder, *, before: str, moved: bool) -> None:
    """Let the list follow an order that took a step.

    before   whose turn it was; moved: it lies with another department or crew now
    """
    task = Task.objects.of(order.name).open().select_related("department").first()
    if before == moves.side_of(order.state) and not moved:
        if task is not None and (task.limit or NO_LIMIT) != (day_of(order) or NO_LIMIT):
            workflow.reschedule(actor=SYSTEM, task=task, due_on=day_of(order))
        return
    if task is not None:
        mine = task.duty and actor.holds(task.duty, department=task.department_id, area=task.area) and not moved
        if mine and task.claimed_by_id in {None, actor.account} and actor.kind != "system":
            workflow.complete(actor=actor, task=task, outcome="done")
        else:
            workflow.cancel(actor=SYSTEM, subject=order.name, reason="the work order took another way")
    open_in_list(actor, order)


def claim(actor: Actor, order: WorkOrder) -> None:
    """Let colleagues see who took the order on."""
    task = Task.objects.of(order.name).open().select_related("department").first()
    if task is not None and actor.account is not None:
        workflow.claim(actor=actor, task=task)


def day_of(order: WorkOrder) -> date | None:
    """Return the last day of the present step."""
    return timezone.localtime(order.due).date() if order.due else None


@cache
def _process(side: str) -> workflow.ProcessDefinition:
    bpmn = DRAWING.read_text(encoding="utf-8").replace("SIDE", side).replace("TITLE", TITLES[side])
    return workflow.ProcessDefinition(key=f"workorder-{side}", bpmn=bpmn, duties={side: f"workorders.{side}"})
