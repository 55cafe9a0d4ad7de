"""Figures of work orders by department and dated indicators. Source: GB/T 30428.4 (绩效评价)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.codes import services as codes
from tongban.platform.identity.models import Department
from tongban.platform.workorders.models import WorkOrder
from tongban.platform.workorders.rules import figures as rules

DATA = Path(__file__).resolve().parent.parent / "data" / "indicators.toml"
# A longer time is not counted at once.
MAX_DAYS = 400


class OrderIndicator(NamedTuple):
    """A rate that is looked at: part of whole. good: per cent from which each grade begins, best first."""

    key: str
    title: str
    part: str
    whole: str
    good: tuple[int, ...]
    fewer: bool
    source: str


@dataclass(frozen=True)
class OrderFigure:
    """What became of the orders of one department that were raised in some days.

    counts   raised, handled, in_time, late, closed, reworked, open
    rates    (indicator, per cent or None, grade 1–5 or None)
    """

    department: Department
    counts: Mapping[str, int]
    rates: tuple[tuple[OrderIndicator, float | None, int | None], ...]


def figures(*, actor: Actor, first: date, last: date) -> list[OrderFigure]:
    """Return the figures of the departments whose orders the actor sees, for orders raised in these days."""
    last = min(last, first + timedelta(days=MAX_DAYS))
    rows = WorkOrder.objects.visible_to(actor).raised_within(_begin(first), _begin(last + timedelta(days=1)))
    counted = rows.counted_by_department(at=clock.now())
    known = Department.objects.in_order().in_bulk(counted)
    asked = indicators(last)
    found = [
        OrderFigure(known[pk], counts, tuple(_rate(one, counts) for one in asked)) for pk, counts in counted.items()
    ]
    return sorted(found, key=lambda one: (one.department.order, one.department.key))


def indicators(on: date) -> list[OrderIndicator]:
    """Return the indicators in force on a day."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in _rows():
        found.setdefault(row["key"], []).append(row)
    asked = []
    for same in found.values():
        row = codes.in_force(same, on)
        fewer = row.get("fewer", False)
        asked.append(
            OrderIndicator(
                row["key"], row["title"], row["part"], row["whole"], tuple(row["grades"]), fewer, row["source"]
            )
        )
    return asked


def _rate(one: OrderIndicator, counts: Mapping[str, int]) -> tuple[OrderIndicator, float | None, int | None]:
    percent = rules.percent(counts[one.part], counts[one.whole])
    return one, percent, None if percent is None else rules.grade(percent, one.good, fewer=one.fewer)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(DATA.read_text(encoding="utf-8"))["indicator"])
