"""Long beginnings, told once: what a story left in the database is put back for the next test as it was."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple, TypeVar

from django.db import connection, transaction

Story = TypeVar("Story")


class Table(NamedTuple):
    name: str
    columns: list[str]
    rows: list[Any]


_told: dict[str, tuple[Any, list[Table]]] = {}


def snapshot(name: str, tell: Callable[[], Story], *, of: str = "") -> Story:
    """Return what `tell` returns, with all that it leaves in the database; only the first time it really runs.

    of   what the names of the tables begin with that are put back, "codes_"; what it leaves elsewhere is not missed

    The database must be as empty as it is at the beginning of a test. Files that were kept lie where they lie.
    """
    if name not in _told:
        empty = {table for table in _names() if table.startswith(of) and not _rows(table).rows}
        story = tell()
        _told[name] = (deepcopy(story), [table for table in map(_rows, sorted(empty)) if table.rows])
        return story
    story, tables = _told[name]
    with transaction.atomic():  # rows that name each other are judged at the end
        for table in tables:
            _put_back(table)
    return deepcopy(story)


def _names() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True)


def _rows(name: str) -> Table:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
        return Table(name, [column[0] for column in cursor.description], cursor.fetchall())


def _put_back(table: Table) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, table.columns))
    places = ", ".join(["%s"] * len(table.columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({places})", table.rows)
