"""PostgreSQL with a cheap look at a kept connection.

Before each request Django asks a kept connection whether it still works, which is a round trip. A server that went
away has hung up, and that can be seen on the socket without asking.
"""

import select
from typing import Any

from django.db.backends.postgresql import base, operations

TRUNCATE = 32  # in pg_trigger.tgtype


class DatabaseOperations(operations.DatabaseOperations):
    def sql_flush(self, style: Any, tables: Any, **options: Any) -> list[str]:
        """Empty tables without the triggers that refuse it: append-only tables have one."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE t.tgtype & %s <> 0 AND c.relname = ANY(%s)",
                [TRUNCATE, list(tables)],
            )
            triggers = [tuple(map(self.quote_name, names)) for names in cursor.fetchall()]
        off = [f"ALTER TABLE {table} DISABLE TRIGGER {name}" for table, name in triggers]
        on = [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name in triggers]
        return [*off, *super().sql_flush(style, tables, **options), *on]


class DatabaseWrapper(base.DatabaseWrapper):
    # What is called above here is Django's own, but not in the types made for it.
    ops_class = DatabaseOperations

    def is_usable(self) -> bool:
        if self.connection is not None and not self.connection.closed and _is_silent(self.connection.fileno()):
            return True
        return bool(super().is_usable())


def _is_silent(socket: int) -> bool:
    """Say whether nothing arrived on a socket between two questions: no farewell, no end."""
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return not poll.poll(0)
