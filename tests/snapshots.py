"""Long beginnings, told once: what a story left in the database is put back for the next test as it was."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import time
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import connection, transaction

from tongban.infrastructure.kernel import clock

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
    # SQLite gives a time of day, and does not take one.
    rows = [[str(value) if isinstance(value, time) else value for value in row] for row in table.rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({places})", rows)


WRITING = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
READING = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE|EXPLAIN|PRAGMA|SHOW)\b", re.IGNORECASE)
ELSEWHERE = "?"
# A story under other settings may go another way.
_settings: Any = settings._wrapped


class Change(NamedTuple):
    """What a chapter did to one table. gone: keys of rows that are there no more, or not as they were."""

    table: Table
    key: str
    gone: list[Any]


@dataclass
class Chapters:
    """How a story may go on from a snapshot: each way is told once, if nothing else was written before it.

    start    name of the snapshot
    writes   the table of each write since then; ELSEWHERE for one that is not understood
    """

    start: str
    writes: list[str] = field(default_factory=list)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch what is written to the database, which is as the snapshot left it."""
        if self.start not in _starts:
            _starts[self.start] = {name: _rows(name) for name in _names()}
        with connection.execute_wrapper(self._watch):
            yield

    def tell(self, name: str, tell: Callable[[], Story]) -> Story:
        """Return what `tell` returns, with all that it changes in the database.

        What it does elsewhere, sending mail for instance, is done the first time only.
        """
        if self.writes or settings._wrapped is not _settings:
            return tell()
        chapter = (self.start, name, clock.set_to() or clock.today())
        if chapter in _chapters:
            story, changes = _chapters[chapter]
            with transaction.atomic():
                for change in changes:
                    _make(change)
            return deepcopy(story)
        story = tell()
        written = set(self.writes)
        if written <= _starts[self.start].keys():
            _chapters[chapter] = (deepcopy(story), [_change(self.start, table) for table in sorted(written)])
        return story

    def _watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not READING.match(sql):
            found = WRITING.match(sql)
            self.writes.append(found[1] if found else ELSEWHERE)
        return execute(sql, params, many, context)


_starts: dict[str, dict[str, Table]] = {}
_chapters: dict[tuple[str, str, Any], tuple[Any, list[Change]]] = {}


def _change(start: str, name: str) -> Change:
    before, after = _starts[start][name], _rows(name)
    with connection.cursor() as cursor:
        key = str(connection.introspection.get_primary_key_column(cursor, name))
    place = after.columns.index(key)
    was, now = ({row[place]: row for row in table.rows} for table in (before, after))
    gone = [number for number, row in was.items() if now.get(number) != row]
    new = [row for number, row in now.items() if was.get(number) != row]
    return Change(Table(name, after.columns, new), key, gone)


def _make(change: Change) -> None:
    quote = connection.ops.quote_name
    if change.gone:
        with connection.cursor() as cursor:
            sql = f"DELETE FROM {quote(change.table.name)} WHERE {quote(change.key)} = %s"
            cursor.executemany(sql, [(number,) for number in change.gone])
    if change.table.rows:
        _put_back(change.table)
