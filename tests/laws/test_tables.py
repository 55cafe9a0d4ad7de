"""Law 7: a foreign key is an import, so it points down. And: tables say what is true of them."""

from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import models

from tests.laws.house import shelves

# Tables whose truth lies in the types of their columns alone, each with its reason.
WITHOUT_CONSTRAINT = {
    "telemetry.Heartbeat": "one row a worker, its name is the key, overwritten",
    "workflow.Process": "its key is the digest of its content",
}


# What a column is a copy of; a copy that is narrower loses the end of its source, or the request.
COPIES = {
    "cases.Action.actor": "identity.Account.name",
    "cases.Action.department": "identity.Department.name",
    "cases.Case.applicant_name": "parties.Party.name",
    "cases.Participation.service": "catalogue.Service.code",
    "documents.Document.service": "catalogue.Service.code",
    "documents.WaitingPaper.kind": "documents.Document.kind",
    "documents.WaitingPaper.title": "documents.Document.title",
    "identity.DeniedAccess.kind": "journal.Fact.actor_kind",
    "identity.DeniedAccess.name": "identity.Account.name",
    "jobs.Job.lane": "journal.Fact.subject",
    "journal.Fact.actor": "identity.Account.name",
    "journal.Reading.office": "identity.Department.name",
    "letters.Letter.kind": "documents.Document.kind",
    "letters.Letter.title": "documents.Document.title",
    "licences.CheckCount.kind": "journal.Fact.actor_kind",
    "licences.CheckCount.name": "identity.Account.name",
    "licences.Licence.kind": "documents.Document.kind",
    "licences.Licence.service": "catalogue.Service.code",
    "notices.Notice.service": "catalogue.Service.code",
    "registers.Correction.decider_name": "identity.Account.name",
    "registers.Lookup.department": "identity.Department.name",
    "registers.Lookup.kind": "journal.Fact.actor_kind",
    "registers.Lookup.name": "identity.Account.name",
    "seals.Seal.owner": "crypto.Key.owner",
    "seals.SealUse.actor": "identity.Account.name",
    "workflow.Task.about": "workflow.Instance.about",
    "workflow.Task.topic": "workflow.Instance.topic",
}
# Names that say the same thing in every table, and so have one width.
ONE_WIDTH = {"area", "channel", "digest", "file_digest", "id_digest", "key_digest", "subject", "token"}


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


def width(column: str) -> int | None:
    label, _dot, name = column.rpartition(".")
    return apps.get_model(label)._meta.get_field(name).max_length


def unequal_copies(copies: Mapping[str, str]) -> list[str]:
    return [
        f"{copy} {width(copy)} != {source} {width(source)}"
        for copy, source in copies.items()
        if width(copy) != width(source)
    ]


def many_widths(models_: Iterable[type[models.Model]], names: Iterable[str]) -> list[str]:
    """Return the names that have several widths, with the tables of each."""
    found: dict[str, dict[int, list[str]]] = {name: {} for name in names}
    for model in models_:
        for field in model._meta.fields:
            if field.name in found and field.max_length and not field.choices:
                found[field.name].setdefault(field.max_length, []).append(model._meta.label)
    return [f"{name}: {widths}" for name, widths in found.items() if len(widths) > 1]


def test_a_copied_column_has_the_width_of_its_source():
    assert not unequal_copies(COPIES)
    assert not many_widths(ours(), ONE_WIDTH)


def test_a_narrower_copy_is_seen():
    assert unequal_copies({"identity.Department.name": "parties.Party.name"})
    assert many_widths(ours(), {"key"})


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
