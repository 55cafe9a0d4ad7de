"""Rows that are written with every request: put into SQL once, written again and again, as `ready` asks its questions.

They do what `bulk_create` and `save(update_fields=…)` do, for models without parents and signals. What is written in a
block of `together` goes to PostgreSQL in few statements: most of what a small one costs is its way there and back.
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

Fields = tuple["Field[Any, Any]", ...]
MOST_VALUES = 50  # what is longer, psycopg reads anew each time
Written = tuple[str, type[Model], bool, int] | tuple[str, type[Model], tuple[str, ...]]


@dataclass(frozen=True)
class Later:
    """Stands for the key of a row that is written in the same block, and has none yet."""

    row: Model


@dataclass(frozen=True)
class Step:
    """One INSERT or UPDATE.

    written   what it is known by: the kind of database, the model, and how many rows with keys or which fields
    keys      whether the rows are given keys by the database
    """

    written: Written
    sql: str
    rows: Sequence[Model]
    values: list[Any]
    keys: bool

    @property
    def changes(self) -> bool:
        return isinstance(self.written[2], tuple)


class Block(local):
    steps: list[Step] | None = None


_block = Block()
_inserts: dict[Written, tuple[str, Fields]] = {}
_changes: dict[Written, tuple[str, Fields]] = {}
_statements: dict[tuple[Any, ...], str] = {}


def insert(*rows: Model) -> None:
    """Write a handful of new rows of one model; those without a key are given one."""
    if not rows:
        return
    model, keyed = type(rows[0]), rows[0].pk is not None
    connection = connections[router.db_for_write(model)]
    written = connection.vendor, model, keyed, len(rows)
    sql, fields = _inserts.get(written) or _inserts.setdefault(written, _inserting(connection, *written[1:]))
    values = [_prepared(field, row, connection, new=True) for row in rows for field in fields]
    _take(connection, Step(written, sql, rows, values, not keyed))


def change(row: Model, names: Iterable[str]) -> None:
    """Write these fields of a row. Raises DatabaseError where there is no such row."""
    model = type(row)
    connection = connections[router.db_for_write(model)]
    written = connection.vendor, model, tuple(names)
    sql, fields = _changes.get(written) or _changes.setdefault(written, _changing(connection, *written[1:]))
    values = [_prepared(field, row, connection, new=False) for field in fields]
    _take(connection, Step(written, sql, [row], [*values, row.pk], False))


@contextmanager
def together() -> Iterator[None]:
    """Write what this block inserts and changes when it ends.

    Until then new rows have no keys, and no question sees what was written; a row may refer to another one of the
    block that was written alone. What cannot be written is raised at the end.
    """
    if _block.steps is not None:  # part of a larger block
        yield
        return
    steps = _block.steps = []
    try:
        yield
    finally:
        _block.steps = None
    if steps:
        _write(connections[router.db_for_write(type(steps[0].rows[0]))], steps)


def _take(connection: Any, step: Step) -> None:
    if _block.steps is None:
        _write(connection, [step])
    else:
        _block.steps.append(step)


def _write(connection: Any, steps: list[Step]) -> None:
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        for part in _parts(steps, MOST_VALUES if connection.vendor == "postgresql" else 0):
            if len(part) > 1:
                _write_at_once(connection, cursor, part)
            else:
                _write_alone(cursor, *part)
    for step in steps:
        for row in step.rows:
            row._state.adding, row._state.db = False, connection.alias


def _parts(steps: list[Step], most: int) -> list[list[Step]]:
    """Return the steps in as few statements as have not more than so many values each.

    A step goes into the first one with room that comes not before the rows it refers to, nor before others of its
    model.
    """
    parts: list[list[Step]] = []
    lies: dict[int, int] = {}  # row -> the statement that writes it
    latest: dict[type[Model], int] = {}
    for step in steps:
        model, wanted = step.written[1], [lies.get(id(one.row), 0) for one in step.values if isinstance(one, Later)]
        at = max([latest.get(model, 0), *wanted])
        while at < len(parts) and sum(len(one.values) for one in parts[at]) + len(step.values) > most:
            at += 1
        if at == len(parts):
            parts.append([])
        parts[at].append(step)
        latest[model] = at
        lies |= {id(row): at for row in step.rows}
    return parts


def _write_alone(cursor: Any, step: Step) -> None:
    cursor.execute(step.sql, [value.row.pk if isinstance(value, Later) else value for value in step.values])
    _done(step, cursor.fetchall() if step.keys else [(None,)] * cursor.rowcount)


def _write_at_once(connection: Any, cursor: Any, steps: list[Step]) -> None:
    values: list[Any] = []
    later = {}  # (step, place of a value in it) -> the step that gives the key which belongs there
    for number, step in enumerate(steps):
        for place, value in enumerate(step.values):
            if not isinstance(value, Later):
                values.append(value)
            elif value.row.pk is None:
                later[number, place] = next(at for at, one in enumerate(steps) if list(one.rows) == [value.row])
            else:
                values.append(value.row.pk)
    shape = (*[step.written for step in steps], *later.items())
    sql = _statements.get(shape) or _statements.setdefault(shape, _statement(connection, steps, later))
    cursor.execute(sql, values)
    for step, keys in zip(steps, cursor.fetchone(), strict=True):
        _done(step, [(key,) for key in keys])


def _done(step: Step, keys: Sequence[tuple[Any]]) -> None:
    if step.changes and len(keys) != 1:
        raise DatabaseError("There is no such row to change.")
    if step.keys:
        for row, (key,) in zip(step.rows, keys, strict=True):
            row.pk = key


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


def _statement(connection: Any, steps: list[Step], later: dict[tuple[int, int], int]) -> str:
    """Return one statement for all: each a part that yields its keys, and last the keys of each part."""
    parts, keys = [], []
    for number, step in enumerate(steps):
        key = connection.ops.quote_name(type(step.rows[0])._meta.pk.column)
        text = step.sql.removesuffix(f" RETURNING {key}").split("%s")
        places = [
            f"(SELECT key FROM part{later[number, place]})" if (number, place) in later else "%s"  # noqa: S608
            for place in range(len(step.values))
        ]
        sql = "".join(piece + place for piece, place in zip_longest(text, places, fillvalue=""))
        parts.append(f"part{number} AS ({sql} RETURNING {key} AS key)")
        keys.append(f"ARRAY(SELECT key FROM part{number})")  # noqa: S608
    return f"WITH {', '.join(parts)} SELECT {', '.join(keys)}"


def _prepared(field: Any, row: Model, connection: Any, *, new: bool) -> Any:
    if new and field.is_relation and getattr(row, field.attname) is None and field.is_cached(row):
        related = field.get_cached_value(row)
        if related is not None:
            if related.pk is None:
                return Later(related)
            # The row was made before the one it refers to was given its key.
            setattr(row, field.attname, getattr(related, field.target_field.attname))
    return field.get_db_prep_save(field.pre_save(row, new), connection)
