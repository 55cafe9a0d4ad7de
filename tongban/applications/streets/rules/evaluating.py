"""Evaluation 综合评价: base counts, rates, a weighted sum and its colour, by dated indicators.

Source: the frame of GB/T 30428.4 and CJ/T 292 (areas, departments, posts; results in colours). Weights and bounds
are the city's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

Subject = Literal["area", "department", "post"]
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class StreetCounts:
    """How many cases of a period: reported, filed, due (should be handled by now), handled, in time, reworked, closed.

    reported_public   reports by people, in cells that a collector walks: what the collector did not see
    """

    reported: int = 0
    filed: int = 0
    due: int = 0
    handled: int = 0
    in_time: int = 0
    reworked: int = 0
    closed: int = 0
    reported_public: int = 0


@dataclass(frozen=True)
class Indicator:
    """A rate and its weight. of, base: names of counts; lack: less is better, so that 1 minus the rate counts."""

    key: str
    name: str
    english: str
    of: str
    base: str
    weight: int
    lack: bool = False


@dataclass(frozen=True)
class IndicatorSet:
    """What holds from a day on, for one kind of subject. colours: from so many points on, the highest first."""

    valid_from: date
    source: str
    subject: Subject
    indicators: tuple[Indicator, ...]
    colours: tuple[tuple[Decimal, str, str, str], ...]


@dataclass(frozen=True)
class StreetEvaluation:
    """What a subject reached. rates: key → per cent, None without a base; points: None where nothing was to do."""

    rates: Mapping[str, Decimal | None]
    points: Decimal | None
    colour: str
    word: str
    english: str


def read(content: Mapping[str, Any]) -> tuple[IndicatorSet, ...]:
    """Read the [[set]]s of a file. Raises ValueError where weights do not add up to 100."""
    found = []
    for row in content["set"]:
        indicators = tuple(Indicator(**one) for one in row["indicator"])
        if sum(one.weight for one in indicators) != HUNDRED:
            raise ValueError(f"weights of {row['subject']} from {row['valid_from']} do not add up to 100")
        colours = tuple((Decimal(str(least)), colour, word, english) for least, colour, word, english in row["colours"])
        found.append(IndicatorSet(row["valid_from"], row["source"], row["subject"], indicators, colours))
    return tuple(found)


def evaluate(counts: StreetCounts, by: IndicatorSet) -> StreetEvaluation:
    """Return rates, points and colour. An indicator without a base takes no part; the others share its weight."""
    rates: dict[str, Decimal | None] = {}
    points, weights = Decimal(0), 0
    for one in by.indicators:
        base = Decimal(getattr(counts, one.base))
        if not base:
            rates[one.key] = None
            continue
        rate = min(Decimal(getattr(counts, one.of)) / base, Decimal(1))
        rates[one.key] = _rounded(rate * HUNDRED)
        points += one.weight * ((1 - rate) if one.lack else rate)
        weights += one.weight
    if not weights:
        return StreetEvaluation(rates, None, "grey", "", "")
    reached = _rounded(points * HUNDRED / weights)
    _least, colour, word, english = next(row for row in by.colours if reached >= row[0])
    return StreetEvaluation(rates, reached, colour, word, english)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)
