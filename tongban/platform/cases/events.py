"""What a case tells the rest of the house."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class CaseSubmitted:
    """An application was handed in. service: catalogue code; digest: keyed, of its answers and files."""

    title: ClassVar[StrOrPromise] = _("Application submitted")
    case_id: int
    number: str
    service: str
    digest: str = ""


@dataclass(frozen=True)
class FactsRenewed:
    """A register was changed, and the answers of an application that are its answers with it.

    number    "" of a draft; answers: names of the questions; action: the entry of its record, 0 of a draft
    """

    title: ClassVar[StrOrPromise] = _("Answers updated after a change in a register")
    case_id: int
    number: str
    answers: list[str]
    action: int


@dataclass(frozen=True)
class SupplementRequested:
    """The window asked for everything that is missing, in one notice."""

    title: ClassVar[StrOrPromise] = _("Supplement requested")
    case_id: int
    number: str
    points: int


@dataclass(frozen=True)
class CaseSupplemented:
    """The applicant answered the request for a supplement. digest: keyed, of all answers and files as they are now."""

    title: ClassVar[StrOrPromise] = _("Supplement submitted")
    case_id: int
    number: str
    digest: str = ""


@dataclass(frozen=True)
class CaseReminded:
    """The applicant was reminded of what they have to bring. due_on: the last day for it."""

    title: ClassVar[StrOrPromise] = _("Applicant reminded")
    case_id: int
    number: str
    due_on: str


@dataclass(frozen=True)
class CaseLapsed:
    """The supplement did not come in time: the case ended. due_on: the last day there was for it."""

    title: ClassVar[StrOrPromise] = _("Case closed for want of a supplement")
    case_id: int
    number: str
    due_on: str


@dataclass(frozen=True)
class CaseAccepted:
    """The legal clocks run from now on. deemed: nobody answered in time, so the law accepts it."""

    title: ClassVar[StrOrPromise] = _("Case accepted")
    case_id: int
    number: str
    deemed: bool


@dataclass(frozen=True)
class CaseNotAccepted:
    """The city will not deal with this application, and said why."""

    title: ClassVar[StrOrPromise] = _("Case not accepted")
    case_id: int
    number: str


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
class CaseCompleted:
    """The result is in the applicant's hands. licence: its identifier, "" where the result is a letter."""

    title: ClassVar[StrOrPromise] = _("Case completed")
    case_id: int
    number: str
    licence: str


@dataclass(frozen=True)
class CaseWithdrawn:
    """The applicant took the application back; or did not bring in time what they promised, and it counts as that."""

    title: ClassVar[StrOrPromise] = _("Case withdrawn")
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


@dataclass(frozen=True)
class DeferralPromised:
    """The applicant handed in without some materials and promised to bring them. materials: their codes."""

    title: ClassVar[StrOrPromise] = _("Materials promised for later")
    case_id: int
    number: str
    materials: list[str]


@dataclass(frozen=True)
class DeferralBegun:
    """A case was accepted with materials to follow. due_on: their last day."""

    title: ClassVar[StrOrPromise] = _("Accepted with materials to follow")
    case_id: int
    number: str
    materials: list[str]
    due_on: str


@dataclass(frozen=True)
class DeferralEnded:
    """What was to follow is there."""

    title: ClassVar[StrOrPromise] = _("Promised materials brought")
    case_id: int
    number: str


@dataclass(frozen=True)
class CaseTerminated:
    """There is nothing left to decide. cause: "applicant-gone", "object-gone" or "other"."""

    title: ClassVar[StrOrPromise] = _("Case terminated")
    case_id: int
    number: str
    cause: str


@dataclass(frozen=True)
class CaseForwarded:
    """A higher office decides: the case ends here. office: its name."""

    title: ClassVar[StrOrPromise] = _("Case forwarded to another office")
    case_id: int
    number: str
    office: str


@dataclass(frozen=True)
class CaseDelivered:
    """The papers of an ended case reached somebody. how: "window", "post", "electronic"; turn: the how-manieth time."""

    title: ClassVar[StrOrPromise] = _("Result delivered")
    case_id: int
    number: str
    how: str
    turn: int


@dataclass(frozen=True)
class CaseArchived:
    """A closed case was put away. papers: how many its record lists."""

    title: ClassVar[StrOrPromise] = _("Case archived")
    case_id: int
    number: str
    papers: int


@dataclass(frozen=True)
class CaseRebuilt:
    """What is kept about a case was not what its actions say, and was mended. fields: what differed."""

    title: ClassVar[StrOrPromise] = _("Case recomputed from its record")
    case_id: int
    number: str
    fields: list[str]


@dataclass(frozen=True)
class CasePaperOpened:
    """Somebody other than its applicant opened a material or a letter of a case. title: what it is called."""

    title: ClassVar[StrOrPromise] = _("Document of a case opened")
    case_id: int
    number: str
    paper: str
    channel: str


@dataclass(frozen=True)
class CaseOpened:
    """An official looked at a case with its personal data. purpose: the duty under which they did."""

    title: ClassVar[StrOrPromise] = _("Case file opened")
    case_id: int
    number: str
    purpose: str


@dataclass(frozen=True)
class CasesExported:
    """An official took a copy of a list of cases. cases: how many; asked: by what it was narrowed."""

    title: ClassVar[StrOrPromise] = _("Case list exported")
    cases: int
    asked: dict[str, str]
