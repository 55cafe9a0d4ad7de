"""What lists say about cases."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F, Q

from tongban.platform.cases.rules import CaseStatus

PAGE = 20
STATUS_COLUMNS = tuple(CaseStatus.__dataclass_fields__)


class CaseRow(NamedTuple):
    """What a row of a list says about a case; everything else stays where it is, some of it long and encrypted.

    definition   digest of the one it began with; service: catalogue code; service_type: GB/T 39046 A.1
    """

    id: int
    uid: str
    definition: str
    number: str | None
    state: str
    outcome: str
    applicant: int
    applicant_name: str
    submitted_at: datetime | None
    received_on: date | None
    acceptance_due_on: date | None
    accepted_on: date | None
    statutory_due_on: date | None
    promised_due_on: date | None
    decided_on: date | None
    paused_on: date | None
    lost_days: int
    unit: str
    service: str
    service_name: str
    service_english: str
    service_type: str
    department_name: str
    department_english: str


class DraftRow(NamedTuple):
    """What a list says about a draft."""

    id: int
    uid: str
    updated_at: datetime
    applicant_name: str
    service_name: str
    service_english: str


class StatusRow(NamedTuple):
    """Where a case stands by what is kept of it. definition: digest of the one whose time limits count for it."""

    id: int
    number: str
    definition: str
    status: CaseStatus


def among(ids: Sequence[int], column: str) -> Q:
    """Return the condition that a column names one of these cases, which follow each other in the order of keys."""
    return Q(**{f"{column}__gte": ids[0], f"{column}__lte": ids[-1]}) if len(ids) > 1 else Q(**{column: ids[0]})


class SameMatterRow(NamedTuple):
    """What is said about a case to whoever applies for the same again."""

    id: int
    uid: str
    number: str
    state: str


# Where the columns of a row come from that stand in other tables.
JOINED_COLUMNS = {
    "definition": F("version__digest"),
    "service": F("version__service__code"),
    "service_name": F("version__service__name"),
    "service_english": F("version__service__english"),
    "service_type": F("version__service__type"),
    "department_name": F("department__name"),
    "department_english": F("department__english"),
}
