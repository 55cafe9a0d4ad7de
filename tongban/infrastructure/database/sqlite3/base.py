"""SQLite with a fair queue in front of its writers.

SQLite's own waiting polls, so that under load some process starves for seconds. A lock on a file beside the
database, taken just before BEGIN IMMEDIATE, queues the writers of all threads and processes in the order they came.
"""

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base, operations


class DatabaseOperations(operations.DatabaseOperations):
    def sql_flush(self, style: Any, tables: Any, **options: Any) -> list[str]:
        """Empty tables without their triggers, as TRUNCATE does elsewhere: append-only tables refuse a DELETE."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = [(name, sql) for name, table, sql in cursor.fetchall() if table in set(tables)]
        taken = [f"DROP TRIGGER {self.quote_name(name)}" for name, _ in triggers]
        return [*taken, *super().sql_flush(style, tables, **options), *(sql for _, sql in triggers)]


class DatabaseWrapper(base.DatabaseWrapper):
    # What is called above here is Django's own, but not in the types made for it.
    ops_class = DatabaseOperations
    _queue: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._queue_up()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_queue()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            self._leave_queue()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_queue()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._leave_queue()

    def _queue_up(self) -> None:
        if self.is_in_memory_db():
            return
        self._queue = os.open(f"{self.settings_dict['NAME']}-queue", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._queue, fcntl.LOCK_EX)

    def _leave_queue(self) -> None:
        # Closing lets go of the lock; the system does the same when the process dies.
        if self._queue is not None:
            os.close(self._queue)
            self._queue = None
