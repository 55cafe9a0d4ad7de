"""Encrypt again under the data key of today, and find what cannot be read where it stands."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from tongban.infrastructure.crypto.events import DataKeyRotated
from tongban.infrastructure.crypto.fields import DamagedValue, EncryptedField, secrets
from tongban.infrastructure.crypto.models import Secret
from tongban.infrastructure.crypto.rules import ciphers
from tongban.infrastructure.crypto.services import LOOKUP, RECORD, lookup_key, mac_key
from tongban.infrastructure.database import bulk
from tongban.infrastructure.kernel import facts
from tongban.infrastructure.kernel.actors import Actor


def rotate(*, actor: Actor, batch: int = 500) -> int:
    """Encrypt again, under the data key of today, what older data keys encrypted; return how many rows.

    Runs in small transactions beside everything else; may be broken off and run again.
    """
    for name, key in ((LOOKUP, lookup_key), (RECORD, mac_key)):
        Secret.objects.get_or_create(name=name, defaults={"value": key(secrets()[-1]).hex()})
    rows = sum(_rotated(model, batch) for model in apps.get_models())
    facts.record(DataKeyRotated(ciphers.key_name(secrets()[0]), rows), by=actor, subject="key:data")
    return rows


def stale(model: type[Model]) -> QuerySet[Model] | None:
    """Return the rows of a model that hold values under an older data key; None where nothing is encrypted."""
    names = [field.name for field in _encrypted(model)]
    if not names:
        return None
    # As plain text, so that the database compares what is stored and nothing is decrypted.
    raw = {f"raw_{name}": Cast(name, TextField()) for name in names}
    older = [
        ~Q(**{f"raw_{name}__startswith": ciphers.prefix(secrets()[0])}) & Q(**{f"raw_{name}__gt": ""}) for name in names
    ]
    rows: QuerySet[Model] = model._base_manager.alias(**raw).filter(reduce(or_, older)).order_by("pk")
    return rows


def unreadable() -> Iterator[str]:
    """Yield every encrypted value that cannot be read where it stands: "table, column, row"."""
    for model in apps.get_models():
        fields = _encrypted(model)
        if not fields:
            continue
        for row in model._base_manager.only("pk", *_columns(fields)).order_by("pk").iterator(chunk_size=500):
            for field in fields:
                try:
                    getattr(row, field.attname)
                except DamagedValue:
                    yield f"{model._meta.db_table}, {field.column}, row {row.pk}"


def _encrypted(model: type[Model]) -> list[EncryptedField]:
    return [field for field in model._meta.local_fields if isinstance(field, EncryptedField)]


def _columns(fields: list[EncryptedField]) -> set[str]:
    """Return these columns, and those that tell their rows."""
    return {name for field in fields for name in (field.name, *field.row)}


def _rotated(model: type[Model], batch: int) -> int:
    fields = _encrypted(model)
    rows = stale(model)
    total = 0
    while rows is not None:
        with transaction.atomic():
            ids = list(rows.values_list("pk", flat=True)[:batch])
            locked = model._base_manager.select_for_update().filter(pk__in=ids)
            found = list(locked.only("pk", *_columns(fields)))
            for row in found:
                bulk.update(row, [field.name for field in fields])
        total += len(found)
        if len(ids) < batch:
            break
    return total
