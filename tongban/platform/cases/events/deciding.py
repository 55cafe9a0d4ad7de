"""What a case tells while it is decided."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class CaseExtended:
    """The law's limit was extended. due_on: its new last day."""

    title: ClassVar[StrOrPromise] = _("Time limit extended")

    case_id: int
    number: str
    due_on: str


@dataclass(frozen=True)
class CaseDaysMoved:
    """A notice about holidays moved last days of an open case; each is named with its new day."""

    title: ClassVar[StrOrPromise] = _("Last days recalculated")

    case_id: int
    number: str
    acceptance_due_on: str = ""
    promised_due_on: str = ""
    statutory_due_on: str = ""


@dataclass(frozen=True)
class AdviceAsked:
    """Departments were asked for advice, as the table of the service says for this case. roles: of the process."""

    title: ClassVar[StrOrPromise] = _("Advice asked")

    case_id: int
    number: str
    roles: list[str]


@dataclass(frozen=True)
class AdviceMissing:
    """Departments that were asked did not answer in time, which counts as no objection. roles: of the process."""

    title: ClassVar[StrOrPromise] = _("No advice in time")

    case_id: int
    number: str
    roles: list[str]


@dataclass(frozen=True)
class CaseLimitsChanged:
    """New limits of its service count for an open case; each last day that moved is named. version: that sets them."""

    title: ClassVar[StrOrPromise] = _("Time limits changed")

    case_id: int
    number: str
    version: int
    acceptance_due_on: str = ""
    promised_due_on: str = ""
    statutory_due_on: str = ""


@dataclass(frozen=True)
class OfficialRecused:
    """An official declared a conflict and keeps out of the case. task: the key of the task they had before them."""

    title: ClassVar[StrOrPromise] = _("Official keeps out of a case")

    case_id: int
    number: str
    task: str


@dataclass(frozen=True)
class CaseSwitched:
    """A case goes on by another version of its service; before, after: the numbers of the versions."""

    title: ClassVar[StrOrPromise] = _("Case taken over to another version")

    case_id: int
    number: str
    before: int
    after: int


@dataclass(frozen=True)
class VisitProposed:
    """An inspector said when they come. part: "morning" or "afternoon"; turn: the how-manieth proposal of the case."""

    title: ClassVar[StrOrPromise] = _("Visit proposed")

    case_id: int
    number: str
    day: str
    part: str
    turn: int


@dataclass(frozen=True)
class VisitAnswered:
    """The applicant agreed to a visit, or proposed another time. day, part: the time they want."""

    title: ClassVar[StrOrPromise] = _("Answer to a proposed visit")

    case_id: int
    number: str
    agreed: bool
    day: str
    part: str


@dataclass(frozen=True)
class ProcedureBegun:
    """A special procedure began: the clocks stand still. days: expected; turn: the how-manieth of the case."""

    title: ClassVar[StrOrPromise] = _("Special procedure begun")

    case_id: int
    number: str
    procedure: str
    days: int
    turn: int


@dataclass(frozen=True)
class ProcedureEnded:
    """A special procedure is over: the clocks run again, until these days."""

    title: ClassVar[StrOrPromise] = _("Special procedure finished")

    case_id: int
    number: str
    procedure: str
    turn: int
    promised_due_on: str
    statutory_due_on: str


@dataclass(frozen=True)
class OpinionGiven:
    """One branch of the case finished. task: key in the process; outcome: "pass" or "fail"."""

    title: ClassVar[StrOrPromise] = _("Opinion given")

    case_id: int
    number: str
    task: str
    outcome: str


@dataclass(frozen=True)
class CaseSentBack:
    """A case went back from a task to an earlier step. task, to: their keys in the process."""

    title: ClassVar[StrOrPromise] = _("Case sent back to an earlier step")

    case_id: int
    number: str
    task: str
    to: str


@dataclass(frozen=True)
class CaseHandedOver:
    """A task of a case went to a colleague. task: key in the process; to: account."""

    title: ClassVar[StrOrPromise] = _("Task of a case handed over")

    case_id: int
    number: str
    task: str
    to: int


@dataclass(frozen=True)
class CasePassedOn:
    """A task of a case went to another department. task: key in the process; department: key."""

    title: ClassVar[StrOrPromise] = _("Task of a case passed on to another department")

    case_id: int
    number: str
    task: str
    department: str


@dataclass(frozen=True)
class CaseOfficeSucceeded:
    """A department that had to do with a case was dissolved; another one goes on. department, successor: keys."""

    title: ClassVar[StrOrPromise] = _("Case taken over from a dissolved department")

    case_id: int
    number: str
    department: str
    successor: str


@dataclass(frozen=True)
class CaseSignerAdded:
    """Somebody is asked to sign a step of a case as well. task: its key; department: key; to: account, or None."""

    title: ClassVar[StrOrPromise] = _("Another signature asked for in a case")

    case_id: int
    number: str
    task: str
    department: str
    to: int | None


@dataclass(frozen=True)
class CaseSignerTakenAway:
    """A signature that was asked for besides is not needed any more. task: key of its step; department: its name."""

    title: ClassVar[StrOrPromise] = _("Signature in a case no longer needed")

    case_id: int
    number: str
    task: str
    department: str


@dataclass(frozen=True)
class CaseCopySent:
    """A case was sent to be read. copy: uid; department: key; to: account, or None for the department."""

    title: ClassVar[StrOrPromise] = _("Copy of a case sent")

    case_id: int
    number: str
    copy: str
    department: str
    to: int | None


@dataclass(frozen=True)
class CaseStepSkipped:
    """A step was passed, because the only official who could do it did the one before. task, before: their keys."""

    title: ClassVar[StrOrPromise] = _("Step of a case passed")

    case_id: int
    number: str
    task: str
    before: str


@dataclass(frozen=True)
class CaseSecondOfficer:
    """Of a task that two officers do together the second was named, or has confirmed. to: account."""

    title: ClassVar[StrOrPromise] = _("Second officer of a task of a case")

    case_id: int
    number: str
    task: str
    to: int
    confirmed: bool


@dataclass(frozen=True)
class CaseTaskGivenToHead:
    """Nobody else of a department may do a task, so its head does. task: its key; department: key."""

    title: ClassVar[StrOrPromise] = _("Task of a case given to the head of the department")

    case_id: int
    number: str
    task: str
    department: str


@dataclass(frozen=True)
class OpinionTakenBack:
    """An official took an opinion back before anybody went on. task: key in the process."""

    title: ClassVar[StrOrPromise] = _("Opinion taken back")

    case_id: int
    number: str
    task: str


@dataclass(frozen=True)
class CaseDecided:
    """An official closed the question with a yes or a no. Heard by systems that issue something on a yes."""

    title: ClassVar[StrOrPromise] = _("Case decided")

    case_id: int
    number: str
    service: str
    granted: bool


@dataclass(frozen=True)
class DecidedByRule:
    """The system decided by a table of the definition. version: number of the definition; table: its file."""

    title: ClassVar[StrOrPromise] = _("Decided by rule")

    case_id: int
    number: str
    service: str
    version: int
    table: str


@dataclass(frozen=True)
class PersonAskedFor:
    """The applicant asks that a person decides about what the system decided alone."""

    title: ClassVar[StrOrPromise] = _("Decision by a person requested after an automatic one")

    case_id: int
    number: str


@dataclass(frozen=True)
class CommitmentMade:
    """The applicant committed in writing to meeting the conditions. due_on: until when it is checked."""

    title: ClassVar[StrOrPromise] = _("Written commitment made")

    case_id: int
    number: str
    due_on: str


@dataclass(frozen=True)
class CommitmentChecked:
    """A commitment was checked after the grant. kept: else the decision and its licences are revoked."""

    title: ClassVar[StrOrPromise] = _("Commitment checked")

    case_id: int
    number: str
    kept: bool


@dataclass(frozen=True)
class HearingOffered:
    """The applicant was told that they may be heard. due_on: the last day to ask for it."""

    title: ClassVar[StrOrPromise] = _("Right to a hearing told")

    case_id: int
    number: str
    due_on: str


@dataclass(frozen=True)
class HearingAnswered:
    """The applicant asked for a hearing, and the clocks stand still; or they do not want one."""

    title: ClassVar[StrOrPromise] = _("Answer to the offer of a hearing")

    case_id: int
    number: str
    wanted: bool


@dataclass(frozen=True)
class HearingCalled:
    """The applicant was invited to a hearing. turn: the how-manieth invitation."""

    title: ClassVar[StrOrPromise] = _("Hearing called")

    case_id: int
    number: str
    day: str
    where: str
    turn: int


@dataclass(frozen=True)
class HearingHeld:
    """A hearing was held and put on record: the clocks run again."""

    title: ClassVar[StrOrPromise] = _("Hearing held")

    case_id: int
    number: str
    day: str
