"""Rows that are written with every request: put into SQL once, written again and again, as `ready` asks its questions.

They do what `bulk_create` and `save(update_fields=…)` do, for models without parents and signals.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DatabaseError, connections, router
from django.db.models import Field, Model
from django.db.transaction import mark_for_rollback_on_error

Fields = tuple["Field[Any, Any]", ...]

_inserts: dict[tuple[str, type[Model], bool, int], tuple[str, Fields]] = {}
_changes: dict[tuple[str, type[Model], tuple[str, ...]], tuple[str, Fields]] = {}


def insert(*rows: Model) -> None:
    """Write a handful of new rows of one model; those without a key are given one."""
    if not rows:
        return
    model, keyed = type(rows[0]), rows[0].pk is not None
    connection = connections[router.db_for_write(model)]
    written = connection.vendor, model, keyed, len(rows)
    sql, fields = _inserts.get(written) or _inserts.setdefault(written, _inserting(connection, *written[1:]))
    for row in rows:  # keys of related rows that were written after this one was made
        row._prepare_related_fields_for_save(operation_name="insert")  # type: ignore[attr-defined]
    values = [_prepared(field, row, connection, new=True) for row in rows for field in fields]
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(sql, values)
        if not keyed:
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = key
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def change(row: Model, names: Iterable[str]) -> None:
    """Write these fields of a row. Raises DatabaseError where there is no such row."""
    model = type(row)
    connection = connections[router.db_for_write(model)]
    written = connection.vendor, model, tuple(names)
    sql, fields = _changes.get(written) or _changes.setdefault(written, _changing(connection, *written[1:]))
    values = [_prepared(field, row, connection, new=False) for field in fields]
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(sql, [*values, row.pk])
        if cursor.rowcount != 1:
            raise DatabaseError("There is no such row to change.")


def _inserting(connection: Any, model: type[Model], keyed: bool, count: int) -> tuple[str, Fields]:
    quote, meta = connection.ops.quote_name, model._meta
    fields = tuple(field for field in meta.local_concrete_fields if keyed or not field.primary_key)
    columns = ", ".join(quote(field.column) for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES {', '.join([places] * count)}"  # noqa: S608
    return sql if keyed else f"{sql} RETURNING {quote(meta.pk.column)}", fields


def _changing(connection: Any, model: type[Model], names: Sequence[str]) -> tuple[str, Fields]:
    quote, meta = connection.ops.quote_name, model._meta
    fields: Any = tuple(meta.get_field(name) for name in dict.fromkeys(names))
    columns = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    return f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(meta.pk.column)} = %s", fields  # noqa: S608


def _prepared(field: "Field[Any, Any]", row: Model, connection: Any, *, new: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(row, new), connection)
