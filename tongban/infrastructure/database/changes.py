"""Write of a row what differs from how it was read: no verb lists the columns it has changed, so none is forgotten."""

from copy import deepcopy
from typing import Any, TypeVar

from django.db.models import Field, Model

from tongban.infrastructure.database import bulk

Row = TypeVar("Row", bound=Model)
_AS_READ = "_as_read"


class NotTracked(Exception):
    """The row was not read to be changed: read it with a query that passes it to `track`."""


def track(row: Row) -> Row:
    """Remember how a row is now; `write` compares with it. Return the row."""
    setattr(row, _AS_READ, {field.name: _copied(value) for field, value in _values(row)})
    return row


def changed(row: Model) -> list[str]:
    """Return the names of the fields that differ from how the row was read or last written. Raises NotTracked."""
    as_read = getattr(row, _AS_READ, None)
    if as_read is None:
        raise NotTracked(f"{type(row).__name__} {row.pk}")
    # A field that was not read has no value to compare; whoever sets it wants it written.
    return [field.name for field, value in _values(row) if field.name not in as_read or as_read[field.name] != value]


def write(row: Model) -> list[str]:
    """Write what differs, and return the names of those fields. Raises NotTracked."""
    names = changed(row)
    if names:
        bulk.update(row, names)
        track(row)
    return names


def _values(row: Model) -> "list[tuple[Field[Any, Any], Any]]":
    read = row.__dict__
    return [(field, read[field.attname]) for field in row._meta.local_concrete_fields if field.attname in read]


def _copied(value: Any) -> Any:
    """Return what no later change inside the value reaches."""
    return deepcopy(value) if isinstance(value, dict | list) else value
