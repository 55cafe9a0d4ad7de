"""Law 7: a foreign key is an import, so it points down. And: tables say what is true of them."""

from collections.abc import Iterable, Iterator
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import models

from tests.laws.house import shelves

# Tables whose truth lies in the types of their columns alone, each with its reason.
WITHOUT_CONSTRAINT = {
    "telemetry.Pulse": "one row a worker, its name is the key, overwritten",
    "workflow.Process": "its key is the digest of its content",
}


def ours() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model.__module__.startswith("tongban."))


def room_of(model: type[models.Model]) -> str:
    return ".".join(model.__module__.split(".")[1:3])


def upward_keys(models_: Iterable[type[models.Model]], heights: dict[str, int]) -> Iterator[str]:
    for model in models_:
        here = room_of(model)
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if (
                not isinstance(field, models.ForeignKey)
                or target is None
                or not target.__module__.startswith("tongban.")
            ):
                continue
            there = room_of(target)
            if there != here and heights.get(there, 0) >= heights.get(here, 1000):
                yield f"{model._meta.label}.{field.name} -> {target._meta.label}"


def test_foreign_keys_point_down():
    assert not list(upward_keys(ours(), shelves()))


def test_an_upward_key_is_seen():
    heights = {room: -height for room, height in shelves().items()}

    assert list(upward_keys(ours(), heights))


def bare(models_: Iterable[type[models.Model]]) -> list[str]:
    """Return the tables that say nothing of what is true of their rows."""
    return [
        model._meta.label
        for model in models_
        if not model._meta.constraints
        and not any(field.unique and not field.primary_key for field in model._meta.fields)
        and model._meta.label not in WITHOUT_CONSTRAINT
    ]


def test_every_table_has_a_constraint_or_a_reason():
    assert not bare(ours())


def test_a_table_without_constraint_is_seen():
    assert bare([ContentType]) == ["contenttypes.ContentType"]


@pytest.mark.django_db
def test_migrations_are_up_to_date():
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())
