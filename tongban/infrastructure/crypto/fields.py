"""Columns whose content is encrypted where it rests; in Python they hold plain values.

They cannot be searched: keep `crypto.services.digest_of(value)` in a column beside them where that is needed.
A value belongs to its location, which is table, column and row: copied elsewhere it is not read.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from tongban.infrastructure.crypto.rules import ciphers
from tongban.infrastructure.kernel import refusals

log = structlog.get_logger(__name__)


class DamagedValue(refusals.Damaged, ciphers.UnreadableCiphertext):
    """An encrypted value of a record was changed or moved in the database, or its data key is missing."""


def secrets() -> list[str]:
    """Return the secrets of the data keys, the one that encrypts first."""
    return [settings.DATA_KEY, *settings.DATA_KEYS_OLD]


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """A value as it rests in the database, not read yet."""

    text: str


@dataclass(frozen=True, slots=True)
class PlainValue:
    """A value on its way into the database, with the location where it belongs."""

    value: Any
    location: str


class DecryptOnRead(DeferredAttribute):
    """Reads a stored value when somebody asks for it: only then is it known which row it stands in."""

    field: Any

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        held, name = instance.__dict__, self.field.attname
        if name not in held:
            instance.refresh_from_db(fields=[name, *(row for row in self.field.row if row not in held)])
        value = held[name]
        if isinstance(value, Ciphertext):
            value = held[name] = self.field.read(value, instance)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.TextField):
    """What both kinds share: a text column that holds ciphertext and answers no search but "is it empty".

    row   names of the columns that tell the row: given before it is first saved, and never changed
    """

    descriptor_class = DecryptOnRead

    def __init__(self, *args: Any, row: Sequence[str] = ("uid",), **options: Any) -> None:
        self.row = tuple(row)
        super().__init__(*args, **options)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be searched; keep a digest beside it")
        return super().get_lookup(lookup_name)

    def location(self, instance: models.Model) -> str:
        """Return where a value of this row belongs."""
        meta: Any = instance._meta
        row = [str(meta.get_field(name).to_python(getattr(instance, name))) for name in self.row]
        return json.dumps([meta.db_table, self.column, *row], ensure_ascii=False)

    def read(self, stored: Ciphertext, instance: models.Model) -> Any:
        """Return the plain value. Raises DamagedValue."""
        location = self.location(instance)
        try:
            return self.opened(ciphers.decrypt(stored.text, secrets(), location))
        except ciphers.UnreadableCiphertext as error:
            log.error("an encrypted value cannot be read", location=location, reason=str(error))
            raise DamagedValue() from error

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if self.is_plain(value) or hasattr(value, "as_sql"):
            return value
        return PlainValue(value, self.location(model_instance))

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if self.is_plain(value) or hasattr(value, "as_sql"):
            return super().get_db_prep_save(value, connection)
        if not isinstance(value, PlainValue):
            raise FieldError(f"{self.name} is encrypted for its row; save the row instead of updating the column")
        return ciphers.encrypt(self.closed(value.value), settings.DATA_KEY, value.location)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return Ciphertext(value) if value else value

    def is_plain(self, value: Any) -> bool:
        """Say whether a value rests as it is."""
        return value is None

    def closed(self, value: Any) -> str:
        """Return the text that is encrypted."""
        return str(value)

    def opened(self, text: str) -> Any:
        """Return the value that was `closed`."""
        return text


class EncryptedText(EncryptedField):
    """Text, encrypted. None and "" stay readable as what they are."""

    def is_plain(self, value: Any) -> bool:
        return value is None or value == ""


class EncryptedJSON(EncryptedField):
    """A JSON value, encrypted."""

    empty_strings_allowed = False

    def closed(self, value: Any) -> str:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))

    def opened(self, text: str) -> Any:
        return json.loads(text)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: Any) -> Any:
        return self.value_from_object(obj)
