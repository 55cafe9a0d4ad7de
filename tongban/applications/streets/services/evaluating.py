"""Evaluation 综合评价 of areas, departments and posts, from the cases themselves."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from tongban.applications.streets.models import StreetCase
from tongban.applications.streets.rules import evaluating
from tongban.applications.streets.services import reporting
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.codes import services as codes
from tongban.platform.identity.models import Account, Department

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "indicators.toml"


class Evaluated(NamedTuple):
    """A line of the sheet. rates: (name, per cent or None); colour and word of its grade."""

    name: str
    counts: evaluating.StreetCounts
    rates: list[tuple[str, str]]
    points: str
    colour: str
    word: str


def indicators(subject: str, on: date) -> evaluating.IndicatorSet:
    """Return the indicators in force on a day for areas, departments or posts."""
    sets = _sets(settings.STREETS_INDICATORS_FILE or SHIPPED)
    return codes.in_force([one for one in sets if one.subject == subject], on)


def evaluate(*, actor: Actor, subject: str, first: date, last: date) -> list[Evaluated]:
    """Return the sheet of a period: by "area", "department" or "post", the best first."""
    by = indicators(subject, last)
    rows = StreetCase.objects.visible_to(actor.holding("streets.supervise")).counted(
        first=first, last=last, by=subject, at=clock.now()
    )
    names = _names(subject, [row["group"] for row in rows])
    found = []
    for row in rows:
        counts = evaluating.StreetCounts(**{name: value for name, value in row.items() if name != "group"})
        result = evaluating.evaluate(counts, by)
        shown = {one.key: worded(one.name, one.english) for one in by.indicators}
        rates = [(shown[key], "—" if rate is None else f"{rate}%") for key, rate in result.rates.items()]
        points = "—" if result.points is None else str(result.points)
        line = Evaluated(
            names.get(row["group"], str(row["group"])),
            counts,
            rates,
            points,
            result.colour,
            worded(result.word, result.english),
        )
        found.append((-(result.points if result.points is not None else -1), line.name, line))
    return [line for _points, _name, line in sorted(found, key=lambda one: one[:2])]


def _names(subject: str, groups: list[object]) -> dict[object, str]:
    if subject == "area":
        return {code: reporting.area_name(str(code)) or "—" for code in groups}
    if subject == "department":
        return {row.key: row.title for row in Department.objects.with_keys(str(key) for key in groups)}
    names = Account.objects.names_of([int(str(pk)) for pk in groups])
    return {pk: name for pk, name in names.items()}  # noqa: C416 (keys of any kind)


@cache
def _sets(file: Path | str) -> tuple[evaluating.IndicatorSet, ...]:
    return evaluating.read(tomllib.loads(Path(file).read_text()))
