"""What other rooms supply: where tasks are done, what the to-do list says of each, and the work processes order."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.workflow.models import CopyRow, Task, TaskRow


class TaskSummary(NamedTuple):
    """What the to-do list says of one task.

    url        where it is done; "" where it is only shown
    number     what the matter is called, such as the number of a case
    what, who  the kind of matter, and whose it is
    light      colour and word of the clock that supervision looks at; "" for none
    due        its last day, and what that day is called
    note       what holds the matter up, such as "waiting for the applicant"
    details    a part of the page for whoever goes there: address, contact; made by the room's own template
    """

    url: str = ""
    number: str = ""
    what: str = ""
    who: str = ""
    light: str = ""
    light_word: str = ""
    due: date | None = None
    due_word: StrOrPromise = ""
    note: StrOrPromise = ""
    details: str = ""


@dataclass(frozen=True)
class TaskSource:
    """The tasks of one kind of subject.

    duties      portal -> duties whose tasks are done there
    summarise   (tasks of this kind, portal) -> id of a task -> what the list says of it; in a few queries for all
    topics      what the list can be narrowed by: topic of tasks -> word
    may_do      (official, task) -> whether anything the room knows keeps them from it, besides duty and definition
    summarise_copies   copies of this kind -> id of a copy -> what the list of copies says of it, and where it is read
    remarks     portal -> what is said under a list that shows these tasks
    """

    duties: Mapping[str, Collection[str]]
    summarise: Callable[[Sequence[TaskRow], str], Mapping[int, TaskSummary]]
    topics: Callable[[], Mapping[str, str]] = dict
    remarks: Mapping[str, StrOrPromise] = field(default_factory=dict)
    may_do: Callable[[Actor, Task], bool] = lambda actor, task: True
    summarise_copies: Callable[[Sequence[CopyRow]], Mapping[int, TaskSummary]] = lambda copies: {}


# By the kind of subject: "case" of "case:12".
SOURCES: Registry[TaskSource] = Registry("source of tasks")


class ServiceCall(NamedTuple):
    """Work that a process orders from another room.

    subject   what the process is about, "case:12"
    process   id of the process; element, title: id and name of the task in the drawing
    data      what the process knows: outcomes of its tasks and what its conditions ask for
    """

    subject: str
    process: str
    element: str
    title: str
    data: Mapping[str, Any]
    area: str


class ServiceError(Exception):
    """The work cannot be done for a reason the drawing may know: it catches the code with an error event."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# What rooms do where a drawing says tongban:port="name": they return what conditions may ask for (JSON), or None.
# The work is done by the worker, in one transaction with the step of the process; it may be tried again.
SERVICES: Registry[Callable[[ServiceCall], Any]] = Registry("work of a process")
