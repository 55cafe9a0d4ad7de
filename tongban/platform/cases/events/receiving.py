"""What a case tells until it is accepted, or not."""

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
class CaseSent:
    """A window sent the file of a case to the office of another area. parcel: number of what goes by post, or ""."""

    title: ClassVar[StrOrPromise] = _("File sent to the office that handles it")

    case_id: int
    number: str
    window: str
    office: str
    parcel: str


@dataclass(frozen=True)
class CaseSignedFor:
    """The office that handles a case signed for its file. turn: which time."""

    title: ClassVar[StrOrPromise] = _("File signed for")

    case_id: int
    number: str
    office: str
    turn: int


@dataclass(frozen=True)
class CaseTransferred:
    """The office that got a case handed it to the one that handles it. turn: which time."""

    title: ClassVar[StrOrPromise] = _("Case transferred")

    case_id: int
    number: str
    former: str
    office: str
    turn: int
