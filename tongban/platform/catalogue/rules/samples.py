"""Answers worth trying when a decision table is checked against the form that feeds it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

# Combinations tried of one table; with more the check says that it cannot look at all of them.
MAX_COMBINATIONS = 50_000
# A text that no table names.
OTHER = "其他内容"
ELDEST = 130
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def combinations(samples: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """All ways of answering; what is None is left unanswered."""
    for values in product(*samples.values()):
        yield {name: value for name, value in zip(samples, values, strict=True) if value is not None}


def count(samples: Mapping[str, Sequence[Any]]) -> int:
    total = 1
    for values in samples.values():
        total *= len(values)
    return total


def answers(question: Mapping[str, Any], edges: Sequence[Any]) -> list[Any]:
    """Return answers to one question, as JSON; the form says afterwards which of them it takes.

    question   its JSON Schema
    edges      values at which the table's answer may change
    """
    options = [*question.get("enum", ()), *([question["const"]] if "const" in question else [])]
    kind = question.get("type")
    if options:
        found = options
    elif kind == "boolean":
        found = [True, False]
    elif kind in {"number", "integer"}:
        found = _numbers([*edges, *(question[bound] for bound in _BOUNDS if bound in question)], kind == "integer")
    elif question.get("format") == "date":
        found = [day.isoformat() for day in _days(edges)]
    elif kind == "string":
        found = [*_texts(edges), OTHER.ljust(min(int(question.get("minLength", 0)), 200), "字")]
    elif kind == "array":
        one = question.get("items", {})
        chosen = list(one.get("enum", ())) if isinstance(one, Mapping) else []
        found = [*([option] for option in chosen), *([chosen] if chosen else [])]
    else:
        found = []
    return [None, *found]


def birthdays(ages: Iterable[Any], today: date) -> list[str]:
    """Return birth dates of people who turn these ages today or tomorrow, of the newborn and of the eldest."""
    years = {0, ELDEST} | {int(age) + step for age in ages if _is_number(age) for step in (-1, 0, 1)}
    found: set[date] = set()
    for age in years:
        if 0 <= age <= ELDEST:
            # Who was born on 29 February turns older on 1 March of other years.
            born = date(today.year - age, today.month, min(today.day, 28))
            found |= {born, born + timedelta(days=1 if age else 0)}
    return [None, *(day.isoformat() for day in sorted(found))]  # type: ignore[list-item]


def _numbers(edges: Sequence[Any], whole: bool) -> list[Any]:
    numbers = sorted({Decimal(str(edge)) for edge in edges if _is_number(edge)})
    if not numbers:
        return [1]
    found = {*numbers, numbers[0] - 1, numbers[-1] + 1, *((low + high) / 2 for low, high in pairwise(numbers))}
    if whole:
        found = {Decimal(int(number)) for number in found} | {edge + step for edge in numbers for step in (-1, 1)}
    return [int(number) if number == int(number) else float(number) for number in sorted(found)]


def _days(edges: Sequence[Any]) -> list[date]:
    days = {edge for edge in edges if type(edge) is date}
    return sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)}) or [date(2000, 1, 1)]


def _texts(edges: Sequence[Any]) -> list[str]:
    return list(dict.fromkeys(edge for edge in edges if isinstance(edge, str)))


def _is_number(edge: Any) -> bool:
    return isinstance(edge, int | float | Decimal) and not isinstance(edge, bool)
