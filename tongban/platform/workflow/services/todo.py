"""The one to-do list: open tasks of any subject that somebody may do in a portal, the soonest last day first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet

from tongban.infrastructure.database.paging import Page, cached_list, keyset_page
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.deadlines import services as deadlines
from tongban.platform.workflow.models import NO_LIMIT, Task, TaskRow
from tongban.platform.workflow.ports import SOURCES, TaskSummary

PAGE = 20


@dataclass(frozen=True)
class TodoFilters:
    """What somebody wants to see of the list; "" and None for all.

    mine      only what they took
    late      over: the last day has passed; today; soon: within a few working days, today among them
    arrival   first come first, otherwise the soonest last day first
    """

    mine: bool = False
    topic: str = ""
    department: int | None = None
    late: str = ""
    arrival: bool = False


class ListedTask(NamedTuple):
    """A task of the list with what its room says of it."""

    task: TaskRow
    summary: TaskSummary


def duties_at(portal: str) -> list[str]:
    """Return the duties whose tasks are done in a portal."""
    return list(dict.fromkeys(duty for source in SOURCES.values() for duty in source.duties.get(portal, ())))


def topics() -> dict[str, str]:
    """Return what the list can be narrowed by: topic -> word."""
    return {topic: word for source in SOURCES.values() for topic, word in source.topics().items()}


def remarks(tasks: Iterable[ListedTask], portal: str) -> list[StrOrPromise]:
    """Return what is said under a list of these tasks."""
    kinds = {Subject.parse(listed.task.subject).kind for listed in tasks}
    return [source.remarks[portal] for kind, source in SOURCES.items() if kind in kinds and portal in source.remarks]


def todo(*, actor: Actor, portal: str, params: Mapping[str, str], only: TodoFilters) -> Page[TaskRow]:
    """Return the page of open tasks that `params` (request.GET) asks for: all that the actor may do in this portal."""
    duties = duties_at(portal)

    def parts(actor: Actor) -> list[QuerySet[Task, TaskRow]]:
        if only.mine:
            taken = Task.objects.visible_to(actor).open().for_duties(*duties).claimed_by(actor)
            found = [taken.for_department(only.department) if only.department else taken]
        else:
            found = [part.open() for part in Task.objects.parts_by_department(actor, duties, only.department)]
        return [(part.on_topic(only.topic) if only.topic else part).rows() for part in found]

    plain = not (only.topic or only.department or only.late)
    name = ("workflow:todo", portal, only.mine, only.arrival)
    by_day = bool(only.late) or not only.arrival
    return keyset_page(
        cached_list(name, actor, parts) if plain else parts(actor),
        params,
        order=("due_on", "id") if by_day else ("opened_at", "id"),
        size=PAGE,
        within=deadlines.days_of(only.late),
    )


def summarised(tasks: Sequence[TaskRow], portal: str) -> list[ListedTask]:
    """Say of each task what its room says of it; of one that nobody describes, what the task itself knows."""
    by_kind: dict[str, list[TaskRow]] = {}
    for task in tasks:
        by_kind.setdefault(Subject.parse(task.subject).kind, []).append(task)
    found: dict[int, TaskSummary] = {}
    for kind, some in by_kind.items():
        if (source := SOURCES.get(kind)) is not None:
            found |= source.summarise(some, portal)
    return [ListedTask(task, found.get(task.id) or _plain(task)) for task in tasks]


def _plain(task: TaskRow) -> TaskSummary:
    return TaskSummary(number=task.subject, what=task.about, due=None if task.due_on == NO_LIMIT else task.due_on)
