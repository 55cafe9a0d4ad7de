"""What parcels supply to rooms below: what a parcel is called, what is to be done, which carriers are connected."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from django.urls import reverse

from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.telemetry import services as telemetry
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Parcel
from tongban.platform.delivery.services import todo
from tongban.platform.workflow import ports
from tongban.platform.workflow.models import TaskRow


def _parcels(numbers: Collection[int]) -> Mapping[int, str]:
    return dict(Parcel.objects.filter(pk__in=numbers).values_list("pk", "number"))


def summarise(tasks: Sequence[TaskRow], _portal: str) -> Mapping[int, ports.TaskSummary]:
    """Say what is to be done with which parcel, for whom."""
    numbers = {task.id: Subject.parse(task.subject).number("parcel") for task in tasks}
    found = Parcel.objects.in_bulk([number for number in numbers.values() if number is not None])
    return {
        task: ports.TaskSummary(
            url=reverse("desk:delivery:parcel", args=[parcel.uid]),
            number=parcel.matter,
            what=f"{parcel.title} · {todo.words_of(parcel)}",
            who=parcel.party_name,
        )
        for task, number in numbers.items()
        if number is not None and (parcel := found.get(number))
    }


subjects.register("parcel", _parcels)
ports.SOURCES.register("parcel", ports.TaskSource(duties={"desk": ("delivery.post",)}, summarise=summarise))
for key in delivery.TITLES:
    telemetry.connection(
        key,
        delivery.TITLES[key],
        in_use=partial(delivery.described, key),
        check=partial(delivery.problems_of, key),
    )
