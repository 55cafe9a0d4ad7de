"""Triggers by which the database itself refuses to change or delete what the journal holds.

They keep out mistakes and everyone without the right to alter tables; whoever has that right is found by
`manage.py journal verify`. Emptying the whole database (`manage.py flush`, tests) is not stopped: PostgreSQL
truncates, which row triggers do not see, and our SQLite backend takes triggers away for that moment.

SQLite loses a table's triggers when a migration rebuilds it: such a migration has to call `install` again.
"""

from typing import Any

REFUSAL = "the journal is append-only"
# Every column but the one that says in which batch a fact was sealed.
KEPT = "id, uid, name, at, subject, account, actor, actor_kind, on_behalf, channel, address, reason, data"
TRIGGERS = {
    "journal_fact_kept": f"BEFORE UPDATE OF {KEPT} ON journal_fact FOR EACH ROW",
    "journal_fact_sealed_once": (
        "BEFORE UPDATE OF batch_id ON journal_fact FOR EACH ROW WHEN (OLD.batch_id IS NOT NULL OR NEW.batch_id IS NULL)"
    ),
    "journal_fact_stays": "BEFORE DELETE ON journal_fact FOR EACH ROW",
    "journal_batch_kept": "BEFORE UPDATE ON journal_batch FOR EACH ROW",
    "journal_batch_stays": "BEFORE DELETE ON journal_batch FOR EACH ROW",
}
FUNCTION = f"""
CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
"""


def install(connection: Any) -> None:
    """Make the triggers that are missing."""
    postgresql = _on_postgresql(connection)
    action = "EXECUTE FUNCTION journal_refuse()" if postgresql else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(FUNCTION)
        for name in missing(connection):
            cursor.execute(f"CREATE TRIGGER {name} {TRIGGERS[name]} {action}")


def remove(connection: Any) -> None:
    with connection.cursor() as cursor:
        for name, when in TRIGGERS.items():
            table = "journal_fact" if "ON journal_fact" in when else "journal_batch"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if _on_postgresql(connection) else ""))


def missing(connection: Any) -> list[str]:
    """Return the triggers that are not there, or on PostgreSQL are switched off."""
    if _on_postgresql(connection):
        query = "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'journal%' AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal%'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in TRIGGERS if name not in there]


def _on_postgresql(connection: Any) -> bool:
    return bool(connection.vendor == "postgresql")
