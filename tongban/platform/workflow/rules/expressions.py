"""Conditions and formulas in processes and tables: a small language that can look at answers and nothing else.

Written as in Python or FEEL: `review == "pass" and area_m2 > 200`, `kind in ["a", "b"]`, `not paid`, `people * 2`.
There are no calls, no subscripts and no attributes but the keys of answers; a missing answer is null, and comparing
with null or with another type is false instead of a fault.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

LONGEST = 500

Evaluate = Callable[[Mapping[str, Any]], Any]

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_WORDS = {"true": True, "false": False, "null": None}


class Unreadable(ValueError):
    """The text is not an expression of this language."""


@dataclass(frozen=True)
class Expression:
    """A compiled expression.

    names      what it asks for, e.g. {"review", "area_m2"}
    literals   (name, text) pairs that it compares: lets a check find outcomes that can never come
    """

    text: str
    names: frozenset[str]
    literals: frozenset[tuple[str, str]]
    evaluate: Evaluate


def read(text: str) -> Expression:
    """Compile an expression. Raises Unreadable."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        raise Unreadable(text[:80])
    try:
        tree = ast.parse(text, mode="eval").body
        evaluate = _compile(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(text[:80]) from error
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in _WORDS}
    return Expression(text, frozenset(names), frozenset(_literals(tree)), evaluate)


def plain(value: Any) -> Any:
    """Return a result as JSON knows it: whole numbers stay whole."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def number(value: Any) -> Any:
    """Return a number as int or Decimal (money must not lose a fen), anything else as it is."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def ordered(compare: Callable[[Any, Any], Any], left: Any, right: Any) -> bool:
    """Compare two numbers, two texts or two dates; anything else is not in order, so the answer is no."""
    for kind in (int | Decimal, str, datetime, date):
        if isinstance(left, kind) and isinstance(right, kind) and not (_is_bool(left) or _is_bool(right)):
            return bool(compare(left, right))
    return False


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _compile(node: ast.AST) -> Evaluate:
    maker = _MAKERS.get(type(node))
    if maker is None:
        raise Unreadable(type(node).__name__)
    return maker(node)


def _constant(node: Any) -> Evaluate:
    if not isinstance(node.value, str | int | float | bool | None):
        raise Unreadable(repr(node.value)[:80])
    value = number(node.value)
    return lambda data: value


def _name(node: Any) -> Evaluate:
    if node.id in _WORDS:
        word = _WORDS[node.id]
        return lambda data: word
    return lambda data, key=node.id: number(data.get(key))  # type: ignore[misc]


def _attribute(node: Any) -> Evaluate:
    whole, key = _compile(node.value), node.attr

    def get(data: Mapping[str, Any]) -> Any:
        value = whole(data)
        return number(value.get(key)) if isinstance(value, Mapping) else None

    return get


def _list(node: Any) -> Evaluate:
    items = [_compile(item) for item in node.elts]
    return lambda data: [item(data) for item in items]


def _bool_op(node: Any) -> Evaluate:
    parts = [_compile(part) for part in node.values]
    if isinstance(node.op, ast.And):
        return lambda data: all(part(data) for part in parts)
    return lambda data: any(part(data) for part in parts)


def _unary(node: Any) -> Evaluate:
    part = _compile(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda data: not part(data)
    if isinstance(node.op, ast.USub):
        return lambda data: _calculate(operator.sub, 0, part(data))
    raise Unreadable(type(node.op).__name__)


def _binary(node: Any) -> Evaluate:
    act = _ARITHMETIC.get(type(node.op))
    if act is None:
        raise Unreadable(type(node.op).__name__)
    left, right = _compile(node.left), _compile(node.right)
    return lambda data: _calculate(act, left(data), right(data))


def _calculate(act: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    for value in (left, right):
        if not isinstance(value, int | Decimal) or _is_bool(value):
            return None
    return act(left, right)


def _compare(node: Any) -> Evaluate:
    if len(node.ops) != 1:
        raise Unreadable("a < b < c")
    kind = type(node.ops[0])
    left, right = _compile(node.left), _compile(node.comparators[0])
    if kind is ast.Eq:
        return lambda data: left(data) == right(data)
    if kind is ast.NotEq:
        return lambda data: left(data) != right(data)
    if kind in (ast.In, ast.NotIn):
        wanted = kind is ast.In
        return lambda data: _among(left(data), right(data)) is wanted
    compare = _COMPARISONS.get(kind)
    if compare is None:
        raise Unreadable(kind.__name__)
    return lambda data: ordered(compare, left(data), right(data))


def _among(value: Any, values: Any) -> bool:
    return isinstance(values, list | tuple) and value in values


_MAKERS: dict[type[ast.AST], Callable[[Any], Evaluate]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.List: _list,
    ast.Tuple: _list,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _compare,
}


def _literals(tree: ast.AST) -> set[tuple[str, str]]:
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Name):
            continue
        right = node.comparators[0]
        for item in getattr(right, "elts", [right]):
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                found.add((node.left.id, item.value))
    return found
