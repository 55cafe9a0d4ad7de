"""What supervision and enforcement tell."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class EntityListed:
    """An object was put under supervision."""

    title: ClassVar[StrOrPromise] = _("Object put under supervision")

    entity: int
    kind: str
    department: str


@dataclass(frozen=True)
class EntityClassed:
    """An object was put into a risk class. valid_from: a day, as ISO 8601 writes it."""

    title: ClassVar[StrOrPromise] = _("Risk class of an object set")

    entity: int
    risk: str
    valid_from: str


@dataclass(frozen=True)
class OfficerCarded:
    """The enforcement card of an official was entered."""

    title: ClassVar[StrOrPromise] = _("Enforcement card entered")

    officer: int
    card: str


@dataclass(frozen=True)
class OfficerConflictDeclared:
    """An officer keeps away from an object."""

    title: ClassVar[StrOrPromise] = _("Conflict of interest of an officer declared")

    officer: int
    entity: int


@dataclass(frozen=True)
class InspectionDrawBound:
    """The list of a draw was frozen and its secret bound. Both are digests."""

    title: ClassVar[StrOrPromise] = _("Random draw bound and published")

    draw: int
    pool_digest: str
    commitment: str


@dataclass(frozen=True)
class InspectionDrawn:
    """A draw was made, with its secret published. drawn: how many objects."""

    title: ClassVar[StrOrPromise] = _("Random draw made")

    draw: int
    drawn: int


@dataclass(frozen=True)
class InspectionPlanned:
    """An inspection was planned. origin: draw, plan or clue."""

    title: ClassVar[StrOrPromise] = pgettext_lazy("inspection", "Inspection planned")

    inspection: int
    entity: int
    matter: str
    origin: str


@dataclass(frozen=True)
class InspectionRecorded:
    """Officers recorded an inspection. findings: how many items were not in order."""

    title: ClassVar[StrOrPromise] = pgettext_lazy("inspection", "Inspection recorded")

    inspection: int
    entity: int
    outcome: str
    findings: int


@dataclass(frozen=True)
class MaterialsRead:
    """Officers fetched what the city holds about whom they inspect. The reason says what for."""

    title: ClassVar[StrOrPromise] = _("Materials for an inspection fetched")

    inspection: int


@dataclass(frozen=True)
class CorrectionOrdered:
    """A company was ordered to put something right. due_on: the last day."""

    title: ClassVar[StrOrPromise] = _("Order to correct issued")

    order: int
    party: int
    due_on: str


@dataclass(frozen=True)
class CorrectionProved:
    """A company handed in the proof of a correction."""

    title: ClassVar[StrOrPromise] = _("Proof of a correction handed in")

    order: int


@dataclass(frozen=True)
class CorrectionChecked:
    """An official checked a correction. state: done, refused, or ordered once more."""

    title: ClassVar[StrOrPromise] = pgettext_lazy("inspection", "Correction checked")

    order: int
    state: str


@dataclass(frozen=True)
class PenaltyMoved:
    """Something happened in a penalty case. step: as `rules.steps` names it, or file, ticket, state, paid …"""

    title: ClassVar[StrOrPromise] = _("Penalty case went on")

    case: int
    step: str
    state: str


@dataclass(frozen=True)
class PenaltyCaseRead:
    """An official opened the case of a person. The reason says what for."""

    title: ClassVar[StrOrPromise] = _("Penalty case of a person read")

    case: int


@dataclass(frozen=True)
class ClueSourceTaken:
    """A table for comparison was taken in. as_of: the day it stands for."""

    title: ClassVar[StrOrPromise] = _("Source for comparison taken in")

    source: int
    kind: str
    rows: int
    as_of: str


@dataclass(frozen=True)
class SourcesCompared:
    """Two sources were compared by a rule. found: how many new clues."""

    title: ClassVar[StrOrPromise] = pgettext_lazy("inspection", "Sources compared")

    rule: str
    first: int
    second: int
    found: int


@dataclass(frozen=True)
class ClueRaised:
    """A clue for a human came up. rule: of comparison, or "sensing"."""

    title: ClassVar[StrOrPromise] = pgettext_lazy("inspection", "Clue raised")

    clue: int
    rule: str


@dataclass(frozen=True)
class ClueRead:
    """An official opened a clue with the lines of evidence in it."""

    title: ClassVar[StrOrPromise] = pgettext_lazy("inspection", "Clue read")

    clue: int


@dataclass(frozen=True)
class ClueDecided:
    """An official decided what becomes of a clue. pursued: an inspection was opened."""

    title: ClassVar[StrOrPromise] = pgettext_lazy("inspection", "Clue decided")

    clue: int
    pursued: bool
