"""The air quality index by the edition of HJ 633 that is in force on a day; the tables are dated data.

All arithmetic is exact: 50 / 35 · 35 is 50, where a float or a decimal makes it a little more and rounds it up to 51.
Source: HJ 633—2026 and HJ 633—2012, 4 and 5; the concentration is rounded by GB/T 8170 first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Literal

from tongban.applications.environment.rules.rounding import rounded

Span = Literal["hour", "day"]
NO_PRIMARY_UNTIL, PUBLISHED_ABOVE = 50, 100  # of the standard itself: where a primary pollutant begins, and 5.3


@dataclass(frozen=True)
class Pollutant:
    """One column pair of the table. day: means of 24 hours, of ozone the highest of eight; hour: of one hour.

    unit    in which concentrations are given
    above   index of what lies above the last breakpoint of a column that ends early; None: not computed there
    """

    key: str
    name: str
    code: str
    day: tuple[Decimal, ...]
    hour: tuple[Decimal, ...]
    digits: int = 0
    day_above: int | None = None
    hour_above: int | None = None
    unit: str = "µg/m³"


@dataclass(frozen=True)
class AirLevel:
    """A level with its colour in words: colour is never the only sign. upto: highest index; None for the last."""

    upto: int | None
    level: str
    name: str
    english: str
    colour: str
    hex: str
    advice: str


@dataclass(frozen=True)
class AqiEdition:
    """The table of one edition. missing: how an index counts where a pollutant is missing: "above-100" or "as-is"."""

    valid_from: date
    name: str
    source: str
    missing: str
    index: tuple[int, ...]
    levels: tuple[AirLevel, ...]
    pollutants: Mapping[str, Pollutant]

    def level(self, index: int) -> AirLevel:
        return next(level for level in self.levels if level.upto is None or index <= level.upto)


@dataclass(frozen=True)
class AirIndex:
    """What the air was like.

    value     the index, None where nothing may be said (NA)
    primary   the pollutants that make it, all of equal weight; none up to 50
    parts     pollutant → its own index; missing: those without a valid concentration
    """

    value: int | None
    primary: tuple[str, ...]
    parts: Mapping[str, int]
    missing: tuple[str, ...]


def read(content: Mapping[str, Any]) -> tuple[AqiEdition, ...]:
    """Read the editions of a file."""
    index = tuple(content["index"])
    levels = tuple(AirLevel(**row) for row in content["levels"])
    return tuple(
        AqiEdition(
            valid_from=date.fromisoformat(row["valid_from"]),
            name=row["name"],
            source=row["source"],
            missing=row["missing"],
            index=index,
            levels=levels,
            pollutants={key: _pollutant(key, one) for key, one in row["pollutants"].items()},
        )
        for row in content["editions"]
    )


def _pollutant(key: str, row: Mapping[str, Any]) -> Pollutant:
    day, hour = (tuple(Decimal(str(value)) for value in row.get(span, row["day"])) for span in ("day", "hour"))
    return Pollutant(**{**row, "key": key, "day": day, "hour": hour})


def iaqi(concentration: Decimal, pollutant: Pollutant, span: Span, index: Sequence[int]) -> int | None:
    """Return the index of one pollutant, rounded up; None where the edition does not compute it so high.

    concentration   µg/m³, of carbon monoxide mg/m³
    Raises ValueError where it is negative.
    """
    value = rounded(concentration, pollutant.digits)
    if value < 0:
        raise ValueError(concentration)
    points = pollutant.day if span == "day" else pollutant.hour
    if value > points[-1]:
        above = pollutant.day_above if span == "day" else pollutant.hour_above
        return above if len(points) < len(index) else index[-1]
    for number in range(1, len(points)):
        if value <= points[number]:
            low, high = Fraction(points[number - 1]), Fraction(points[number])
            rise = Fraction(index[number] - index[number - 1]) / (high - low)
            return ceil(rise * (Fraction(value) - low) + index[number - 1])
    raise AssertionError("a table has two breakpoints at least")


def evaluated(concentrations: Mapping[str, Decimal | None], edition: AqiEdition, span: Span) -> AirIndex:
    """Return the index of an hour or a day.

    concentrations   pollutant (SO2, NO2, CO, O3, PM10, PM2.5) → mean; None or absent where it is not valid
    """
    parts: dict[str, int] = {}
    for key, pollutant in edition.pollutants.items():
        value = concentrations.get(key)
        if value is not None and (part := iaqi(value, pollutant, span, edition.index)) is not None:
            parts[key] = part
    missing = tuple(key for key in edition.pollutants if concentrations.get(key) is None)
    if not parts:
        return AirIndex(None, (), parts, missing)
    highest = max(parts.values())
    if missing and edition.missing == "above-100" and highest <= PUBLISHED_ABOVE:
        return AirIndex(None, (), parts, missing)
    primary = (
        tuple(key for key in edition.pollutants if parts.get(key) == highest) if highest > NO_PRIMARY_UNTIL else ()
    )
    return AirIndex(highest, primary, parts, missing)


def mean(values: Iterable[Decimal], *, at_least: int) -> Decimal | None:
    """Return the mean of valid values, None where there are too few of them (GB 3095, 4.3: 20 of 24 hours)."""
    found = list(values)
    return sum(found, Decimal(0)) / len(found) if len(found) >= at_least else None


def highest_of_eight(hours: Sequence[Decimal | None], *, at_least: int = 6) -> Decimal | None:
    """Return the highest running mean of eight hours within a day (O3-8h).

    hours   24 hourly means in order, None where there is no valid one
    A window needs six valid hours; a day needs 14 windows, or the value counts only where it is above the limit,
    which the caller decides. Source: GB 3095, 4.3; HJ 663.
    """
    means = [
        mean([v for v in hours[end - 8 : end] if v is not None], at_least=at_least) for end in range(8, len(hours) + 1)
    ]
    found = [value for value in means if value is not None]
    return max(found) if found else None
