"""The limits of the law on administrative penalties, as dated data, and what they refuse.

Source: 行政处罚法 (revised 2021); the articles are in the data beside each figure. All functions are pure and return
the name of the limit that is broken, "" where none is; the sentence with its article is made of that name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

WARNING, FINE, NONE = "warning", "fine", "none"


@dataclass(frozen=True)
class PenaltyLimit:
    """One limit: a figure in its unit (fen, workday, day, year, per mille, officers), and the article it stands in."""

    value: int
    unit: str
    article: str
    source: str = ""


@dataclass(frozen=True)
class PenaltyLaw:
    """All limits that count from a day on."""

    valid_from: date
    source: str
    limits: Mapping[str, PenaltyLimit]
    valid_until: date | None = None

    def __getitem__(self, name: str) -> PenaltyLimit:
        return self.limits[name]

    def value(self, name: str) -> int:
        return self.limits[name].value


def read(data: Mapping[str, Any]) -> tuple[PenaltyLaw, ...]:
    """Return the editions of a file. Raises KeyError where a limit lacks its figure, unit or article."""
    return tuple(
        PenaltyLaw(
            row["valid_from"],
            row["source"],
            {
                name: PenaltyLimit(one["value"], one["unit"], one["article"], one.get("source", ""))
                for name, one in row["limit"].items()
            },
            row.get("valid_until"),
        )
        for row in data["edition"]
    )


def on_the_spot(law: PenaltyLaw, *, outcome: str, fine_fen: int, citizen: bool) -> str:
    """Say which limit a decision on the spot breaks: a warning, or a fine up to the limit for whom it is."""
    if outcome == WARNING and fine_fen == 0:
        return ""
    name = "simple_citizen" if citizen else "simple_organisation"
    return "" if outcome == FINE and 0 < fine_fen <= law.value(name) else name


def barred(law: PenaltyLaw, *, violated_on: date, found_on: date, grave: bool) -> str:
    """Say which time bar is over: two years from the end of the act, five where life, health or finance were harmed."""
    name = "time_bar_grave" if grave else "time_bar"
    return name if found_on > _years_later(violated_on, law.value(name)) else ""


def too_young(law: PenaltyLaw, *, born: date | None, on: date) -> str:
    """Say that a person under the age of responsibility is not punished."""
    if born is None:
        return ""
    return "minor" if _years_later(born, law.value("minor")) > on else ""


def hearing_owed(law: PenaltyLaw, *, fine_fen: int, confiscated_fen: int, citizen: bool, grave_kind: bool) -> bool:
    """Say whether a hearing must be offered: a large fine or confiscation, or a licence or business that ends."""
    least = law.value("hearing_citizen" if citizen else "hearing_organisation")
    return grave_kind or fine_fen >= least or confiscated_fen >= least


def surcharge_fen(law: PenaltyLaw, *, owed_fen: int, pay_until: date, on: date, contested_days: int = 0) -> int:
    """Return what is added to a fine that is not paid by its day: a share of it each day, never more than it.

    contested_days   days of reconsideration or litigation in between, which do not count
    """
    days = max(0, (on - pay_until).days - contested_days)
    return min(owed_fen, owed_fen * law.value("surcharge") * days // 1000)


def out_of_step(*, fine_fen: int, least_fen: int, most_fen: int) -> bool:
    """Say whether a fine lies outside the step of discretion it was given for."""
    return not least_fen <= fine_fen <= most_fen


def _years_later(day: date, years: int) -> date:
    """Return the same day so many years later; of a 29 February the last day of that month."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def contested_days(spans: list[tuple[date, date]], *, after: date, until: date) -> int:
    """Return how many days after one day, and up to another, a decision was contested; days named twice count once."""
    days: set[date] = set()
    for first, last in spans:
        day = max(first, after + timedelta(days=1))
        while day <= min(last, until):
            days.add(day)
            day += timedelta(days=1)
    return len(days)
