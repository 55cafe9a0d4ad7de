"""What the database does to answer a question: the tables it walks through, and how many rows it looks at.

PostgreSQL tells its plan, and how many rows each step of it met. SQLite tells its plan and counts the steps of its
machine, some ten of them for a row.
"""

import json
from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection, transaction

MOST_SORTED = 160  # rows: pages hold fifty lines at most, and who turns back from the third has two before it
MOST_READ = 300  # rows that one step of PostgreSQL's plan meets
MOST_STEPS = 7_000  # of SQLite's machine
COARSE = 10  # SQLite is asked every so many steps


def complaints(sql: str, growing: Collection[str]) -> list[str]:
    """Say what is wrong with a question about tables that grow; [] when it costs as little however large they become.

    sql   as it was asked, with its values
    """
    return list(_postgresql(sql, growing) if connection.vendor == "postgresql" else _sqlite(sql))


def _postgresql(sql: str, growing: Collection[str]) -> Iterator[str]:
    for step in _steps(_analyzed(sql)):
        table = step.get("Relation Name", "")
        name = f"{step['Node Type']} {table}".strip()
        if step["Node Type"] == "Seq Scan" and table in growing:
            yield f"{name}: goes through the whole table"
        if _met(step) > MOST_READ:
            yield f"{name}: looks at {_met(step):.0f} rows"
        if step["Node Type"] in {"Sort", "Incremental Sort"} and (most := max(map(_gave, step["Plans"]))) > MOST_SORTED:
            yield f"{name}: sorts {most:.0f} rows"


def _analyzed(sql: str) -> dict[str, Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
        told = cursor.fetchone()[0]
    plan: dict[str, Any] = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return plan


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _steps(part)


def _gave(step: dict[str, Any]) -> float:
    return float(step["Actual Rows"] * step["Actual Loops"])


def _met(step: dict[str, Any]) -> float:
    """Return how many rows a step met, those it threw away among them."""
    thrown_away = sum(number for name, number in step.items() if name.startswith("Rows Removed by"))
    return _gave(step) + float(thrown_away * step["Actual Loops"])


def _sqlite(sql: str) -> Iterator[str]:
    steps = _counted(sql)
    if steps > MOST_STEPS:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = "; ".join(row[3] for row in cursor.fetchall())
        yield f"takes {steps} steps: {plan}"


def _counted(sql: str) -> int:
    raw, count = connection.connection, 0

    def step() -> int:
        nonlocal count
        count += COARSE
        return 0

    raw.set_progress_handler(step, COARSE)
    try:
        raw.execute(sql).fetchall()
    finally:
        raw.set_progress_handler(None, 0)
    return count
