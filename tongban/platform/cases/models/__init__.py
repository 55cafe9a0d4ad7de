"""Cases, what was done to them, and the papers that belong to them."""

from tongban.platform.cases.models.actions import Action, Supplement
from tongban.platform.cases.models.cases import Case, CaseQuerySet, subject_of
from tongban.platform.cases.models.papers import Material
from tongban.platform.cases.models.participations import READING, Participation
from tongban.platform.cases.models.rows import PAGE, CaseRow, DraftRow
from tongban.platform.cases.models.states import UNDER_WAY

__all__ = [
    "PAGE",
    "READING",
    "UNDER_WAY",
    "Action",
    "Case",
    "CaseQuerySet",
    "CaseRow",
    "DraftRow",
    "Material",
    "Participation",
    "Supplement",
    "subject_of",
]
