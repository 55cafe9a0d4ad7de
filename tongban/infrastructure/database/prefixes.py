"""Looking for the beginning of a word, in the same way on both databases, and always by the index.

SQLite's LIKE takes ä for Ä and goes through the whole table. What begins with a word stands, in the order of an index,
from that word up to the word with the last of all characters behind it.
"""

from typing import Any

from django.db.models.lookups import StartsWith

LAST = "\U0010ffff"


class IndexedStartsWith(StartsWith):
    """`startswith` as Django has it, but as a range on SQLite."""

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        if not self.rhs_is_direct_value() or self.bilateral_transforms:
            sql, params = self.as_sql(compiler, connection)
            return sql, list(params)
        column, values = self.process_lhs(compiler, connection)
        word = str(self.rhs)
        return f"({column} >= %s AND {column} < %s)", [*values, word, *values, word + LAST]


def beginning_with(text: str) -> tuple[str, str] | None:
    """Return between which values of a column those lie that begin so, as `keyset_page` asks; None for all."""
    return (text, text + LAST) if text else None
