"""How long one may rate, what a grade is worth, and what many ratings say together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

Fault = Literal["unknown-grade", "unknown-reason", "no-reason"]


@dataclass(frozen=True)
class Terms:
    """What holds from a day on.

    window_days        days after completion in which one may rate
    rectify_workdays   working days in which the department answers a low grade
    good_from_stars    so many stars and more are a good rating (好评), fewer a low one (差评)
    stars              code of a grade -> stars; code 1 is the best grade and has most stars
    reasons            key -> what one may tick for a low grade
    """

    valid_from: date
    source: str
    window_days: int
    rectify_workdays: int
    good_from_stars: int
    stars: Mapping[str, int]
    reasons: Mapping[str, str]

    def closes_on(self, asked_on: date) -> date:
        """Return the last day on which one may rate; the day of the question does not count."""
        return asked_on + timedelta(days=self.window_days)

    def is_good(self, grade: str) -> bool:
        return self.stars[grade] >= self.good_from_stars


def read(content: Mapping[str, Any]) -> tuple[Terms, ...]:
    """Read the [[terms]] of a file. Raises TypeError where a key is missing or unknown."""
    return tuple(Terms(**row) for row in content["terms"])


def faults(grade: str, reasons: Collection[str], words: str, terms: Terms) -> dict[str, Fault]:
    """Return what is wrong with a rating, by field. A low grade says why: by a reason or in words."""
    if grade not in terms.stars:
        return {"grade": "unknown-grade"}
    if not set(reasons) <= set(terms.reasons):
        return {"reasons": "unknown-reason"}
    if not terms.is_good(grade) and not reasons and not words.strip():
        return {"reasons": "no-reason"}
    return {}


def good_percent(good: int, given: int) -> Decimal | None:
    """Return 好评率: good ratings of those given, in per cent. None where nobody rated: silence is not praise."""
    if not given:
        return None
    return (Decimal(100 * good) / given).quantize(Decimal("0.1"), ROUND_HALF_UP)
