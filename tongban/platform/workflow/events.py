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
    on_behalf_of: int | None = None  # account of the colleague in whose place it was done


@dataclass(frozen=True)
class TaskSentBack:
    """An official sent the matter back 退回 to an earlier step.

    to        key of the step; opened: keys of the tasks that this puts on desks
    again     keys of finished tasks whose work has to be done again
    stopped   keys of tasks that this takes off other desks
    """

    title: ClassVar[StrOrPromise] = _("Sent back to an earlier step")

    task: str
    key: str
    kind: str
    department: str  # key
    to: str
    opened: list[str]
    again: list[str]
    stopped: list[str]


@dataclass(frozen=True)
class TaskTakenBack:
    """An official took a finished task back 撤回 before anybody went on. stopped: keys of tasks that leave desks."""

    title: ClassVar[StrOrPromise] = _("Finished task taken back")

    task: str
    key: str
    kind: str
    department: str  # key
    stopped: list[str]


@dataclass(frozen=True)
class TaskClaimed:
    """An official signed for a task 签收: colleagues see that it is being worked on."""

    title: ClassVar[StrOrPromise] = _("Task claimed")

    task: str
    key: str


@dataclass(frozen=True)
class TaskHandedOver:
    """An official gave a task to a colleague 转办. before: account with whom it lay, to: with whom it lies."""

    title: ClassVar[StrOrPromise] = _("Task handed over")

    task: str
    key: str
    before: int | None
    to: int


@dataclass(frozen=True)
class TaskPassedOn:
    """A task went to another department. before, department: keys."""

    title: ClassVar[StrOrPromise] = _("Task passed on to another department")

    task: str
    key: str
    before: str
    department: str


@dataclass(frozen=True)
class SignerAdded:
    """Somebody is asked to sign a step as well 加签. place: of the signature; department: key; to: account or None."""

    title: ClassVar[StrOrPromise] = _("Another signature asked for")

    task: str
    key: str
    place: str
    department: str
    to: int | None


@dataclass(frozen=True)
class SignerTakenAway:
    """A signature that was asked for besides is not needed any more 减签. opened: keys of tasks that open now."""

    title: ClassVar[StrOrPromise] = _("Signature no longer needed")

    task: str
    key: str
    place: str
    opened: list[str]


@dataclass(frozen=True)
class CopySent:
    """A matter was sent to be read 抄送. task: key; department: key; to: account, or None for the department."""

    title: ClassVar[StrOrPromise] = _("Copy sent")

    copy: str
    task: str
    department: str
    to: int | None


@dataclass(frozen=True)
class CopyRead:
    """A copy was read, by the first of those whom it was sent to."""

    title: ClassVar[StrOrPromise] = _("Copy read")

    copy: str


@dataclass(frozen=True)
class TaskSkipped:
    """A step was passed because the only one who could do it did the step before. before: its key; opened: keys."""

    title: ClassVar[StrOrPromise] = _("Step passed: the same official decided the one before")

    task: str
    key: str
    before: str
    opened: list[str]


@dataclass(frozen=True)
class SecondOfficerNamed:
    """Two officers do a task: the second was named. to: account."""

    title: ClassVar[StrOrPromise] = _("Second officer named")

    task: str
    key: str
    to: int


@dataclass(frozen=True)
class SecondOfficerConfirmed:
    """The second officer confirmed that they take part."""

    title: ClassVar[StrOrPromise] = _("Second officer confirmed")

    task: str
    key: str


@dataclass(frozen=True)
class TaskGivenToHead:
    """Nobody else of a department may do a task, so its head does. department: key; duty: by which the head does it."""

    title: ClassVar[StrOrPromise] = _("Task given to the head of the department")

    task: str
    key: str
    department: str
    duty: str


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
class TasksRescheduled:
    """The last days of several tasks moved at once, for one reason: uid of the task -> its last day now."""

    title: ClassVar[StrOrPromise] = _("Tasks rescheduled")

    moved: dict[str, str]


@dataclass(frozen=True)
class ProcessEnded:
    """The process of the subject reached an end event (outcome: its id) or was cancelled (outcome: "")."""

    title: ClassVar[StrOrPromise] = _("Process ended")

    process: str
    outcome: str


@dataclass(frozen=True)
class ProcessMoved:
    """A running process goes on by another definition. renamed: id of a step -> id of the one in its place."""

    title: ClassVar[StrOrPromise] = _("Process taken over to another version")

    process: str
    renamed: dict[str, str]


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
