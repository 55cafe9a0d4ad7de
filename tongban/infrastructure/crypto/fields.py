"""Columns whose content is encrypted where it rests; in Python they hold plain values.

They cannot be searched: keep `crypto.services.digest_of(value)` in a column beside them where that is needed.
"""

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from tongban.infrastructure.crypto.rules import ciphers


def secrets() -> list[str]:
    """Return the secrets of the data keys, the one that encrypts first."""
    return [settings.DATA_KEY, *settings.DATA_KEYS_OLD]


class Encrypted(models.TextField):
    """What both kinds share: a text column that holds ciphertext and answers no search but "is it empty"."""

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be searched; keep a digest beside it")
        return super().get_lookup(lookup_name)


class EncryptedText(Encrypted):
    """Text, encrypted. None and "" stay readable as what they are."""

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is None or value == "" or hasattr(value, "as_sql"):
            return super().get_db_prep_save(value, connection)
        return ciphers.encrypt(str(value), settings.DATA_KEY)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return ciphers.decrypt(value, secrets()) if value else value


class EncryptedJSON(Encrypted):
    """A JSON value, encrypted."""

    empty_strings_allowed = False

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is None or hasattr(value, "as_sql"):
            return super().get_db_prep_save(value, connection)
        text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
        return ciphers.encrypt(text, settings.DATA_KEY)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return json.loads(ciphers.decrypt(value, secrets())) if value else None

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: Any) -> Any:
        return self.value_from_object(obj)
