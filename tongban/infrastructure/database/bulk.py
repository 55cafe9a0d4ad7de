"""Rows of every request: their SQL is made once and sent again and again, as `prepared` sends its queries.

They do what `bulk_create` and `save(update_fields=…)` do, for models without parents and signals. What is written in a
block of `batch` goes to PostgreSQL in few statements: most of what a small one costs is its way there and back.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from threading import local
from typing import Any

from django.db import DatabaseError, connections, router
from django.db.models import Field, Model
from django.db.transaction import mark_for_rollback_on_error

Columns = tuple["Field[Any, Any]", ...]
MAX_ROWS = 1000
MAX_VALUES = 50  # what is longer, psycopg reads anew each time
Shape = tuple[str, type[Model], bool, int] | tuple[str, type[Model], tuple[str, ...]]


@dataclass(frozen=True)
class PendingKey:
    """Stands for the key of a row that is written in the same block, and has none yet."""

    row: Model


@dataclass(frozen=True)
class Statement:
    """One INSERT or UPDATE.

    shape     what it is known by: the kind of database, the model, and how many rows with keys or which fields
    keys      whether the rows are given keys by the database
    """

    shape: Shape
    sql: str
    rows: Sequence[Model]
    values: list[Any]
    keys: bool

    @property
    def is_update(self) -> bool:
        return isinstance(self.shape[2], tuple)


class _OpenBatch(local):
    """The block of `batch` that this thread is in, if any."""

    statements: list[Statement] | None = None


_current = _OpenBatch()
_inserts: dict[Shape, tuple[str, Columns]] = {}
_updates: dict[Shape, tuple[str, Columns]] = {}
_combined: dict[tuple[Any, ...], str] = {}


def insert(*rows: Model) -> None:
    """Write a handful of new rows of one model; those without a key are given one."""
    if not rows:
        return
    model, keyed = type(rows[0]), rows[0].pk is not None
    connection = connections[router.db_for_write(model)]
    shape = connection.vendor, model, keyed, len(rows)
    sql, fields = _inserts.get(shape) or _inserts.setdefault(shape, _insert_sql(connection, *shape[1:]))
    values = [_prepared(field, row, connection, new=True) for row in rows for field in fields]
    _take(connection, Statement(shape, sql, rows, values, not keyed))


def update(row: Model, names: Iterable[str]) -> None:
    """Write these fields of a row. Raises DatabaseError where there is no such row."""
    model = type(row)
    connection = connections[router.db_for_write(model)]
    shape = connection.vendor, model, tuple(names)
    sql, fields = _updates.get(shape) or _updates.setdefault(shape, _update_sql(connection, *shape[1:]))
    values = [_prepared(field, row, connection, new=False) for field in fields]
    _take(connection, Statement(shape, sql, [row], [*values, row.pk], False))


def update_all(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]], *, by: str = "id") -> None:
    """Write other values into many rows, a thousand with each statement.

    rows   what names the rows, then a value for each name
    by     the field that names them; of a foreign key every row that refers there
    """
    connection = connections[router.db_for_write(model)]
    fields: Any = tuple(model._meta.get_field(name) for name in names)
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        for start in range(0, len(rows), MAX_ROWS):
            part = rows[start : start + MAX_ROWS]
            values = [
                value
                for key, *new in part
                for value in (
                    key,
                    *(field.get_db_prep_save(one, connection) for field, one in zip(fields, new, strict=True)),
                )
            ]
            cursor.execute(_update_all_sql(connection, model, by, fields, len(part)), values)


@contextmanager
def batch() -> Iterator[None]:
    """Write what this block inserts and updates when it ends.

    Until then new rows have no keys, and no query sees what was written; a row may refer to another one of the
    block that was written alone. What cannot be written is raised at the end.
    """
    if _current.statements is not None:  # part of a larger block
        yield
        return
    statements = _current.statements = []
    try:
        yield
    finally:
        _current.statements = None
    if statements:
        _write(connections[router.db_for_write(type(statements[0].rows[0]))], statements)


def _take(connection: Any, statement: Statement) -> None:
    if _current.statements is None:
        _write(connection, [statement])
    else:
        _current.statements.append(statement)


def _write(connection: Any, statements: list[Statement]) -> None:
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        for part in _parts(statements, MAX_VALUES if connection.vendor == "postgresql" else 0):
            if len(part) > 1:
                _write_at_once(connection, cursor, part)
            else:
                _write_alone(cursor, *part)
    for statement in statements:
        for row in statement.rows:
            row._state.adding, row._state.db = False, connection.alias


def _parts(statements: list[Statement], most: int) -> list[list[Statement]]:
    """Return the statements in as few parts as have not more than so many values each.

    A statement goes into the first part with room that comes not before the rows it refers to, nor before others of
    its model; and after what wrote the row that it updates, since PostgreSQL writes a row once in one statement.
    """
    parts: list[list[Statement]] = []
    lies: dict[int, int] = {}  # row -> the part that writes it
    written: dict[tuple[type[Model], Any], int] = {}
    latest: dict[type[Model], int] = {}
    for statement in statements:
        model = statement.shape[1]
        wanted = [lies.get(id(value.row), 0) for value in statement.values if isinstance(value, PendingKey)]
        keys = [(model, row.pk) for row in statement.rows if row.pk is not None]
        at = max([latest.get(model, 0), *wanted, *(written[key] + 1 for key in keys if key in written)])
        while at < len(parts) and sum(len(one.values) for one in parts[at]) + len(statement.values) > most:
            at += 1
        if at == len(parts):
            parts.append([])
        parts[at].append(statement)
        latest[model] = at
        lies |= {id(row): at for row in statement.rows}
        written |= dict.fromkeys(keys, at)
    return parts


def _write_alone(cursor: Any, statement: Statement) -> None:
    values = [value.row.pk if isinstance(value, PendingKey) else value for value in statement.values]
    cursor.execute(statement.sql, values)
    _done(statement, cursor.fetchall() if statement.keys else [(None,)] * cursor.rowcount)


def _write_at_once(connection: Any, cursor: Any, statements: list[Statement]) -> None:
    values: list[Any] = []
    later = {}  # (statement, position of a value in it) -> the statement that gives the key which belongs there
    for number, statement in enumerate(statements):
        for position, value in enumerate(statement.values):
            if not isinstance(value, PendingKey):
                values.append(value)
            elif value.row.pk is None:
                later[number, position] = next(at for at, one in enumerate(statements) if list(one.rows) == [value.row])
            else:
                values.append(value.row.pk)
    shape = (*[statement.shape for statement in statements], *later.items())
    sql = _combined.get(shape) or _combined.setdefault(shape, _combine(connection, statements, later))
    cursor.execute(sql, values)
    for statement, keys in zip(statements, cursor.fetchone(), strict=True):
        _done(statement, [(key,) for key in keys])


def _done(statement: Statement, keys: Sequence[tuple[Any]]) -> None:
    if statement.is_update and len(keys) != 1:
        raise DatabaseError("There is no such row to update.")
    if statement.keys:
        for row, (key,) in zip(statement.rows, keys, strict=True):
            row.pk = key


def _insert_sql(connection: Any, model: type[Model], keyed: bool, count: int) -> tuple[str, Columns]:
    quote, meta = connection.ops.quote_name, model._meta
    fields = tuple(field for field in meta.local_concrete_fields if keyed or not field.primary_key)
    columns = ", ".join(quote(field.column) for field in fields)
    placeholders = f"({', '.join(['%s'] * len(fields))})"
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES {', '.join([placeholders] * count)}"  # noqa: S608
    return sql if keyed else f"{sql} RETURNING {quote(meta.pk.column)}", fields


def _update_sql(connection: Any, model: type[Model], names: Sequence[str]) -> tuple[str, Columns]:
    quote, meta = connection.ops.quote_name, model._meta
    fields: Any = tuple(meta.get_field(name) for name in dict.fromkeys(names))
    columns = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    return f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(meta.pk.column)} = %s", fields  # noqa: S608


def _update_all_sql(connection: Any, model: type[Model], by: str, fields: Columns, rows: int) -> str:
    quote, meta = connection.ops.quote_name, model._meta
    # Both databases call the columns of the list column1, column2, …; PostgreSQL reads their types from its first row.
    plain = typed = ", ".join(["%s"] * len(fields))
    if connection.vendor == "postgresql":
        typed = ", ".join(f"%s::{field.db_type(connection)}" for field in fields)
    given = ", ".join([f"(%s, {typed})", *[f"(%s, {plain})"] * (rows - 1)])
    columns = ", ".join(f"{quote(field.column)} = given.column{number}" for number, field in enumerate(fields, 2))
    named: Any = meta.get_field(by)
    table, key = quote(meta.db_table), quote(named.column)
    return f"UPDATE {table} SET {columns} FROM (VALUES {given}) AS given WHERE {table}.{key} = given.column1"  # noqa: S608


def _combine(connection: Any, statements: list[Statement], later: dict[tuple[int, int], int]) -> str:
    """Return one statement for all: each a part that yields its keys, and last the keys of each part."""
    parts, keys = [], []
    for number, statement in enumerate(statements):
        key = connection.ops.quote_name(type(statement.rows[0])._meta.pk.column)
        text = statement.sql.removesuffix(f" RETURNING {key}").split("%s")
        placeholders = [
            f"(SELECT key FROM part{later[number, position]})" if (number, position) in later else "%s"  # noqa: S608
            for position in range(len(statement.values))
        ]
        sql = "".join(piece + placeholder for piece, placeholder in zip_longest(text, placeholders, fillvalue=""))
        parts.append(f"part{number} AS ({sql} RETURNING {key} AS key)")
        keys.append(f"ARRAY(SELECT key FROM part{number})")  # noqa: S608
    return f"WITH {', '.join(parts)} SELECT {', '.join(keys)}"


def _prepared(field: Any, row: Model, connection: Any, *, new: bool) -> Any:
    if new and field.is_relation and getattr(row, field.attname) is None and field.is_cached(row):
        related = field.get_cached_value(row)
        if related is not None:
            if related.pk is None:
                return PendingKey(related)
            # The row was made before the one it refers to was given its key.
            setattr(row, field.attname, getattr(related, field.target_field.attname))
    return field.get_db_prep_save(field.pre_save(row, new), connection)
