"""What a case tells the rest of the house."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CaseSubmitted:
    """An application was handed in. service: catalogue code."""

    case_id: int
    number: str
    service: str


@dataclass(frozen=True)
class SupplementRequested:
    """The window asked for everything that is missing, in one notice."""

    case_id: int
    number: str
    points: int


@dataclass(frozen=True)
class CaseSupplemented:
    """The applicant answered the request for a supplement."""

    case_id: int
    number: str


@dataclass(frozen=True)
class CaseAccepted:
    """The legal clocks run from now on. deemed: nobody answered in time, so the law accepts it."""

    case_id: int
    number: str
    deemed: bool


@dataclass(frozen=True)
class CaseNotAccepted:
    """The city will not deal with this application, and said why."""

    case_id: int
    number: str


@dataclass(frozen=True)
class OpinionGiven:
    """One branch of the case finished. task: key in the process; outcome: "pass" or "fail"."""

    case_id: int
    number: str
    task: str
    outcome: str


@dataclass(frozen=True)
class CaseDecided:
    """An official closed the question with a yes or a no. Heard by systems that issue something on a yes."""

    case_id: int
    number: str
    service: str
    granted: bool


@dataclass(frozen=True)
class CaseCompleted:
    """The result is in the applicant's hands. licence: its identifier, "" where the result is a letter."""

    case_id: int
    number: str
    licence: str


@dataclass(frozen=True)
class CaseWithdrawn:
    """The applicant took the application back."""

    case_id: int
    number: str


@dataclass(frozen=True)
class CaseOpened:
    """An official looked at a case with its personal data. purpose: the duty under which they did."""

    case_id: int
    number: str
    purpose: str


@dataclass(frozen=True)
class LetterIssued:
    """A formal letter about the case was sealed and handed to the applicant."""

    case_id: int
    number: str
    kind: str
