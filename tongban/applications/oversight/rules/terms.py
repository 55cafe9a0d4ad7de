"""The dated rules of supervision, as their file says them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# The grades, the lightest first.
GRADES = ("notice", "yellow", "red", "advice")


@dataclass(frozen=True)
class SupervisionRule:
    """One rule from a day on.

    grade            of the card that it raises; answer_workdays: 0 where the card ends by itself
    limits           its thresholds, by name; only who supervises reads them
    """

    key: str
    valid_from: date
    source: str
    grade: str
    answer_workdays: int
    limits: Mapping[str, Any] = field(default_factory=dict)
    valid_until: date | None = None

    def __post_init__(self) -> None:
        if self.grade not in GRADES:
            raise ValueError(f"{self.key}: there is no grade {self.grade!r}, only {', '.join(GRADES)}")

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Escalation:
    """What an unanswered card becomes, and in how many working days it is to be answered then."""

    to: str
    answer_workdays: int


@dataclass(frozen=True)
class EscalationTable:
    """From grade to grade, from a day on."""

    valid_from: date
    source: str
    steps: Mapping[str, Escalation]


@dataclass(frozen=True)
class SupervisionTerms:
    """All rules and tables of a file, whatever their days."""

    rules: tuple[SupervisionRule, ...]
    escalations: tuple[EscalationTable, ...]

    def rule(self, key: str, on: date) -> SupervisionRule | None:
        """Return the row of a rule that is in force on a day, None where there is none."""
        found = [rule for rule in self.rules if rule.key == key and rule.holds_on(on)]
        return max(found, key=lambda rule: rule.valid_from, default=None)

    def versions(self, key: str) -> Iterator[SupervisionRule]:
        """Yield all rows of a rule."""
        return (rule for rule in self.rules if rule.key == key)

    def in_force(self, on: date) -> list[SupervisionRule]:
        """Return the row of each rule that counts on a day, in the order of the file."""
        keys = dict.fromkeys(rule.key for rule in self.rules)
        return [rule for key in keys if (rule := self.rule(key, on))]

    def escalation(self, grade: str, on: date) -> Escalation | None:
        """Return what becomes of an unanswered card of this grade on a day; None where it stays what it is."""
        tables = [table for table in self.escalations if table.valid_from <= on]
        table = max(tables, key=lambda table: table.valid_from, default=None)
        return table.steps.get(grade) if table else None


def read(content: Mapping[str, Any]) -> SupervisionTerms:
    """Read a file. Raises TypeError for an unknown or a missing key, ValueError for an unknown grade."""
    tables = []
    for row in content["escalation"]:
        steps = {grade: Escalation(**row[grade]) for grade in GRADES if grade in row}
        if unknown := {step.to for step in steps.values()} - set(GRADES):
            raise ValueError(f"there is no grade {', '.join(sorted(unknown))}")
        tables.append(EscalationTable(row["valid_from"], row["source"], steps))
    return SupervisionTerms(tuple(SupervisionRule(**row) for row in content["rule"]), tuple(tables))
