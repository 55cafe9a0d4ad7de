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
    """The last day of a task moved; due_on is "" while its clock stands still. before: the last day until then."""

    title: ClassVar[StrOrPromise] = _("Task rescheduled")

    task: str
    key: str
    due_on: str
    before: str = ""


@dataclass(frozen=True)
class ProcessEnded:
    """The process of the subject reached an end event (outcome: its id) or was cancelled (outcome: "")."""

    title: ClassVar[StrOrPromise] = _("Process ended")

    process: str
    outcome: str


@dataclass(frozen=True)
class TimerPassed:
    """Time passed that a process waited for. `stopped` names the tasks that this took off desks."""

    title: ClassVar[StrOrPromise] = _("Timer passed")

    process: str
    event: str  # id in the drawing
    opened: list[str]
    stopped: list[str]


@dataclass(frozen=True)
class TimersMoved:
    """Timers of a process were counted anew by another calendar: id of the event -> when it is due now."""

    title: ClassVar[StrOrPromise] = _("Timers counted anew")

    moved: dict[str, str]


@dataclass(frozen=True)
class MessageReceived:
    """A message came that a process waited for."""

    title: ClassVar[StrOrPromise] = _("Message received by a process")

    process: str
    message: str
    opened: list[str]


@dataclass(frozen=True)
class MessageSent:
    """A process sent a message about its subject; key is the value by which whoever waits for it knows it."""

    title: ClassVar[StrOrPromise] = _("Message sent by a process")

    message: str
    key: str


@dataclass(frozen=True)
class ServiceDone:
    """Another room did what a process ordered, or failed with an error that the drawing catches; "" for none."""

    title: ClassVar[StrOrPromise] = _("Automatic step done")

    process: str
    step: str
    error: str
    opened: list[str]
