"""Thousands of rows, cheaply: copies of one that is there, with what must be unique made anew."""

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tongban.platform.identity.models import Department

Change = Any  # a value, or a function of the copy's number

OTHERS = ("health", "fire-rescue")


def copies(row: Any, times: int, /, **changes: Change) -> list[Any]:
    """Write so many more rows like this one, which may be one that was never written; return them."""
    model = type(row)
    alone = {rule.fields[0] for rule in row._meta.total_unique_constraints if len(rule.fields) == 1}
    given: dict[str, Change] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        unique = (field.unique or field.name in alone) and not field.is_relation and value is not None
        if not field.primary_key:
            given[field.attname] = _anew(field) if unique else value
    given |= changes
    made = [
        model(**{name: value(number) if callable(value) else value for name, value in given.items()})
        for number in range(times)
    ]
    written: list[Any] = model.objects.bulk_create(made, batch_size=500)
    return written


def _anew(field: Any) -> Callable[[int], Any]:
    if field.get_internal_type() == "UUIDField":
        return lambda _number: uuid.uuid4()
    if field.get_internal_type() == "PositiveBigIntegerField":
        last = field.model.objects.order_by(f"-{field.name}").values_list(field.name, flat=True).first() or 0
        return lambda number: last + 1 + number
    return lambda _number: token(min(field.max_length, 32))


def token(length: int = 32) -> str:
    """Return a word that nothing else is called."""
    return uuid.uuid4().hex[:length]


def spread_over(first: int, *, every: int = 1, others: Sequence[str] = OTHERS) -> Callable[[int], int]:
    """Return whose each copy is: by turns, `every` copies a turn, a department's and one's of some others.

    A database that knows two departments only takes the index of all rows for either, which nobody does to a city.
    """
    keys = dict(Department.objects.filter(key__in=others).values_list("key", "pk"))
    turns = [pk for other in others for pk in (first, keys[other])]
    return lambda number: turns[number // every % len(turns)]


def earlier(moment: date) -> Callable[[int], Any]:
    """Return the moment, or the day, of each copy: one after another, backwards."""
    if isinstance(moment, datetime):
        return lambda number: moment - timedelta(minutes=7 * number)
    return lambda number: moment - timedelta(days=number % 900)
