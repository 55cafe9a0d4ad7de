"""Compare what two sources say of one enterprise: a clue where they differ by more than a rule allows.

A clue is a question to a human, never a finding. Whole numbers and Decimal only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

KINDS = ("difference", "ratio", "absent")


@dataclass(frozen=True)
class ComparisonRule:
    """How two fields of two sources are compared, from a day on.

    first, second    (kind of source, field, its unit)
    kind             "difference": the first exceeds the second by more than `most` per cent of the first
                     "ratio": first divided by second is more than `most`
                     "absent": the first has at least `most`, and the second source says nothing of the enterprise
    linkage          name_share, address_share (per cent), least (per mille)
    """

    key: str
    name: str
    english: str
    explanation: str
    explanation_english: str
    source: str
    valid_from: date
    first: tuple[str, str, str]
    second: tuple[str, str, str]
    kind: str
    most: Decimal
    linkage: Mapping[str, int] = field(default_factory=dict)
    valid_until: date | None = None


def read(data: Mapping[str, Any]) -> tuple[ComparisonRule, ...]:
    """Return the rules of a file. Raises ValueError for a kind there is not."""
    rules = []
    for row in data["rule"]:
        if row["kind"] not in KINDS:
            raise ValueError(row["kind"])
        given = dict(row)
        sides: dict[str, Any] = {side: tuple(given.pop(side)) for side in ("first", "second")}
        rules.append(ComparisonRule(**{**given, "most": Decimal(str(row["most"]))}, **sides))
    return tuple(rules)


def amount(text: object) -> Decimal | None:
    """Read a figure as sources write it, with or without commas; None where it is none."""
    try:
        found = Decimal(str(text).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def measure(rule: ComparisonRule, first: Decimal, second: Decimal | None) -> Decimal | None:
    """Return by how much two figures differ in the rule's way, with one decimal; None where that is within the rule.

    "difference" in per cent of the first, "ratio" as it is, "absent" the first figure itself.
    """
    if rule.kind == "absent":
        return first if second is None and first >= rule.most else None
    if second is None:
        return None
    if rule.kind == "ratio":
        found = first / second if second else None
    else:
        found = (first - second) * 100 / first if first > 0 else None
    if found is None or found <= rule.most:
        return None
    return found.quantize(Decimal("0.1"), ROUND_HALF_UP)
