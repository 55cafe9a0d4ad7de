"""What processes tell."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class TaskOpened:
    """A task lies on a desk now. Written only where a room listens; `TaskDone.opened` always says it."""

    title: ClassVar[StrOrPromise] = _("Task opened")

    task: str  # uid
    key: str
    kind: str
    department: str  # key
    subject: str


@dataclass(frozen=True)
class TaskDone:
    """An official finished a task. `opened` names the tasks that this put on desks."""

    title: ClassVar[StrOrPromise] = _("Task done")

    task: str
    key: str
    kind: str
    outcome: str
    department: str  # key
    opened: list[str]


@dataclass(frozen=True)
class TaskClaimed:
    """An official signed for a task 签收: colleagues see that it is being worked on."""

    title: ClassVar[StrOrPromise] = _("Task claimed")

    task: str
    key: str


@dataclass(frozen=True)
class TaskReleased:
    """An official put a task back 放回."""

    title: ClassVar[StrOrPromise] = _("Task put back")

    task: str
    key: str


@dataclass(frozen=True)
class TaskRescheduled:
    """The last day of a task moved; due_on is "" while its clock stands still."""

    title: ClassVar[StrOrPromise] = _("Task rescheduled")

    task: str
    key: str
    due_on: str


@dataclass(frozen=True)
class ProcessEnded:
    """The process of the subject reached an end event (outcome: its id) or was cancelled (outcome: "")."""

    title: ClassVar[StrOrPromise] = _("Process ended")

    process: str
    outcome: str
