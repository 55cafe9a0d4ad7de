"""Triggers by which the database itself refuses to change or delete what the journal holds.

They keep out mistakes and everyone without the right to alter tables; whoever has that right is found by
`manage.py journal verify`. Emptying the whole database for tests (`manage.py flush`) is not stopped: our backends take
triggers away for that moment.

SQLite loses a table's triggers when a migration rebuilds it: such a migration has to call `install` again.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

REFUSAL = "the journal is append-only"
TABLES = ("journal_fact", "journal_batch")
# Every column but the one that says in which batch a fact was sealed.
FROZEN_COLUMNS = (
    "id, uid, name, at, subject, account, actor, actor_kind, on_behalf, channel, address, reason, data, written_at, mac"
)
TRIGGERS = {
    "journal_fact_kept": f"BEFORE UPDATE OF {FROZEN_COLUMNS} ON journal_fact FOR EACH ROW",
    "journal_fact_sealed_once": (
        "BEFORE UPDATE OF batch_id ON journal_fact FOR EACH ROW WHEN (OLD.batch_id IS NOT NULL OR NEW.batch_id IS NULL)"
    ),
    "journal_fact_stays": "BEFORE DELETE ON journal_fact FOR EACH ROW",
    "journal_batch_kept": "BEFORE UPDATE ON journal_batch FOR EACH ROW",
    "journal_batch_stays": "BEFORE DELETE ON journal_batch FOR EACH ROW",
}
# INSERT OR REPLACE deletes what is in its way, and asks nobody unless the connection wants it so.
ON_SQLITE = {
    "journal_fact_new": (
        "BEFORE INSERT ON journal_fact FOR EACH ROW "
        "WHEN EXISTS (SELECT 1 FROM journal_fact WHERE id = NEW.id OR uid = NEW.uid)"
    ),
    "journal_batch_new": (
        "BEFORE INSERT ON journal_batch FOR EACH ROW WHEN EXISTS "
        "(SELECT 1 FROM journal_batch WHERE id = NEW.id OR number = NEW.number OR digest = NEW.digest)"
    ),
}
ON_POSTGRESQL = {
    "journal_fact_whole": "BEFORE TRUNCATE ON journal_fact FOR EACH STATEMENT",
    "journal_batch_whole": "BEFORE TRUNCATE ON journal_batch FOR EACH STATEMENT",
}
BODY = f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END"
FUNCTION = f"CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$"
FOUND_ON_POSTGRESQL = """
SELECT t.tgname, t.tgenabled, pg_get_triggerdef(t.oid), p.prosrc
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgrelid IN ('journal_fact'::regclass, 'journal_batch'::regclass) AND NOT t.tgisinternal
"""


class Trigger(NamedTuple):
    """A trigger as the database has it. fires: always, whatever a session sets."""

    fires: bool
    text: str
    body: str


def install(connection: Any) -> None:
    """Make the triggers that are missing, or are not what they should be."""
    with connection.cursor() as cursor:
        if _on_postgresql(connection):
            cursor.execute(FUNCTION)
        for name in wrong(connection):
            if name not in _wanted(connection):
                continue
            cursor.execute(_dropped(connection, name))
            cursor.execute(_sql(connection, name))
            if _on_postgresql(connection):
                cursor.execute(f"ALTER TABLE {_table(connection, name)} ENABLE ALWAYS TRIGGER {name}")


def remove(connection: Any) -> None:
    with connection.cursor() as cursor:
        for name in _wanted(connection):
            cursor.execute(_dropped(connection, name))


def wrong(connection: Any) -> dict[str, str]:
    """Return what is wrong with the triggers: name of a trigger or rule -> a sentence."""
    found, wanted = _found(connection), _wanted(connection)
    problems = {name: f"the database lost the trigger {name}" for name in wanted if name not in found}
    for name, trigger in found.items():
        if name not in wanted:
            problems[name] = f"somebody put {name} on the journal's tables"
        elif _plain(trigger.text) != _plain(_sql(connection, name)) or _plain(trigger.body) != _plain(BODY):
            problems[name] = f"the trigger {name} is not what it was"
        elif not trigger.fires:
            problems[name] = f"the trigger {name} is switched off, at least for some"
    return problems


def _found(connection: Any) -> dict[str, Trigger]:
    with connection.cursor() as cursor:
        if _on_postgresql(connection):
            cursor.execute(FOUND_ON_POSTGRESQL)
            found = {name: Trigger(_read(on) == "A", text, body) for name, on, text, body in cursor.fetchall()}
            cursor.execute("SELECT rulename FROM pg_rules WHERE tablename = ANY(%s)", [list(TABLES)])
            return found | {name: Trigger(True, "", "") for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)", list(TABLES)
        )
        return {name: Trigger(True, text, BODY) for name, text in cursor.fetchall()}


def _wanted(connection: Any) -> Mapping[str, str]:
    return TRIGGERS | (ON_POSTGRESQL if _on_postgresql(connection) else ON_SQLITE)


def _sql(connection: Any, name: str) -> str:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    action = "EXECUTE FUNCTION journal_refuse()" if _on_postgresql(connection) else refuse
    return f"CREATE TRIGGER {name} {_wanted(connection)[name]} {action}"


def _dropped(connection: Any, name: str) -> str:
    on = f" ON {_table(connection, name)}" if _on_postgresql(connection) else ""
    return f"DROP TRIGGER IF EXISTS {name}{on}"


def _table(connection: Any, name: str) -> str:
    return next(table for table in TABLES if f" ON {table} " in _wanted(connection)[name])


def _plain(text: str) -> str:
    """Return SQL as it can be compared: PostgreSQL writes it again in its own way, with schemas and brackets."""
    return "".join(_words(re.sub(r"\b\w+\.(?=journal_)", "", text.lower())))


def _words(text: str) -> Iterator[str]:
    yield from re.findall(r"[^\s()\"]+", text)


def _read(mark: Any) -> str:
    return mark.decode() if isinstance(mark, bytes) else str(mark)


def _on_postgresql(connection: Any) -> bool:
    return bool(connection.vendor == "postgresql")
