"""What remote control supplies: the driver for SensorThings Tasking, its to-do source, and names for records."""

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.telemetry import services as telemetry
from tongban.platform.actuation import ports as own_ports
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.adapters.tasking import SensorThingsTasking
from tongban.platform.actuation.models import ControlCommand
from tongban.platform.actuation.services.todo import TOPIC
from tongban.platform.deadlines import services as deadlines
from tongban.platform.workflow import ports
from tongban.platform.workflow.models import TaskRow

DUTIES = {"desk": ("actuation.approve", "actuation.approve_critical")}


def summarise(tasks: Sequence[TaskRow], portal: str) -> Mapping[int, ports.TaskSummary]:
    """Say which device is to do what, and until when somebody has to decide."""
    numbers = {task.id: Subject.parse(task.subject).number("control") for task in tasks}
    found = ControlCommand.objects.with_names().in_bulk([number for number in numbers.values() if number])
    kinds, now = actuation.kinds(), deadlines.now()
    told = {}
    for task, number in numbers.items():
        command = found.get(number or 0)
        if command is not None:
            kind = kinds.get(command.device.kind)
            what = kind.command(command.command) if kind else None
            told[task] = ports.TaskSummary(
                url=reverse(f"{portal}:actuation:command", args=[command.uid]),
                number=command.number,
                what=worded(what.title, what.english) if what else command.command,
                who=command.device.name,
                light="yellow",
                light_word=now.word("yellow"),
                due=timezone.localtime(command.due_at).date(),
                due_word=pgettext("control", "Decide by"),
                note=pgettext("control", "drill") if command.drill else "",
            )
    return told


def described(numbers: Collection[int]) -> Mapping[int, str]:
    """Name commands by their number and device."""
    return {one.pk: f"{one.number} {one.device.name}" for one in ControlCommand.objects.with_names().among(numbers)}


def named(word: str) -> int | None:
    """Return the command that people mean by its number."""
    return ControlCommand.objects.numbered(word.strip().upper()).values_list("pk", flat=True).first()


TASKING = SensorThingsTasking()

own_ports.DRIVERS.register("tasking", TASKING)
telemetry.connection("actuation", _("Devices that are commanded"), in_use=TASKING.in_use, check=TASKING.check)
subjects.register("control", described, named)
ports.SOURCES.register(
    "control",
    ports.TaskSource(duties=DUTIES, summarise=summarise, topics=lambda: {TOPIC: pgettext("to-do list", "Commands")}),
)
