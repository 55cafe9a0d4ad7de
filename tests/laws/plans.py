"""What the database does to answer a question: the tables it walks through, and how many rows it looks at.

PostgreSQL tells its plan, and how many rows each step of it met. SQLite tells its plan and counts the steps of its
machine, some ten of them for a row.
"""

import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple

from django.db import connection, transaction
from psycopg import ClientCursor

from tongban.infrastructure.database.prepared import PLANNED_ANEW

MAX_SORTED = 160  # rows: pages hold fifty lines at most, and who turns back from the third has two before it
MAX_READ = 400  # rows that one step of PostgreSQL's plan meets
MAX_STEPS = 8_000  # of SQLite's machine
# Ways that pay only where a table is small: a test's are, and read whole for the price of a few looks at an index.
# A city's are not, and PostgreSQL knows.
ONLY_WHERE_SMALL = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
UNTIL_ONE_PLAN = 5  # times that PostgreSQL plans anew, before it compares with a plan for all values
COARSE = 10  # SQLite is asked every so many steps


class Question(NamedTuple):
    """What was asked: SQL with places, and their values."""

    sql: str
    values: tuple[Any, ...]


@contextmanager
def listening() -> Iterator[list[Question]]:
    """Give a list that fills with what is asked meanwhile."""
    heard: list[Question] = []

    def hear(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            heard.append(Question(sql, tuple(values or ())))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(hear):
        yield heard


def complaints(asked: Question, growing: Collection[str]) -> list[str]:
    """Say what is wrong with a question about tables that grow; [] when none costs more as they grow."""
    return list(_postgresql(asked, growing) if connection.vendor == "postgresql" else _sqlite(asked))


def _postgresql(asked: Question, growing: Collection[str]) -> Iterator[str]:
    for step in _steps(_analyzed(asked)):
        table = re.sub(r"_(rest|\d{6})$", "", step.get("Relation Name", ""))  # of a table in parts by month
        name = f"{step['Node Type']} {table}".strip()
        if step["Node Type"] == "Seq Scan" and table in growing:
            yield f"{name}: goes through the whole table"
        # An Append hands on what its parts met; of a table that does not grow, the rows around it decide.
        hands_on = step["Node Type"] == "Append" or (table and table not in growing)
        if _met(step) > MAX_READ and not hands_on:
            yield f"{name}: looks at {_met(step):.0f} rows"
        if step["Node Type"] in {"Sort", "Incremental Sort"} and (most := max(map(_gave, step["Plans"]))) > MAX_SORTED:
            yield f"{name}: sorts {most:.0f} rows"


def _analyzed(asked: Question) -> dict[str, Any]:
    """Return the plan of what was asked some times before, when PostgreSQL may take one plan for all values."""
    numbers = count(1)
    numbered = re.sub("%[s%]", lambda found: "%" if found[0] == "%%" else f"${next(numbers)}", asked.sql)
    with transaction.atomic(), connection.cursor() as cursor:
        for way in ONLY_WHERE_SMALL:
            cursor.execute(f"SET LOCAL {way} = off")
        if asked.sql.endswith(PLANNED_ANEW):
            cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        cursor.execute(f"PREPARE judged AS {numbered}")
        given = f"({', '.join(['%s'] * len(asked.values))})" if asked.values else ""
        values = ClientCursor(connection.connection).mogrify(given, asked.values) if given else ""
        for _time in range(UNTIL_ONE_PLAN):
            cursor.execute(f"EXPLAIN EXECUTE judged{values}")
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE judged{values}")
        told = cursor.fetchone()[0]
        cursor.execute("DEALLOCATE judged")
        for changed in (*ONLY_WHERE_SMALL, "plan_cache_mode"):
            cursor.execute(f"SET LOCAL {changed} TO DEFAULT")
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


def _sqlite(asked: Question) -> Iterator[str]:
    for part in parts(asked):
        steps = _counted(part)
        if steps > MAX_STEPS:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {part.sql}", part.values)
                plan = "; ".join(row[3] for row in cursor.fetchall())
            yield f"takes {steps} steps: {plan}"


def parts(asked: Question) -> Iterator[Question]:
    """Return the questions that were asked at once, each of which may take as long as one that is asked alone."""
    values = list(asked.values)
    for sql in re.split(r"(?<=AS part\d) UNION ALL |(?<=AS part\d\d) UNION ALL ", asked.sql):
        places = len(re.findall("%s", sql.replace("%%", "")))
        yield Question(sql, tuple(values[:places]))
        del values[:places]


def _counted(asked: Question) -> int:
    raw, steps = connection.connection, 0

    def step() -> int:
        nonlocal steps
        steps += COARSE
        return 0

    raw.set_progress_handler(step, COARSE)
    try:
        with connection.cursor() as cursor:
            cursor.execute(asked.sql, asked.values)
            cursor.fetchall()
    finally:
        raw.set_progress_handler(None, 0)
    return steps
