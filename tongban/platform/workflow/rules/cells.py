"""Cells of decision tables: values, comparisons, ranges, lists, and everything but them."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from tongban.platform.workflow.rules.expressions import ordered

Test = Callable[[Any], bool]

_RANGE = re.compile(r"^([\[\](])\s*(\S.*?)\s*\.\.\s*(\S.*?)\s*([\])\[])$")
_COMPARE = re.compile(r"^(<=|>=|<|>|!=|=)\s*(\S.*)$")
_DATE = re.compile(r"""^date\(\s*"(\d{4}-\d{2}-\d{2})"\s*\)$""")
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class BadCell(ValueError):
    """A cell cannot be read."""


@dataclass(frozen=True)
class Cell:
    """One input entry: its text, the test, and the values at which its answer changes."""

    text: str
    fits: Test
    edges: tuple[Any, ...] = ()


ANYTHING = Cell("-", lambda value: True)


def read_cell(text: str) -> Cell:
    """Compile one input entry. Raises BadCell."""
    text = text.strip()
    if text in {"", "-"}:
        return ANYTHING
    if text.startswith("not(") and text.endswith(")"):
        inner = read_cell(text[4:-1])
        return Cell(text, lambda value: not inner.fits(value), inner.edges)
    parts = [_part(part) for part in _split(text)]
    return Cell(
        text,
        lambda value: any(part.fits(value) for part in parts),
        tuple(edge for part in parts for edge in part.edges),
    )


def _part(text: str) -> Cell:
    if found := _RANGE.match(text):
        low, high = _literal(found[2]), _literal(found[3])
        above = operator.ge if found[1] == "[" else operator.gt
        below = operator.le if found[4] == "]" else operator.lt
        return Cell(text, lambda value: ordered(above, value, low) and ordered(below, value, high), (low, high))
    if found := _COMPARE.match(text):
        edge = _literal(found[2])
        if found[1] in _ORDER:
            compare = _ORDER[found[1]]
            return Cell(text, lambda value: ordered(compare, value, edge), (edge,))
        wanted = found[1] == "="
        return Cell(text, lambda value: _same(value, edge) is wanted, (edge,))
    edge = _literal(text)
    return Cell(text, lambda value: _same(value, edge), (edge,))


def _same(value: Any, edge: Any) -> bool:
    if isinstance(edge, date) and isinstance(value, str):
        return value == edge.isoformat()
    return isinstance(value, bool) == isinstance(edge, bool) and bool(value == edge)


def _literal(text: str) -> Any:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"' and '"' not in text[1:-1]:
        return text[1:-1]
    if text in {"true", "false", "null"}:
        return {"true": True, "false": False, "null": None}[text]
    if found := _DATE.match(text):
        # Answers carry dates as ISO text, which sorts as dates do.
        return date.fromisoformat(found[1]).isoformat()
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BadCell(text) from None
    if not value.is_finite():
        raise BadCell(text)
    return int(value) if value == value.to_integral_value() else value


def _split(text: str) -> list[str]:
    """Split at commas outside quotes."""
    parts, quoted, start = [], False, 0
    for index, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char == "," and not quoted:
            parts.append(text[start:index])
            start = index + 1
    if quoted:
        raise BadCell(text)
    return [part.strip() for part in [*parts, text[start:]]]


def samples(cells: list[Cell]) -> list[Any]:
    """Return values at, between and beyond everything a column names."""
    edges = {edge for cell in cells for edge in cell.edges}
    numbers = sorted(edge for edge in edges if isinstance(edge, int | Decimal) and not isinstance(edge, bool))
    if numbers:
        between = [(Decimal(low) + Decimal(high)) / 2 for low, high in pairwise(numbers)]
        return [numbers[0] - 1, *numbers, *between, numbers[-1] + 1]
    texts = sorted(edge for edge in edges if isinstance(edge, str))
    if texts:
        return texts
    if edges & {True, False}:
        return [True, False]
    return [None]
