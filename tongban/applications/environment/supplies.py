"""What environment supplies: how frames of HJ 212 are read, and what the to-do list says of exceedances."""

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.applications.environment.services import intake
from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.sensing import ports as sensing
from tongban.platform.sensing.models import Alert
from tongban.platform.workflow import ports
from tongban.platform.workflow.models import TaskRow

LIGHTS = {"blue": "green", "yellow": "yellow", "orange": "red", "red": "red"}


def summarise(tasks: Sequence[TaskRow], _portal: str) -> Mapping[int, ports.TaskSummary]:
    """Say of each exceedance what it is about and how grave it is."""
    keys = {task.id: Subject.parse(task.subject).number("exceedance") for task in tasks}
    found = {alert.pk: alert for alert in Alert.objects.with_names().filter(pk__in=[k for k in keys.values() if k])}
    return {
        task: ports.TaskSummary(
            url=reverse("desk:environment:exceedance", args=[alert.uid]),
            what=alert.rule.title,
            who=alert.department.title,
            light=LIGHTS[alert.level],
            light_word=str(alert.get_level_display()),
            due_word=_("Time for handling"),
        )
        for task, key in keys.items()
        if key and (alert := found.get(key))
    }


def described(numbers: Collection[int]) -> Mapping[int, str]:
    """Name exceedances by their rule."""
    return {alert.pk: alert.rule.title for alert in Alert.objects.with_names().filter(pk__in=numbers)}


subjects.register("exceedance", described)
sensing.DECODERS.register(intake.PROTOCOL, intake.decode)
ports.SOURCES.register("exceedance", ports.TaskSource(duties={"desk": ("environment.respond",)}, summarise=summarise))
