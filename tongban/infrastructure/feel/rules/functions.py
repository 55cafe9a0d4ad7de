"""The built-in functions that are carried. What an argument is not made for gives null.

Source: DMN 1.5, chapter 10.3.4; `is defined` (see nodes) is no function of the standard, but of its users.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import lru_cache
from typing import Any

import jsonschema_rs

from tongban.infrastructure.feel.rules import moments
from tongban.infrastructure.feel.rules.values import MATH, Months, both, either, equal, kind, negated, written

MAX_PATTERN, MAX_TEXT = 200, 10_000
MAX_PLACES, FINEST = 30, 6177
LEFT_OUT = object()


@dataclass(frozen=True, slots=True)
class Function:
    """A function: least and most arguments (None: any number), their types where they are fixed, what it does."""

    name: str
    least: int
    most: int | None
    types: tuple[str, ...]
    act: Callable[..., Any]

    def call(self, arguments: list[Any]) -> Any:
        types = [*self.types, *["any"] * len(arguments)]
        given = [_singleton(value, wanted) for value, wanted in zip(arguments, types, strict=False)]
        for value, wanted in zip(given, types, strict=False):
            if wanted != "any" and kind(value) not in wanted.split("|"):
                return None
        try:
            return self.act(*given)
        except (TypeError, ValueError, ArithmeticError):
            return None


def _singleton(value: Any, wanted: str) -> Any:
    """A list of one stands for its member, and a value for the list of it (DMN 1.5, 10.3.2.9.4)."""
    if wanted == "list" and value is not None and not isinstance(value, list):
        return [value]
    if isinstance(value, list) and len(value) == 1 and wanted not in {"list", "any"}:
        return value[0]
    return value


FUNCTIONS: dict[str, Function] = {}
Act = Callable[..., Any]


def _carried(name: str, *types: str, most: int | None = -1, least: int | None = None) -> Callable[[Act], Act]:
    def register(act: Act) -> Act:
        fewest = len(types) if least is None else least
        FUNCTIONS[name] = Function(name, fewest, len(types) if most == -1 else most, types, act)
        return act

    return register


# Lists and numbers: min(1, 2) and min([1, 2]) are the same.
def _members(arguments: tuple[Any, ...]) -> list[Any]:
    return arguments[0] if len(arguments) == 1 and isinstance(arguments[0], list) else list(arguments)


def _numbers(arguments: tuple[Any, ...]) -> list[Decimal] | None:
    members = _members(arguments)
    return members if members and all(kind(one) == "number" for one in members) else None


@_carried("min", least=1, most=None)
def _min(*arguments: Any) -> Any:
    return _furthest(arguments, min)


@_carried("max", least=1, most=None)
def _max(*arguments: Any) -> Any:
    return _furthest(arguments, max)


def _furthest(arguments: tuple[Any, ...], choose: Callable[[list[Any]], Any]) -> Any:
    members = _members(arguments)
    kinds = {kind(one) for one in members}
    if len(kinds) != 1 or kinds & {"null", "boolean", "list", "context", "range"}:
        return None
    try:
        return choose(members)
    except TypeError:
        return None


@_carried("sum", least=1, most=None)
def _sum(*arguments: Any) -> Any:
    numbers = _numbers(arguments)
    if numbers is None:
        return None
    total = Decimal(0)
    for one in numbers:
        total = MATH.add(total, one)
    return total


@_carried("mean", least=1, most=None)
def _mean(*arguments: Any) -> Any:
    total = _sum(*arguments)
    return None if total is None else MATH.divide(total, Decimal(len(_members(arguments))))


@_carried("count", "list")
def _count(members: list[Any]) -> Any:
    return Decimal(len(members))


@_carried("all", least=1, most=None)
def _all(*arguments: Any) -> Any:
    result: bool | None = True
    for one in _members(arguments):
        result = both(result, one)
    return result


@_carried("any", least=1, most=None)
def _any(*arguments: Any) -> Any:
    result: bool | None = False
    for one in _members(arguments):
        result = either(result, one)
    return result


@_carried("list contains", "list", "any")
def _list_contains(members: list[Any], wanted: Any) -> Any:
    return any(equal(one, wanted) is True for one in members)


@_carried("index of", "list", "any")
def _index_of(members: list[Any], wanted: Any) -> Any:
    return [Decimal(at) for at, one in enumerate(members, start=1) if equal(one, wanted) is True]


@_carried("append", "list", most=None)
def _append(members: list[Any], *more: Any) -> Any:
    return [*members, *more]


@_carried("concatenate", "list", most=None)
def _concatenate(*lists: Any) -> Any:
    return [one for part in lists for one in part] if all(isinstance(part, list) for part in lists) else None


@_carried("distinct values", "list")
def _distinct(members: list[Any]) -> Any:
    found: list[Any] = []
    for one in members:
        if not any(equal(one, other) is True for other in found):
            found.append(one)
    return found


@_carried("get value", "context", "string")
def _get_value(context: dict[str, Any], key: str) -> Any:
    return context.get(key)


# Numbers.
@_carried("abs", "number|days and time duration|years and months duration")
def _abs(value: Any) -> Any:
    return Months(abs(value.count)) if isinstance(value, Months) else abs(value)


@_carried("modulo", "number", "number")
def _modulo(value: Decimal, divisor: Decimal) -> Any:
    if not divisor:
        return None
    whole = MATH.divide(value, divisor).to_integral_value(ROUND_FLOOR)
    return MATH.subtract(value, MATH.multiply(divisor, whole))


def _rounding(name: str, how: str, least: int = 1) -> None:
    def act(value: Decimal, places: Decimal = Decimal(0)) -> Any:
        if kind(places) != "number" or not -MAX_PLACES < places < FINEST:
            return None
        digits = int(places)
        if digits >= -int(value.as_tuple().exponent):
            return value
        return value.quantize(Decimal(1).scaleb(-digits), rounding=how, context=MATH)

    FUNCTIONS[name] = Function(name, least, 2, ("number",), lambda *parts: _finite(act(*parts)))


def _finite(value: Any) -> Any:
    return value if value is None or value.is_finite() else None


_rounding("floor", ROUND_FLOOR)
_rounding("ceiling", ROUND_CEILING)
for _name, _how in (
    ("decimal", ROUND_HALF_EVEN),
    ("round up", ROUND_UP),
    ("round down", ROUND_DOWN),
    ("round half up", ROUND_HALF_UP),
    ("round half down", ROUND_HALF_DOWN),
):
    _rounding(_name, _how, 2)


@_carried("number", "string")
def _number(text: str) -> Any:
    bare = text.removeprefix("-")
    digits = bare.replace(".", "", 1)
    return Decimal(text) if digits.isascii() and digits.isdigit() and bare[-1:] != "." and len(text) <= 40 else None


# Texts.
@_carried("string", "any")
def _string(value: Any) -> Any:
    return None if value is None else written(value)


@_carried("string length", "string")
def _length(text: str) -> Any:
    return Decimal(len(text))


@_carried("substring", "string", "number", most=3)
def _substring(text: str, start: Decimal, length: Any = None) -> Any:
    at = int(start)
    if at == 0 or at != start or abs(at) > len(text):
        return None
    at = at - 1 if at > 0 else len(text) + at
    if length is None:
        return text[at:]
    return text[at : at + int(length)] if kind(length) == "number" and length >= 1 else None


@_carried("substring before", "string", "string")
def _before(text: str, match: str) -> Any:
    return text.partition(match)[0] if match and match in text else ""


@_carried("substring after", "string", "string")
def _after(text: str, match: str) -> Any:
    return text.partition(match)[2] if match else text


@_carried("contains", "string", "string")
def _contains(text: str, match: str) -> Any:
    return match in text


@_carried("starts with", "string", "string")
def _starts(text: str, match: str) -> Any:
    return text.startswith(match)


@_carried("ends with", "string", "string")
def _ends(text: str, match: str) -> Any:
    return text.endswith(match)


@_carried("upper case", "string")
def _upper(text: str) -> Any:
    return text.upper()


@_carried("lower case", "string")
def _lower(text: str) -> Any:
    return text.lower()


@_carried("string join", "list", most=2)
def _join(members: list[Any], between: Any = "") -> Any:
    texts = [one for one in members if one is not None]
    if not all(isinstance(one, str) for one in texts) or sum(map(len, texts)) > MAX_TEXT:
        return None
    return ("" if between is None else str(between)).join(texts)


@_carried("matches", "string", "string", most=3)
def _matches(text: str, pattern: str, flags: Any = "") -> Any:
    search = pattern_of(pattern, flags or "")
    return None if search is None or len(text) > MAX_TEXT else bool(search.is_valid(text))


@lru_cache(maxsize=500)
def pattern_of(pattern: str, flags: str = "") -> Any:
    """Compile a pattern for the engine of linear time that checks the forms too; None where it is not one."""
    if len(pattern) > MAX_PATTERN or set(flags) - set("imsx"):
        return None
    text = f"(?{flags}){pattern}" if flags else pattern
    try:
        return jsonschema_rs.validator_for({"pattern": text}, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, ValueError):
        return None


# Dates, times, durations.
@_carried("date", "string|date|date and time|number", most=3)
def _date(value: Any, *rest: Any) -> Any:
    if rest or kind(value) == "number":
        parts = _whole(value, *rest)
        return moments.made(date, *parts) if parts and len(parts) == 3 else None
    if isinstance(value, datetime):
        return value.date()
    return moments.day(value) if isinstance(value, str) else value


@_carried("time", "string|time|date|date and time|number", most=3)
def _time(value: Any, *rest: Any) -> Any:
    if rest or kind(value) == "number":
        parts = _whole(value, *rest)
        return moments.made(time, *parts) if parts and len(parts) == 3 else None
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, date):
        return time(0, tzinfo=UTC)
    return moments.clock(value) if isinstance(value, str) else value


@_carried("date and time", "string|date|date and time", most=2)
def _moment(value: Any, at: Any = LEFT_OUT) -> Any:
    if at is not LEFT_OUT:
        day = value.date() if isinstance(value, datetime) else value
        return datetime.combine(day, at) if isinstance(day, date) and isinstance(at, time) else None
    if isinstance(value, datetime):
        return value
    return moments.moment(value) if isinstance(value, str) else datetime.combine(value, time(0))


@_carried("duration", "string")
def _duration(text: str) -> Any:
    return moments.duration(text)


@_carried("years and months duration", "date|date and time", "date|date and time")
def _years(first: date, last: date) -> Any:
    return moments.months_between(first, last)


def _whole(*parts: Any) -> list[int] | None:
    whole = all(kind(one) == "number" and one == int(one) and abs(one) < 10_000 for one in parts)
    return [int(one) for one in parts] if whole else None


FUNCTIONS["not"] = Function("not", 1, 1, (), negated)
# A constant that one of these cannot read is a slip of the pen, and refused when it is read.
READERS = ("date", "time", "date and time", "duration", "number")
