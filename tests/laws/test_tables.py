"""Law 7: a foreign key is an import, so it points down. And: tables say what is true of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, models
from django.test.utils import isolate_apps

from tests.laws.house import height
from tongban.infrastructure.kernel.module import rooms

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
    return (model for room in rooms() for model in room.get_models())


def room_of(model: type[models.Model]) -> str:
    """Return the room of a table: "platform.cases"; the package that it is of, where that comes from outside."""
    parts = model.__module__.split(".")
    return ".".join(parts[1:3]) if parts[0] == "tongban" else parts[0]


def upward_keys(models_: Iterable[type[models.Model]]) -> Iterator[str]:
    """Yield the columns, and the tables between two, by which a room knows one that does not stand below it."""
    for model in models_:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            target = field.related_model
            if target is None or target.__module__.startswith("django."):
                continue
            here, there = room_of(model), room_of(target)
            if there != here and height(there) >= height(here):
                yield f"{model._meta.label}.{field.name} -> {target._meta.label}"


def test_keys_to_other_tables_point_down():
    assert not list(upward_keys(ours()))


def planted(room: str, name: str, **fields: models.Field) -> type[models.Model]:
    meta = type("Meta", (), {"app_label": "planted"})
    return type(name, (models.Model,), {"__module__": f"{room}.models", "Meta": meta, **fields})


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("tongban.infrastructure.jobs", "tongban.infrastructure.journal"),
        ("tongban.infrastructure.journal", "tongban.applications.permits"),
        ("tongban.platform.identity", "tongban.platform.codes"),
        ("tongban.platform.parties", "tongban.platform.cases"),
        ("tongban.platform.cases", "tongban.applications.permits"),
        ("tongban.platform.cases", "parking"),
        ("tongban.applications.permits", "tongban.applications.ratings"),
        ("tongban.applications.permits", "tongban.portals.hall"),
        ("tongban.portals.desk", "tongban.portals.hall"),
        ("tongban.portals.hall", "tongban.city"),
    ],
)
@pytest.mark.parametrize("kind", [models.ForeignKey, models.OneToOneField, models.ManyToManyField])
@isolate_apps()
def test_a_key_that_points_up_or_aside_is_seen_on_every_floor(below, above, kind):
    other = planted(above, "Other")
    more = {} if kind is models.ManyToManyField else {"on_delete": models.PROTECT}
    here = planted(below, "Here", other=kind(other, **more))

    assert list(upward_keys([here])) == ["planted.Here.other -> planted.Other"]
    assert not list(upward_keys([other]))


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


def blind_indexes(models_: Iterable[type[models.Model]]) -> list[str]:
    """Return the indexes that leave out a value of the column they begin with.

    A value that is bound shows neither SQLite nor a plan for all values that it is another: the whole table is read.
    """
    return [
        index.name
        for model in models_
        for index in model._meta.indexes
        if index.condition is not None
        and any(
            isinstance(part, models.Q) and part.negated and index.fields[:1] == [name]
            for part in (index.condition, *index.condition.children)
            for name, _value in (child for child in getattr(part, "children", ()) if isinstance(child, tuple))
        )
    ]


def test_no_index_leaves_out_what_a_bound_value_cannot_show():
    assert not blind_indexes(ours())


@isolate_apps()
def test_an_index_that_leaves_out_the_empty_value_is_seen():
    meta = type(
        "Meta",
        (),
        {
            "app_label": "planted",
            "indexes": [
                models.Index(fields=["about"], name="blind", condition=~models.Q(about="")),
                models.Index(fields=["-at"], name="sighted", condition=~models.Q(about="")),
            ],
        },
    )
    fields = {"about": models.CharField(max_length=9), "at": models.DateField()}
    model = type("Here", (models.Model,), {"__module__": "tongban.platform.cases.models", "Meta": meta, **fields})

    assert blind_indexes([model]) == ["blind"]


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


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL brings every function that its tables name")
@pytest.mark.django_db
def test_a_program_without_our_functions_can_read_and_check_the_tables():
    """A copy of the database is made and checked by plain SQLite, which knows no function of Django's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        wants = [name for name, sql in cursor.fetchall() if re.search(r"\bREGEXP\b|\bdjango_\w+\(", sql)]

    assert wants == []
