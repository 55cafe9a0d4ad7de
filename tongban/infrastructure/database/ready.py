"""Questions that are asked with every request: put into SQL once, asked again and again with other values.

Django makes the SQL of a queryset anew each time, which takes many times as long as the database takes to answer a
look-up by key. A `Ready` question is an ordinary queryset with places in it; its SQL is made at the first asking.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from types import SimpleNamespace
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Field, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")
# Django changes a query while it makes its SQL, and the queries inside of it, which other questions may hold as well:
# the SQL of one question is made at a time, whichever threads ask.
_making = RLock()


class Place(Value):
    """Where a value goes. It stands in a filter as any expression does."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(name, output_field=field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Ready(Generic[Row]):
    """A question with places, asked with their values.

        SESSION = Ready(lambda: LoginSession.objects.filter(session_key=Place("key", CharField())))
        SESSION(key="…")   # what the queryset would list

    Places stand where a single value stands: not for lists, not where None would change the question.
    """

    def __init__(self, build: "Callable[[], QuerySet[Any, Row]]") -> None:
        self._build = build
        self._finished: dict[str, Finished] = {}

    def __call__(self, **values: Any) -> list[Row]:
        queryset = self._queryset
        connection = connections[queryset.db]
        if queryset.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        try:
            finished = self._finished.get(connection.vendor) or self._finish(connection.vendor, queryset)
        except EmptyResultSet:  # Django sees that nothing can be found, without asking
            return []
        asking = Asking(finished, connection, finished.params(values, connection))
        # Rows are read by Django's own readers, which are shown who asks instead of the work of making the question.
        query = SimpleNamespace(get_compiler=lambda using: asking, **finished.names)
        asked = SimpleNamespace(query=query, db=queryset.db, _known_related_objects={}, _fields=queryset._fields)
        return list(queryset._iterable_class(asked))

    def one(self, **values: Any) -> Row | None:
        """Return the first row, None where there is none."""
        found = self(**values)
        return found[0] if found else None

    @cached_property
    def _queryset(self) -> Any:
        return self._build()

    def _finish(self, vendor: str, queryset: Any) -> "Finished":
        with _making:
            # Of its own, so that nobody reads from it what stands there only for a moment.
            compiler = queryset.all().query.get_compiler(queryset.db)
            sql, places = compiler.as_sql()
        # PostgreSQL makes one plan for all values. Told how many rows are wanted, it would fetch and sort all that a
        # usual value has, which are few, and so the thousands of an unusual one; not told, it reads in order. SQLite
        # plans anew each time, and sorts no more than it is told.
        beginning, limited, limit = sql.rpartition(" LIMIT ")
        if vendor == "postgresql" and limit.isdigit():
            sql, places = f"{beginning}{limited}%s", (*places, int(limit))
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        finished = Finished(compiler, sql, tuple(places), compiler.get_converters(columns))
        self._finished[vendor] = finished
        return finished


@dataclass(frozen=True)
class Finished:
    """A question as one kind of database is asked it.

    places       what stands for its values in the SQL: a Place, or the value itself
    converters   column -> what makes of a value of the database one of the field, as Django keeps them
    """

    compiler: Any
    sql: str
    places: tuple[Any, ...]
    converters: dict[int, Any]

    @cached_property
    def names(self) -> dict[str, Any]:
        """Return the columns that were asked for by name, as Django's readers ask for them."""
        query = self.compiler.query
        return {
            name: getattr(query, name) for name in ("selected", "extra_select", "values_select", "annotation_select")
        }

    def params(self, values: dict[str, Any], connection: Any) -> list[Any]:
        return [
            place.output_field.get_db_prep_value(values[place.value], connection) if isinstance(place, Place) else place
            for place in self.places
        ]


class Asking:
    """What Django's readers take for a compiler: it asks a finished question."""

    def __init__(self, finished: Finished, connection: Any, params: list[Any]) -> None:
        self.connection, self._finished, self._params = connection, finished, params
        compiler = finished.compiler
        self.select, self.klass_info = compiler.select, compiler.klass_info
        self.annotation_col_map = compiler.annotation_col_map

    def execute_sql(self, **_how: Any) -> list[Any]:
        with self.connection.cursor() as cursor:
            cursor.execute(self._finished.sql, self._params)
            return list(cursor.fetchall())

    def results_iter(
        self, rows: list[Any] | None = None, *, tuple_expected: bool = False, **_how: Any
    ) -> Iterator[Any]:
        found = iter(self.execute_sql() if rows is None else rows)
        if self._finished.converters:
            found = SQLCompiler.apply_converters(cast(SQLCompiler, self), found, self._finished.converters)
            return map(tuple, found) if tuple_expected else found
        return found
