"""What work orders supply: what the one to-do list says of them, and what records call them."""

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import pgettext

from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.deadlines import services as deadlines
from tongban.platform.workflow import ports
from tongban.platform.workflow.models import TaskRow
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder
from tongban.platform.workorders.services.lights import light_of
from tongban.platform.workorders.services.todo import TOPIC

DUTIES = {
    "desk": ("workorders.dispatch", "workorders.verify"),
    "crew": ("workorders.handle", "workorders.verify"),
}


def summarise(tasks: Sequence[TaskRow], portal: str) -> Mapping[int, ports.TaskSummary]:
    """Say what is to be done where, until when."""
    numbers = {task.id: Subject.parse(task.subject).number("workorder") for task in tasks}
    found = WorkOrder.objects.with_names().in_bulk([number for number in numbers.values() if number])
    kinds, now = workorders.kinds(), deadlines.now()
    told = {}
    for task, number in numbers.items():
        order = found.get(number or 0)
        if order is not None:
            light = light_of(order, now)
            told[task] = ports.TaskSummary(
                url=reverse(f"{portal}:workorders:order", args=[order.uid]),
                number=order.number,
                what=kinds[order.kind].title if order.kind in kinds else order.kind,
                who=order.address or order.title,
                light=light.colour,
                light_word=light.word,
                due=light.day,
                due_word=pgettext("work order", "Due") if light.day else "",
                note=order.get_state_display() if order.state in {"rework", "hung_up", "returned"} else "",
            )
    return told


def described(numbers: Collection[int]) -> Mapping[int, str]:
    """Name orders by their number and title."""
    return {order.pk: f"{order.number} {order.title}" for order in WorkOrder.objects.among(numbers)}


def named(word: str) -> int | None:
    """Return the order that people mean by its number."""
    return WorkOrder.objects.numbered(word.strip().upper()).values_list("pk", flat=True).first()


subjects.register("workorder", described, named)
ports.SOURCES.register(
    "workorder",
    ports.TaskSource(duties=DUTIES, summarise=summarise, topics=lambda: {TOPIC: pgettext("to-do list", "Work orders")}),
)
