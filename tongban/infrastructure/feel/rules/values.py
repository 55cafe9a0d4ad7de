"""Values of FEEL and what can be done with them: every operation on what it is not made for gives null (None).

Source: DMN 1.5, chapter 10.3.2 (data types, equality, comparison) and table 54 and following (arithmetic).
"""

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

# IEEE 754 decimal128, as FEEL computes; nothing is raised, what has no value becomes null.
MATH = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
DEEPEST = 30


@dataclass(frozen=True, order=True, slots=True)
class Months:
    """A duration of years and months."""

    count: int


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends; an end that is None is open."""

    low: Any
    high: Any
    with_low: bool = True
    with_high: bool = True

    def holds(self, value: Any) -> bool | None:
        above = compare(">=" if self.with_low else ">", value, self.low)
        below = compare("<=" if self.with_high else "<", value, self.high)
        return both(above, below)


def taken(value: Any, depth: int = 0) -> Any:
    """Return a value from outside (JSON, dates of Python) as FEEL has it; what it does not know is null."""
    if value is None or type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if depth >= DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {str(key): taken(part, depth + 1) for key, part in value.items()}
    if isinstance(value, Sequence):
        return [taken(part, depth + 1) for part in value]
    return None


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: whole numbers stay whole, dates and durations become ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return value if value is None or isinstance(value, bool | str | int) else written(value)


def kind(value: Any) -> str:
    """Return the name of a value's type; only values of one type can be compared."""
    return _KINDS.get(type(value), "null")


_KINDS: dict[type, str] = {
    bool: "boolean",
    Decimal: "number",
    str: "string",
    datetime: "date and time",
    date: "date",
    time: "time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
}
_AS_THEY_ARE = frozenset({bool, str, datetime, date, time, timedelta, Months, Range})
_UNORDERED = {"boolean", "list", "context", "range", "null"}


def both(left: Any, right: Any) -> bool | None:
    """`and`: false as soon as one is false, null where anything else is no boolean."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: Any, right: Any) -> bool | None:
    """`or`: true as soon as one is true, null where anything else is no boolean."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def negated(value: Any) -> bool | None:
    return not value if isinstance(value, bool) else None


def equal(left: Any, right: Any) -> bool | None:
    """`=`: null equals null and nothing else; values of two types cannot be compared."""
    if left is None or right is None:
        return left is right
    if kind(left) != kind(right) or _aware(left) != _aware(right):
        return None
    if isinstance(left, list):
        return len(left) == len(right) and _all(equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict):
        return left.keys() == right.keys() and _all(equal(part, right[key]) for key, part in left.items())
    return bool(left == right)


def _all(found: Any) -> bool | None:
    result: bool | None = True
    for one in found:
        result = both(result, one)
    return result


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def compare(sign: str, left: Any, right: Any) -> bool | None:
    """Compare by =, !=, <, <=, > or >=; null where the two cannot be compared."""
    if sign == "=":
        return equal(left, right)
    if sign == "!=":
        return negated(equal(left, right))
    if kind(left) != kind(right) or kind(left) in _UNORDERED or _aware(left) != _aware(right):
        return None
    return bool(_ORDER[sign](left, right))


def among(value: Any, test: Any) -> bool | None:
    """`value in test`: within a range, in a list (or in a range of the list), or equal."""
    if isinstance(test, Range) and not isinstance(value, Range):
        return test.holds(value)
    if isinstance(test, list) and not isinstance(value, list):
        result: bool | None = False
        for part in test:
            result = either(result, among(value, part) is True)
        return result
    if isinstance(test, list):
        return either(equal(value, test), any(equal(value, part) is True for part in test))
    return equal(value, test)


def _aware(value: Any) -> bool:
    return isinstance(value, datetime | time) and value.tzinfo is not None


def calculate(sign: str, left: Any, right: Any) -> Any:
    """Compute + - * / **; null for types that have no such operation, and for what has no value."""
    act = _ARITHMETIC.get((sign, kind(left), kind(right)))
    if act is None or (_aware(left) != _aware(right) and kind(left) == kind(right)):
        return None
    try:
        result = act(left, right)
    except (OverflowError, ValueError, ZeroDivisionError):
        return None
    return result if not isinstance(result, Decimal) or result.is_finite() else None


def later(moment: Any, months: Months, sign: int = 1) -> Any:
    """Return a date so many months later or earlier: the same day, or the last of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + sign * months.count, 12)
    if not 1 <= year <= 9999:
        return None
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _moved(day: date, by: timedelta) -> date:
    return (datetime.combine(day, time(0)) + by).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)


def _clock(moment: time, by: timedelta) -> time:
    return (datetime.combine(date(2000, 1, 3), moment) + by).timetz()


def _apart(left: time, right: time) -> timedelta:
    return datetime.combine(date(2000, 1, 3), left) - datetime.combine(date(2000, 1, 3), right)


def _times(duration: timedelta, factor: Decimal) -> timedelta:
    return timedelta(microseconds=int(MATH.multiply(Decimal(duration // timedelta(microseconds=1)), factor)))


def _part(duration: timedelta, divisor: Decimal) -> timedelta | None:
    return _times(duration, MATH.divide(Decimal(1), divisor)) if divisor else None


def _power(left: Decimal, right: Decimal) -> Decimal | None:
    return MATH.power(left, right) if abs(right) < 1000 else None


_N, _S, _D, _DT, _T = "number", "string", "date", "date and time", "time"
_DAYS, _YEARS = "days and time duration", "years and months duration"
_ARITHMETIC: dict[tuple[str, str, str], Callable[[Any, Any], Any]] = {
    ("+", _N, _N): MATH.add,
    ("-", _N, _N): MATH.subtract,
    ("*", _N, _N): MATH.multiply,
    ("/", _N, _N): lambda a, b: MATH.divide(a, b) if b else None,
    ("**", _N, _N): _power,
    ("+", _S, _S): lambda a, b: a + b if len(a) + len(b) <= 10_000 else None,
    ("-", _D, _D): lambda a, b: a - b,
    ("-", _DT, _DT): lambda a, b: a - b,
    ("-", _T, _T): _apart,
    ("+", _D, _DAYS): _moved,
    ("+", _DAYS, _D): lambda a, b: _moved(b, a),
    ("-", _D, _DAYS): lambda a, b: _moved(a, -b),
    ("+", _DT, _DAYS): lambda a, b: a + b,
    ("+", _DAYS, _DT): lambda a, b: b + a,
    ("-", _DT, _DAYS): lambda a, b: a - b,
    ("-", _DT, _D): lambda a, b: a - _midnight(b) if _aware(a) else None,
    ("-", _D, _DT): lambda a, b: _midnight(a) - b if _aware(b) else None,
    ("+", _T, _DAYS): _clock,
    ("+", _DAYS, _T): lambda a, b: _clock(b, a),
    ("-", _T, _DAYS): lambda a, b: _clock(a, -b),
    **{("+", one, _YEARS): later for one in (_D, _DT)},
    **{("+", _YEARS, one): lambda a, b: later(b, a) for one in (_D, _DT)},
    **{("-", one, _YEARS): lambda a, b: later(a, b, -1) for one in (_D, _DT)},
    ("+", _DAYS, _DAYS): lambda a, b: a + b,
    ("-", _DAYS, _DAYS): lambda a, b: a - b,
    ("*", _DAYS, _N): _times,
    ("*", _N, _DAYS): lambda a, b: _times(b, a),
    ("/", _DAYS, _N): _part,
    ("/", _DAYS, _DAYS): lambda a, b: MATH.divide(_seconds(a), _seconds(b)) if b else None,
    ("+", _YEARS, _YEARS): lambda a, b: Months(a.count + b.count),
    ("-", _YEARS, _YEARS): lambda a, b: Months(a.count - b.count),
    ("*", _YEARS, _N): lambda a, b: Months(int(MATH.multiply(Decimal(a.count), b))),
    ("*", _N, _YEARS): lambda a, b: Months(int(MATH.multiply(a, Decimal(b.count)))),
    ("/", _YEARS, _N): lambda a, b: Months(int(MATH.divide(Decimal(a.count), b))) if b else None,
    ("/", _YEARS, _YEARS): lambda a, b: MATH.divide(Decimal(a.count), Decimal(b.count)) if b.count else None,
}


def _seconds(duration: timedelta) -> Decimal:
    return MATH.divide(Decimal(duration // timedelta(microseconds=1)), Decimal(1_000_000))


def written(value: Any) -> str:
    """Return a value as text, the way string() does."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, Months):
        return _years(value)
    if isinstance(value, list):
        return "[" + ", ".join(_quoted(part) for part in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_quoted(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Range):
        ends = "[" if value.with_low else "(", "]" if value.with_high else ")"
        return f"{ends[0]}{_quoted(value.low)}..{_quoted(value.high)}{ends[1]}"
    if value is None:
        return "null"
    return str(value.isoformat()).replace("+00:00", "Z")


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else written(value)


def _years(value: Months) -> str:
    years, months = divmod(abs(value.count), 12)
    parts = f"{years}Y" * bool(years) + f"{months}M" * bool(months)
    return ("-" if value.count < 0 else "") + "P" + (parts or "0M")


def _duration(value: timedelta) -> str:
    left = abs(value)
    hours, rest = divmod(left.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    second = written(Decimal(seconds) + Decimal(left.microseconds) / 1_000_000)
    clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes) + f"{second}S" * (second != "0")
    text = f"{left.days}D" * bool(left.days) + f"T{clock}" * bool(clock)
    return ("-" if value < timedelta(0) else "") + "P" + (text or "T0S")
