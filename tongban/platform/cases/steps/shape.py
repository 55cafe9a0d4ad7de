"""What a step of the law is, and the letter and notice that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.cases import rules


@dataclass(frozen=True)
class StepLetter:
    """The letter that puts a step in writing.

    template   name of the house's letter
    title      what it is called; "" of a decision, which is called by the kind of its matter
    mark       the word in its number
    days_in    unit of the days it says; "" for the unit of the service's limits
    """

    template: str
    title: StrOrPromise
    mark: str
    days_in: str = ""


@dataclass(frozen=True)
class StepNotice:
    """What the applicant is told of a step.

    title, body   with %(name)s places: what `reactions.SAID` says, what the step's data hold, fields of the case
    names         place -> what stands there, where that is called otherwise
    by_office     only where an office took the step: nobody is told what they did themselves
    refused       what is said instead where the case was refused
    """

    title: StrOrPromise
    body: StrOrPromise
    names: Mapping[str, str] = field(default_factory=dict)
    by_office: bool = False
    refused: "StepNotice | None" = None


@dataclass(frozen=True, kw_only=True)
class LegalStep(rules.Move):
    """A step of the law, and what follows from it.

    event        the fact by which the house is told; its `case_id` names the case
    words        what the timeline says, with %(name)s places for what the step's data hold; "" of a decision
    is_decision  called by the kind of its matter: 准予许可, 予以确认
    duty         who may; "" where the applicant does it, the system, or whoever has the task
    public       the applicant sees it
    background   no answer depends on it, so whoever has the case on the screen may still give theirs
    """

    event: type
    words: StrOrPromise = ""
    is_decision: bool = False
    duty: str = ""
    letter: StepLetter | None = None
    notice: StepNotice | None = None
    public: bool = True
    background: bool = False
