"""What a case tells of its end and of its record."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


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
class CasePackaged:
    """A closed case was taken out as one archive package. digest: SHA-256 of its list of files; sound: 四性检测."""

    title: ClassVar[StrOrPromise] = _("Archive package taken out")

    case_id: int
    number: str
    digest: str
    sound: bool


@dataclass(frozen=True)
class CaseTakenOver:
    """A case of an older system was taken over with its past. foreign: its number there; state: where it stands now."""

    title: ClassVar[StrOrPromise] = _("Case taken over from an older system")

    case_id: int
    number: str
    system: str
    foreign: str
    state: str
    steps: int


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
