"""What no rule of a table fits, and what several fit: found by trying values at and between everything it names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from tongban.infrastructure import feel
from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules import dmn
from tongban.platform.workflow.rules.dmn import DecisionTable, Input
from tongban.platform.workflow.rules.problems import problem

# Combinations of values tried when a table is checked.
MAX_SAMPLES = 50_000


@dataclass(frozen=True)
class TableGap:
    """Data that the table cannot answer: no rule fits, or the rules of these numbers all do."""

    data: Mapping[str, Any]
    rules: tuple[int, ...] = ()


def faults(table: DecisionTable, cases: Iterable[Mapping[str, Any]], today: date | None = None) -> Iterator[TableGap]:
    """Ask the table about each case; return those that it cannot answer."""
    for data in cases:
        try:
            dmn.decide(table, data, today)
        except dmn.NothingFits:
            yield TableGap(data)
        except dmn.SeveralFit as error:
            yield TableGap(data, tuple(error.rules))


def combinations(samples: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """All combinations of values; too many are not tried at all."""
    total = 1
    for values in samples.values():
        total *= len(values)
    for combination in product(*samples.values()) if total <= MAX_SAMPLES else ():
        yield dict(zip(samples, combination, strict=True))


def problems(table: DecisionTable) -> Iterator[Problem]:
    """Look at a table alone, without the form that feeds it: a gap may never be asked for, so it is a warning."""
    if not _plain(table):
        return
    samples = {column.formula.text: values(table, index, column) for index, column in enumerate(table.columns)}
    labels = {column.formula.text: column.label for column in table.columns}
    told: set[bool] = set()
    for fault in faults(table, combinations(samples)):
        gap = not fault.rules
        if gap in told:
            continue
        told.add(gap)
        shown = ", ".join(f"{labels[name]} = {_show(value)}" for name, value in fault.data.items())
        yield nothing_fits(table, shown) if gap else several_fit(table, fault.rules, shown)


def nothing_fits(table: DecisionTable, shown: str) -> Problem:
    return problem(
        table.id,
        gettext_noop("No rule matches %(values)s."),
        gettext_noop("Add a rule for it; with the hit policy FIRST a last rule of “-” catches the rest."),
        {"values": shown},
        severity="warning",
    )


def several_fit(table: DecisionTable, rules: Sequence[int], shown: str) -> Problem:
    return problem(
        table.id,
        gettext_noop("The rules %(rules)s all match %(values)s."),
        gettext_noop("Make them exclude each other, or choose the hit policy FIRST."),
        {"rules": ", ".join(map(str, rules)), "values": shown},
    )


def values(table: DecisionTable, index: int, column: Input) -> list[Any]:
    """Return values at, between and beyond everything a column names, as far as type and allowed values let them."""
    edges = [value for rule in table.rules for value in rule.cells[index].constants()]
    if column.allowed:
        edges += column.allowed.constants()
    found = around(edges, whole=column.type == "integer")
    if column.allowed:
        found = [value for value in found if column.allowed.holds(value) is True]
    return found or [None]


def around(edges: Sequence[Any], *, whole: bool = False) -> list[Any]:
    """Return values at, between and beyond edges of one kind; texts only themselves, booleans both."""
    numbers = sorted({edge for edge in edges if isinstance(edge, Decimal)})
    if numbers:
        between = [(low + high) / 2 for low, high in pairwise(numbers)]
        if whole:
            beside = [edge + step for edge in numbers for step in (-1, 1)]
            return sorted({Decimal(int(value)) for value in [*numbers, *beside, *between]})
        return [numbers[0] - 1, *numbers, *between, numbers[-1] + 1]
    days = sorted({edge for edge in edges if feel.kind(edge) == "date"})
    if days:
        return sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)})
    texts = sorted({edge for edge in edges if isinstance(edge, str)})
    return list(texts) or ([True, False] if any(isinstance(edge, bool) for edge in edges) else [None])


def _plain(table: DecisionTable) -> bool:
    """Whether every column asks for one name of its own, so that values can be put in for it."""
    names = [column.formula.names() for column in table.columns]
    texts = {column.formula.text for column in table.columns}
    return (
        not table.needs
        and len(texts) == len(names)
        and all(name == {column.formula.text} for name, column in zip(names, table.columns, strict=True))
        and not any(cell.names() for rule in table.rules for cell in rule.cells)
    )


def _show(value: Any) -> str:
    return f"“{value}”" if isinstance(value, str) else feel.written(value)
