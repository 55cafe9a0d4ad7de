"""What requests supply: words for their subjects, and what the one to-do list says of them."""

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest
from tongban.platform.workflow import ports
from tongban.platform.workflow.models import TaskRow

DUTIES = {"desk": ("requests.receive", "requests.handle")}


def describe(numbers: Collection[int]) -> dict[int, str]:
    return {request.pk: request.number for request in PublicRequest.objects.among(numbers)}


def summarise(tasks: Sequence[TaskRow], _portal: str) -> Mapping[int, ports.TaskSummary]:
    """Say what each request is about, and by when it is answered."""
    keys = {task.id: Subject.parse(task.subject).number("request") for task in tasks}
    found = {row.pk: row for row in PublicRequest.objects.with_names().among([key for key in keys.values() if key])}
    return {
        task: ports.TaskSummary(
            url=reverse("desk:requests:request", args=[request.uid]),
            number=request.number,
            what=requests.title_of(request),
            who=requests.kind_of(request),
            due=request.due_on,
            due_word=_("Time for the answer"),
        )
        for task, key in keys.items()
        if key and (request := found.get(key))
    }


subjects.register("request", describe)
ports.SOURCES.register("request", ports.TaskSource(duties=DUTIES, summarise=summarise))
