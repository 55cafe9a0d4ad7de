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
