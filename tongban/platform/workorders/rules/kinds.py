"""The kinds of work orders, and how long each may take."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tongban.platform.deadlines.services import UNITS, TimeLimit

# How urgent: of a kind the limit is multiplied by so many percent.
URGENCIES = ("normal", "urgent", "emergency")


class WorkOrderKind(NamedTuple):
    """A kind of job.

    key       what it is called in code and interface, "road.pothole"; a room begins its own with its name
    limit     how long handling may take
    before, after   how many photographs of each are asked for at least when it is finished
    position  a finished order says where it was finished
    source    who says so
    """

    key: str
    title: str
    group: str
    limit: TimeLimit
    before: int = 0
    after: int = 1
    position: bool = True
    source: str = ""


def kind_of(row: Mapping[str, Any]) -> WorkOrderKind:
    """Read a row of a table of kinds. Raises ValueError, KeyError where it is broken."""
    amount, unit = row["limit"]
    if unit not in UNITS or not isinstance(amount, int) or amount < 1:
        raise ValueError(f'{row["key"]}: a limit is [4, "workhour"]; units are {", ".join(UNITS)}')
    photos = row.get("photos", {})
    return WorkOrderKind(
        row["key"],
        row["title"],
        row.get("group", ""),
        TimeLimit(amount, unit),
        photos.get("before", 0),
        photos.get("after", 1),
        row.get("position", True),
        row["source"],
    )


def missing(kind: WorkOrderKind, *, before: int, after: int, placed: bool) -> list[str]:
    """Return what a finished order of this kind lacks: "before", "after", "position"."""
    lacking = {"before": before < kind.before, "after": after < kind.after, "position": kind.position and not placed}
    return [name for name, lacks in lacking.items() if lacks]
