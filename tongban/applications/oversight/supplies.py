"""What supervision supplies to the one to-do list: what it says of cards and orders that wait for an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.applications.oversight.models import SupervisionCard, SupervisionOrder
from tongban.applications.oversight.services import wording
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.workflow import ports
from tongban.platform.workflow.models import TaskRow

DUTIES = {"desk": ("oversight.answer",)}


def summarise_cards(tasks: Sequence[TaskRow], _portal: str) -> Mapping[int, ports.TaskSummary]:
    """Say which rule a card is about and in which case; never a threshold."""
    found = SupervisionCard.objects.with_matter().in_bulk(_keys("card", tasks).values())
    return {
        task: ports.TaskSummary(
            url=reverse("desk:oversight:card", args=[card.uid]),
            number=str(card.case.number) if card.case else "",
            what=str(wording.RULES[card.rule]),
            who=card.department.title,
            light=wording.COLOURS[card.grade],
            light_word=str(wording.GRADES[card.grade]),
            due=card.due_on,
            due_word=_("Time for the answer"),
        )
        for task, key in _keys("card", tasks).items()
        if (card := found.get(key))
    }


def summarise_orders(tasks: Sequence[TaskRow], _portal: str) -> Mapping[int, ports.TaskSummary]:
    found = SupervisionOrder.objects.with_matter().in_bulk(_keys("order", tasks).values())
    return {
        task: ports.TaskSummary(
            url=reverse("desk:oversight:order", args=[order.uid]),
            number=str(order.case.number) if order.case else "",
            what=order.title,
            who=order.department.title,
            due=order.due_on,
            due_word=_("Time for the answer"),
        )
        for task, key in _keys("order", tasks).items()
        if (order := found.get(key))
    }


def _keys(kind: str, tasks: Sequence[TaskRow]) -> dict[int, int]:
    """Return the card or order that each task is about."""
    found: dict[int, Any] = {task.id: Subject.parse(task.subject).number(kind) for task in tasks}
    return {task: key for task, key in found.items() if key is not None}


ports.SOURCES.register("card", ports.TaskSource(duties=DUTIES, summarise=summarise_cards))
ports.SOURCES.register("order", ports.TaskSource(duties=DUTIES, summarise=summarise_orders))
