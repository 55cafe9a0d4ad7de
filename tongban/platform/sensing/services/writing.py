"""Thousands of readings a second: few statements, each with many rows, and no model in between."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.transaction import mark_for_rollback_on_error

MAX_ROWS = 2000  # of one statement: SQLite takes 32766 values

TIME, BIG, TEXT, FLOAT, JSONB, INT = "timestamptz", "bigint", "text", "float8", "jsonb", "int"
READINGS = {
    "stream_id": BIG,
    "at": TIME,
    "until": TIME,
    "received_at": TIME,
    "key": TEXT,
    "value": FLOAT,
    "data": JSONB,
    "quality": TEXT,
    "flag": TEXT,
    "frame_id": BIG,
    "feature_id": BIG,
    "result_at": TIME,
    "more": JSONB,
}
LATEST = {
    "stream_id": BIG,
    "at": TIME,
    "received_at": TIME,
    "value": FLOAT,
    "data": JSONB,
    "quality": TEXT,
    "flag": TEXT,
    "latitude": FLOAT,
    "longitude": FLOAT,
}
HOURS = {
    "stream_id": BIG,
    "hour": TIME,
    "readings": INT,
    "valid": INT,
    "lowest": FLOAT,
    "highest": FLOAT,
    "total": FLOAT,
}
KEEP_FIRST = "ON CONFLICT (stream_id, at, key) DO NOTHING RETURNING id, stream_id, at, key"
KEEP_LATEST = (
    "ON CONFLICT (stream_id) DO UPDATE SET at = excluded.at, received_at = excluded.received_at, "
    "value = excluded.value, data = excluded.data, quality = excluded.quality, flag = excluded.flag "
    "WHERE excluded.at >= sensing_latestobservation.at"
)
ADD_UP = (
    "ON CONFLICT (stream_id, hour) DO UPDATE SET readings = sensing_hoursummary.readings + excluded.readings, "
    "valid = sensing_hoursummary.valid + excluded.valid, total = sensing_hoursummary.total + excluded.total, "
    "lowest = CASE WHEN excluded.lowest IS NULL OR sensing_hoursummary.lowest <= excluded.lowest "
    "THEN sensing_hoursummary.lowest ELSE excluded.lowest END, "
    "highest = CASE WHEN excluded.highest IS NULL OR sensing_hoursummary.highest >= excluded.highest "
    "THEN sensing_hoursummary.highest ELSE excluded.highest END"
)


class ReadingRow(NamedTuple):
    """A reading as the table has it. ahead: its moment lies so far ahead that it is no latest value."""

    stream: int
    at: datetime
    until: datetime | None
    key: str
    value: float | None
    data: Any
    quality: str
    flag: str
    frame: int | None
    feature: int | None
    result_at: datetime | None
    more: Any
    ahead: bool


def insert(rows: Sequence[ReadingRow], *, received_at: datetime) -> dict[int, int]:
    """Write readings; return place → number of those that were not there."""
    placed: dict[tuple[int, datetime, str], int] = {}
    for number, row in enumerate(rows):
        placed.setdefault((row.stream, row.at.astimezone(UTC), row.key), number)
    values = [(*row[:3], received_at, *row[3:-1]) for row in rows]
    written = _write("sensing_observation", READINGS, values, KEEP_FIRST)
    return {placed[stream, _moment(at), key]: pk for pk, stream, at, key in written}


def remember_latest(
    rows: Iterable[ReadingRow], places: Mapping[int, tuple[float | None, float | None]], *, received_at: datetime
) -> None:
    """Let the latest value of each stream be the newest of what is known and these."""
    newest: dict[int, ReadingRow] = {}
    for row in rows:
        if not row.ahead and (row.stream not in newest or row.at >= newest[row.stream].at):
            newest[row.stream] = row
    # In one order, so that two who write wait for each other, and never in a circle.
    values = [
        (row.stream, row.at, received_at, row.value, row.data, row.quality, row.flag, *places[row.stream])
        for _stream, row in sorted(newest.items(), key=lambda item: item[0])
    ]
    _write("sensing_latestobservation", LATEST, values, KEEP_LATEST)


def sum_up(rows: Iterable[ReadingRow]) -> None:
    """Add readings to the sums of their hours."""
    sums: dict[tuple[int, datetime], list[Any]] = {}
    for row in rows:
        hour = row.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        one = sums.setdefault((row.stream, hour), [0, 0, None, None, 0.0])
        one[0] += 1
        if row.quality == "valid":
            one[1] += 1
            if row.value is not None:
                one[2] = row.value if one[2] is None else min(one[2], row.value)
                one[3] = row.value if one[3] is None else max(one[3], row.value)
                one[4] += row.value
    _write("sensing_hoursummary", HOURS, [(*key, *one) for key, one in sorted(sums.items())], ADD_UP)


def _write(table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]], then: str) -> list[Any]:
    """Write rows with as few statements as there can be; return what they return."""
    found: list[Any] = []
    kinds = list(columns.values())
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        for start in range(0, len(rows), MAX_ROWS):
            part = rows[start : start + MAX_ROWS]
            sql = _sql(connection.vendor, table, tuple(columns.items()), len(part), then)
            cursor.execute(sql, _by_column(kinds, part) if connection.vendor == "postgresql" else _by_row(kinds, part))
            if " RETURNING " in then:
                found += cursor.fetchall()
    return found


@cache
def _sql(vendor: str, table: str, columns: tuple[tuple[str, str], ...], rows: int, then: str) -> str:
    names = ", ".join(name for name, _kind in columns)
    if vendor == "postgresql":
        given = ", ".join(f"%s::{'text' if kind == JSONB else kind}[]" for _name, kind in columns)
        taken = ", ".join(f"{name}::jsonb" if kind == JSONB else name for name, kind in columns)
        source = f"SELECT {taken} FROM unnest({given}) AS given({names})"  # noqa: S608
    else:
        source = "VALUES " + ", ".join([f"({', '.join(['%s'] * len(columns))})"] * rows)
    return f"INSERT INTO {table} ({names}) {source} {then}"


def _by_column(kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return [
        [None if value is None else _json(value) for value in column] if kind == JSONB else column
        for kind, column in zip(kinds, columns, strict=True)
    ]


def _by_row(kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [_plain(kind, value) for row in rows for kind, value in zip(kinds, row, strict=True)]


def _plain(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == TIME:
        return connection.ops.adapt_datetimefield_value(value)
    return _json(value) if kind == JSONB else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _moment(value: Any) -> datetime:
    """Return a moment as a database gives it: SQLite writes them as text, in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
