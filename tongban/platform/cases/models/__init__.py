"""Cases, what was done to them, and the papers that belong to them."""

from tongban.platform.cases.models.actions import Action, Supplement
from tongban.platform.cases.models.cases import Case, CaseQuerySet, subject_of
from tongban.platform.cases.models.followups import FollowUpInspection
from tongban.platform.cases.models.papers import Material
from tongban.platform.cases.models.participations import READING, Participation
from tongban.platform.cases.models.publications import Concern, Publication
from tongban.platform.cases.models.rows import PAGE, STATUS_COLUMNS, CaseRow, DraftRow, StatusRow, among
from tongban.platform.cases.models.states import UNDER_WAY
from tongban.platform.cases.models.takeovers import MAX_FOREIGN_NUMBER, Takeover

__all__ = [
    "MAX_FOREIGN_NUMBER",
    "PAGE",
    "READING",
    "STATUS_COLUMNS",
    "UNDER_WAY",
    "Action",
    "Case",
    "CaseQuerySet",
    "CaseRow",
    "Concern",
    "DraftRow",
    "FollowUpInspection",
    "Material",
    "Participation",
    "Publication",
    "StatusRow",
    "Supplement",
    "Takeover",
    "among",
    "subject_of",
]
