"""Queries of every request: put into SQL once, sent again and again with other values.

Django makes the SQL of a queryset anew each time, which takes many times as long as the database takes to answer a
look-up by key. A `PreparedQuery` is an ordinary queryset with parameters in it; its SQL is made at the first call.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Field, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.subqueries import UpdateQuery
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")
# Django changes a query while it makes its SQL, and the queries inside of it, which other queries may hold as well:
# the SQL of one query is made at a time, whichever threads ask.
_making = RLock()
# Says so to whoever reads the statement, the law of plans among them.
PLANNED_ANEW = "/* planned anew */"
# Asked of the row that is changed, and so only where there is one; it holds until the statement's own commit.
_UNHURRIED = " AND set_config('synchronous_commit', 'off', true) = 'off'"


class Param(Value):
    """A parameter: where a value goes. It stands in a filter as any expression does."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(name, output_field=field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class PreparedQuery(Generic[Row]):
    """A query with parameters, called with their values.

        SESSION = PreparedQuery(lambda: LoginSession.objects.filter(session_key=Param("key", CharField())))
        SESSION(key="…")   # what the queryset would list

    A parameter stands where a single value stands: not for lists, not where None would change the SQL.
    Several querysets that read the same columns are asked for at once, and their rows come one after the other.
    planned_anew   PostgreSQL plans it for the values of each call: where one department has thousands of rows and
                   another none, no plan is good for both
    """

    def __init__(self, *builds: "Callable[[], QuerySet[Any, Row]]", planned_anew: bool = False) -> None:
        self._builds, self._planned_anew = builds, planned_anew
        self._compiled: dict[str, CompiledSql] = {}

    def __call__(self, **values: Any) -> list[Row]:
        queryset = self._querysets[0]
        connection = connections[queryset.db]
        if queryset.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        try:
            compiled = self._compiled.get(connection.vendor) or self._compile(connection.vendor)
        except EmptyResultSet:  # Django sees that nothing can be found, without asking
            return []
        bound = BoundQuery(compiled, connection, compiled.bind(values, connection))
        # Rows are read by Django's own readers, which are shown who asks instead of compiling the query again.
        query = SimpleNamespace(get_compiler=lambda using: bound, **compiled.names)
        source = SimpleNamespace(query=query, db=queryset.db, _known_related_objects={}, _fields=queryset._fields)
        return list(queryset._iterable_class(source))

    def one(self, **values: Any) -> Row | None:
        """Return the first row, None where there is none."""
        found = self(**values)
        return found[0] if found else None

    @cached_property
    def _querysets(self) -> list[Any]:
        return [build() for build in self._builds]

    def _compile(self, vendor: str) -> "CompiledSql":
        """Raises EmptyResultSet where Django sees that nothing can be found."""
        statements = [statement for each in self._querysets if (statement := _statement(each, vendor))]
        if not statements:
            raise EmptyResultSet
        compiler = statements[0].compiler
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        sql, params = statements[0].sql, statements[0].params
        if len(statements) > 1:
            sql = " UNION ALL ".join(
                f"SELECT * FROM ({statement.sql}) AS part{at}"  # noqa: S608
                for at, statement in enumerate(statements)
            )
            params = tuple(param for statement in statements for param in statement.params)
        if self._planned_anew and vendor == "postgresql":
            sql = f"{sql} {PLANNED_ANEW}"
        compiled = CompiledSql(compiler, sql, params, compiler.get_converters(columns))
        self._compiled[vendor] = compiled
        return compiled


class _Statement(NamedTuple):
    compiler: Any
    sql: str
    params: tuple[Any, ...]


def _statement(queryset: Any, vendor: str) -> _Statement | None:
    """Return a queryset in SQL, None where Django sees that nothing can be found."""
    with _making:
        # Of its own, so that nobody reads from it what stands there only for a moment.
        compiler = queryset.all().query.get_compiler(queryset.db)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
    # PostgreSQL makes one plan for all values. Told how many rows are wanted, it would fetch and sort all that a usual
    # value has, which are few, and so the thousands of an unusual one; not told, it reads in order. SQLite plans anew
    # each time, and sorts no more than it is told.
    beginning, limited, limit = sql.rpartition(" LIMIT ")
    if vendor == "postgresql" and limit.isdigit():
        sql, params = f"{beginning}{limited}%s", (*params, int(limit))
    return _Statement(compiler, sql, tuple(params))


@dataclass(frozen=True)
class CompiledSql:
    """A query in the SQL of one kind of database.

    params       what stands for its values in the SQL: a Param, or the value itself
    converters   column -> what makes of a value of the database one of the field, as Django keeps them
    """

    compiler: Any
    sql: str
    params: tuple[Any, ...]
    converters: dict[int, Any]

    @cached_property
    def names(self) -> dict[str, Any]:
        """Return the columns that were asked for by name, as Django's readers ask for them."""
        query = self.compiler.query
        return {
            name: getattr(query, name) for name in ("selected", "extra_select", "values_select", "annotation_select")
        }

    def bind(self, values: dict[str, Any], connection: Any) -> list[Any]:
        return [
            param.output_field.get_db_prep_value(values[param.value], connection) if isinstance(param, Param) else param
            for param in self.params
        ]


class PreparedUpdate:
    """A change of columns with parameters, called with their values; returns how many rows it changed.

        COUNT = PreparedUpdate(lambda: Count.objects.filter(key=Param("key", CharField())), more=F("more") + 1)

    unhurried   its commit does not wait for the disk, as `transactions.unhurried` says, in one statement instead of
                four; inside a transaction that one's commit counts
    """

    def __init__(self, build: Callable[[], "QuerySet[Any]"], *, unhurried: bool = False, **changes: Any) -> None:
        self._build, self._changes, self._unhurried = build, changes, unhurried
        self._compiled: dict[str, CompiledSql] = {}

    def __call__(self, **values: Any) -> int:
        queryset = self._queryset
        connection = connections[queryset.db]
        compiled = self._compiled.get(connection.vendor) or self._compile(connection.vendor, queryset)
        sql = compiled.sql
        if self._unhurried and connection.vendor == "postgresql" and not connection.in_atomic_block:
            sql += _UNHURRIED
        with connection.cursor() as cursor:
            cursor.execute(sql, compiled.bind(values, connection))
            return int(cursor.rowcount)

    @cached_property
    def _queryset(self) -> Any:
        return self._build()

    def _compile(self, vendor: str, queryset: Any) -> "CompiledSql":
        with _making:
            query = queryset.all().query.chain(UpdateQuery)
            query.add_update_values(self._changes)
            compiler = query.get_compiler(queryset.db)
            sql, params = compiler.as_sql()
        compiled = CompiledSql(compiler, sql, tuple(params), {})
        self._compiled[vendor] = compiled
        return compiled


@contextmanager
def _unprepared(connection: Any) -> Iterator[None]:
    """Let PostgreSQL keep no plan of what is asked meanwhile."""
    raw = connection.connection
    usual, raw.prepare_threshold = raw.prepare_threshold, None
    try:
        yield
    finally:
        raw.prepare_threshold = usual


class BoundQuery:
    """What Django's readers take for a compiler: it sends a compiled query with its values."""

    def __init__(self, compiled: CompiledSql, connection: Any, params: list[Any]) -> None:
        self.connection, self._compiled, self._params = connection, compiled, params
        compiler = compiled.compiler
        self.select, self.klass_info = compiler.select, compiler.klass_info
        self.annotation_col_map = compiler.annotation_col_map

    def execute_sql(self, **_how: Any) -> list[Any]:
        anew = self._compiled.sql.endswith(PLANNED_ANEW)
        with self.connection.cursor() as cursor, _unprepared(self.connection) if anew else nullcontext():
            cursor.execute(self._compiled.sql, self._params)
            return list(cursor.fetchall())

    def results_iter(
        self, rows: list[Any] | None = None, *, tuple_expected: bool = False, **_how: Any
    ) -> Iterator[Any]:
        found = iter(self.execute_sql() if rows is None else rows)
        if self._compiled.converters:
            found = SQLCompiler.apply_converters(cast(SQLCompiler, self), found, self._compiled.converters)
            return map(tuple, found) if tuple_expected else found
        return found
