"""Words that the doors for machines share: how a field, a list of choices and the pages of a list are described."""

from collections.abc import Iterable
from typing import Any

from ninja import Field

NEXT = "query string of the next page, empty on the last"
AFTER = "where the page before ended, from its `next`"
BEFORE = "where the page after begins"


def enum_field(values: Iterable[object], text: str, default: Any = ...) -> Any:
    """Describe a field that holds one of these values."""
    return Field(default, description=text, json_schema_extra={"enum": [str(value) for value in values]})
