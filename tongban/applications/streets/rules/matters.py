"""The table of components 部件 and events 事件: classes, kinds, time limits, who handles them; dated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

# "C0101": a component of class 01, kind 01; "E0102": an event.
KIND_LENGTH = 5


class MatterAnswer(NamedTuple):
    """One of the answers that a question lists."""

    key: str
    name: str
    english: str


@dataclass(frozen=True)
class MatterQuestion:
    """Something that is asked about a matter. datatype: "string" or "singlevaluelist", as Open311 names them."""

    code: str
    name: str
    english: str
    datatype: str
    required: bool = False
    values: tuple[MatterAnswer, ...] = ()


@dataclass(frozen=True)
class StreetMatter:
    """A line of the table.

    code         "C", "C01" or "C0101"; parent: the line above
    limit        how long handling may take, as an amount and a unit of `deadlines`; None for a class
    department   key of the department that handles it where no owner is known, "" for that of the line above
    questions    what is asked besides, of this line and those below
    """

    code: str
    name: str
    english: str
    parent: str = ""
    limit: tuple[int, str] | None = None
    department: str = ""
    questions: tuple[MatterQuestion, ...] = ()

    @property
    def is_kind(self) -> bool:
        return len(self.code) == KIND_LENGTH

    @property
    def is_component(self) -> bool:
        return self.code.startswith("C")


@dataclass(frozen=True)
class MatterTable:
    """What holds from a day on."""

    valid_from: date
    source: str
    matters: Mapping[str, StreetMatter]

    def department_of(self, code: str) -> str:
        """Return the key of the department that handles a matter, "" where the table names none."""
        while code:
            found = self.matters[code]
            if found.department:
                return found.department
            code = found.parent
        return ""

    def questions_of(self, code: str) -> list[MatterQuestion]:
        """Return what is asked about a matter, by its line and those above it."""
        found: list[MatterQuestion] = []
        while code:
            found = [*self.matters[code].questions, *found]
            code = self.matters[code].parent
        return found

    def kinds(self) -> list[StreetMatter]:
        return [matter for matter in self.matters.values() if matter.is_kind]


def read(content: Mapping[str, Any]) -> tuple[MatterTable, ...]:
    """Read the tables of a file. Raises ValueError where a line hangs nowhere or a kind has no limit."""
    return tuple(_table(row) for row in content["tables"])


def _table(row: Mapping[str, Any]) -> MatterTable:
    matters = {}
    for entry in row["entries"]:
        limit = tuple(entry["limit"]) if "limit" in entry else None
        matter = StreetMatter(
            **{**entry, "limit": limit, "questions": tuple(map(_question, entry.get("questions", ())))}
        )
        if matter.parent and matter.parent not in matters:
            raise ValueError(f"{matter.code} hangs below {matter.parent}, which is not there")
        if matter.is_kind and limit is None:
            raise ValueError(f"{matter.code} has no time limit")
        matters[matter.code] = matter
    return MatterTable(date.fromisoformat(row["valid_from"]), row["source"], matters)


def _question(row: Mapping[str, Any]) -> MatterQuestion:
    return MatterQuestion(**{**row, "values": tuple(MatterAnswer(**value) for value in row.get("values", ()))})
