"""A filter and an order, as the database asks them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, FloatField, IntegerField, Q, QuerySet, TextField, Value
from django.db.models import functions as sql
from django.db.models.expressions import CombinedExpression
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual

from tongban.infrastructure.kernel import clock
from tongban.platform.sensing.rules.odata import FilterCall, FilterName, ListOrder, UnreadableQuery
from tongban.platform.sensing.sensorthings.entities import JSON_COLUMNS, KINDS, SETS, EntitySet

LOOKUPS = {"eq": Exact, "gt": GreaterThan, "ge": GreaterThanOrEqual, "lt": LessThan, "le": LessThanOrEqual}
SUFFIXES = {"eq": "", "gt": "__gt", "ge": "__gte", "lt": "__lt", "le": "__lte"}
TURNED = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
SUMS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%%"}
TEXTS: Mapping[str, Callable[..., Any]] = {
    "tolower": sql.Lower,
    "toupper": sql.Upper,
    "trim": sql.Trim,
    "length": sql.Length,
    "concat": sql.Concat,
    "indexof": lambda text, part: CombinedExpression(sql.StrIndex(text, part), "-", Value(1)),
    "substring": lambda text, start, *length: sql.Substr(text, CombinedExpression(start, "+", Value(1)), *length),
    "round": sql.Round,
    "floor": sql.Floor,
    "ceiling": sql.Ceil,
    "year": sql.ExtractYear,
    "month": sql.ExtractMonth,
    "day": sql.ExtractDay,
    "hour": sql.ExtractHour,
    "minute": sql.ExtractMinute,
    "second": sql.ExtractSecond,
    "date": sql.TruncDate,
}


def filtered(entities: EntitySet, rows: QuerySet[Any], asked: Any) -> QuerySet[Any]:
    """Return the rows that a filter lets through. Raises UnreadableQuery."""
    if asked is None:
        return rows
    condition = _condition(entities, asked)
    if not _crosses_many(entities, asked):
        return rows.filter(condition)
    return rows.filter(pk__in=rows.filter(condition).order_by().values("pk"))


def ordered(entities: EntitySet, rows: QuerySet[Any], asked: tuple[ListOrder, ...]) -> tuple[QuerySet[Any], list[str]]:
    """Return the rows with what they are ordered by, and the columns of the order. Raises UnreadableQuery."""
    columns: list[str] = []
    for number, order in enumerate(asked):
        column, is_json, many = _column(entities, order.path)
        if is_json or many:
            raise UnreadableQuery(f"$orderby: {'/'.join(order.path)} cannot be ordered by")
        if "__" in column:  # selected under a name of its own, so that pages can go on after it
            rows, column = rows.annotate(**{f"order_{number}": F(column)}), f"order_{number}"
        columns.append(f"-{column}" if order.descending else column)
    return rows, columns


def _condition(entities: EntitySet, asked: Any) -> Any:
    if not isinstance(asked, FilterCall):
        raise UnreadableQuery("$filter: a comparison is expected")
    name, given = asked
    if name == "and":
        return Q(_condition(entities, given[0])) & Q(_condition(entities, given[1]))
    if name == "or":
        return Q(_condition(entities, given[0])) | Q(_condition(entities, given[1]))
    if name == "not":
        return ~Q(_condition(entities, given[0]))
    if name in LOOKUPS or name == "ne":
        return _comparison(entities, name, *given)
    if name in ("substringof", "startswith", "endswith", "contains"):
        return _text_condition(entities, name, given)
    raise UnreadableQuery(f"$filter: unknown function {name}")


def _comparison(entities: EntitySet, name: str, left: Any, right: Any) -> Any:
    if not isinstance(left, FilterName | FilterCall) and isinstance(right, FilterName | FilterCall):
        left, right, name = right, left, TURNED[name]
    if name == "ne":
        return ~Q(_comparison(entities, "eq", left, right))
    if isinstance(left, FilterName) and not isinstance(right, FilterName | FilterCall):
        column, is_json, _many = _column(entities, left.path)
        if right is None:
            return Q(**{f"{column}__isnull": True})
        if column.endswith("kind") and left.path[-1] == "observationType":
            right = next((kind for kind, address in KINDS.items() if address == right), right)
        if left.path[-1] == "result" and isinstance(right, str | bool):
            column, is_json = column.removesuffix("value") + "data", True
        if is_json:
            return Q(**{f"{column}{SUFFIXES[name]}": right})
    if right is None:
        return IsNull(_value(entities, left), True)
    return LOOKUPS[name](_value(entities, left), _value(entities, right))


def _text_condition(entities: EntitySet, name: str, given: tuple[Any, ...]) -> Any:
    if len(given) != 2:
        raise UnreadableQuery(f"$filter: {name} takes two texts")
    part, whole = given if name == "substringof" else given[::-1]
    at = sql.StrIndex(_text(entities, whole), _text(entities, part))
    if name in ("substringof", "contains"):
        return GreaterThan(at, Value(0))
    if name == "startswith":
        return Exact(at, Value(1))
    length = sql.Length(_text(entities, part))
    return Exact(sql.Right(_text(entities, whole), length), _text(entities, part))


def _text(entities: EntitySet, asked: Any) -> Any:
    return sql.Cast(_value(entities, asked), TextField())


def _value(entities: EntitySet, asked: Any) -> Any:
    """Return what stands on one side of a comparison."""
    if isinstance(asked, FilterName):
        return F(_column(entities, asked.path)[0])
    if not isinstance(asked, FilterCall):
        return _literal(asked)
    name, given = asked
    if name in SUMS and len(given) == 2:
        left, right = (sql.Cast(_value(entities, one), FloatField()) for one in given)
        if name == "mod":
            return sql.Mod(left, right)
        return CombinedExpression(left, SUMS[name], right, output_field=FloatField())
    if name == "now" and not given:
        return Value(clock.now())
    if name in TEXTS and given:
        return TEXTS[name](*(_value(entities, one) for one in given))
    raise UnreadableQuery(f"$filter: unknown function {name}")


def _literal(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, datetime):
        return Value(value)
    if isinstance(value, int):
        return Value(value, output_field=IntegerField() if abs(value) < 2**31 else FloatField())
    return Value(value, output_field=CharField() if isinstance(value, str) else FloatField())


def _column(entities: EntitySet, path: tuple[str, ...]) -> tuple[str, bool, bool]:
    """Return a property's column, whether it is within JSON, and whether the way there leads to several.

    Raises UnreadableQuery.
    """
    prefix, many, names = "", False, list(path)
    while names and names[0] in entities.related:
        way = entities.related[names.pop(0)]
        prefix, many, entities = f"{prefix}{way.path}__", many or way.many, SETS[way.target]
    if names in (["id"], ["@iot.id"]):
        return f"{prefix}pk", False, many
    for length in (2, 1):
        if (column := entities.columns.get("/".join(names[:length]))) and len(names) >= length:
            rest = names[length:]
            is_json = column in JSON_COLUMNS
            if rest and not is_json:
                break
            return "__".join([f"{prefix}{column}", *rest]), is_json, many
    raise UnreadableQuery(f"no such property: {'/'.join(path)}")


def _crosses_many(entities: EntitySet, asked: Any) -> bool:
    if isinstance(asked, FilterName):
        return _column(entities, asked.path)[2]
    return isinstance(asked, FilterCall) and any(_crosses_many(entities, one) for one in asked.given)
