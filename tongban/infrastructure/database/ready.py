"""Questions that are asked with every request: put into SQL once, asked again and again with other values.

Django makes the SQL of a queryset anew each time, which takes many times as long as the database takes to answer a
look-up by key. A `Ready` question is an ordinary queryset with places in it; its SQL is made at the first asking.
"""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Field, QuerySet, Value
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")


class Place(Value):
    """Where a value goes. It stands in a filter as any expression does."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(name, output_field=field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Ready(Generic[Row]):
    """A question with places, asked with their values.

        SESSION = Ready(lambda: Visit.objects.filter(session_key=Place("key", CharField())))
        SESSION(key="…")   # what the queryset would list

    Places stand where a single value stands: not for lists, not where None would change the question.
    """

    def __init__(self, build: "Callable[[], QuerySet[Any, Row]]") -> None:
        self._build = build
        self._compiled: dict[str, tuple[Any, str, tuple[Any, ...]]] = {}

    def __call__(self, **values: Any) -> list[Row]:
        queryset = self._queryset
        connection = connections[queryset.db]
        if queryset.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        try:
            finished, sql, places = self._compiled.get(connection.vendor) or self._compile(connection.vendor)
        except EmptyResultSet:  # Django sees that nothing can be found, without asking
            return []
        params = tuple(
            place.output_field.get_db_prep_value(values[place.value], connection) if isinstance(place, Place) else place
            for place in places
        )
        # Rows are read by Django's own readers, which are shown the finished SQL instead of the work of making it.
        compiler, query = copy(finished), copy(queryset.query)
        compiler.connection, compiler.as_sql = connection, lambda *_words, **_names: (sql, params)
        query.get_compiler = lambda *_words, **_names: compiler  # type: ignore[method-assign]
        asked = SimpleNamespace(
            query=query, db=queryset.db, _hints={}, _known_related_objects={}, _fields=queryset._fields
        )
        return list(queryset._iterable_class(asked))

    def one(self, **values: Any) -> Row | None:
        """Return the first row, None where there is none."""
        found = self(**values)
        return found[0] if found else None

    @cached_property
    def _queryset(self) -> Any:
        return self._build()

    def _compile(self, vendor: str) -> tuple[Any, str, tuple[Any, ...]]:
        compiler = self._queryset.query.get_compiler(self._queryset.db)
        sql, places = compiler.as_sql()
        # PostgreSQL makes one plan for all values. Told how many rows are wanted, it would fetch and sort all that a
        # usual value has, which are few, and so the thousands of an unusual one; not told, it reads in order. SQLite
        # plans anew each time, and sorts no more than it is told.
        beginning, limited, limit = sql.rpartition(" LIMIT ")
        if vendor == "postgresql" and limit.isdigit():
            sql, places = f"{beginning}{limited}%s", (*places, int(limit))
        self._compiled[vendor] = compiler, sql, tuple(places)
        return self._compiled[vendor]
