from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tongban.infrastructure.database import writing
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock

pytestmark = pytest.mark.django_db


def job(**more) -> Job:
    now = clock.now()
    return Job(**{"task": "a", "due_at": now, "created_at": now, **more})


def test_what_is_inserted_is_what_django_would_have_kept():
    plain, special = job(), job(payload={"字": ["“1”", None, 1.5]}, lane="case:1", key="once", error="x%s'")
    writing.insert(plain, special)

    assert plain.pk != special.pk
    assert list(Job.objects.order_by("pk")) == [plain, special]
    kept = Job.objects.get(pk=special.pk)
    for field in Job._meta.concrete_fields:
        assert getattr(kept, field.attname) == getattr(special, field.attname), field.name


def test_one_statement_writes_all_rows_and_nothing_writes_no_rows(django_assert_num_queries):
    with django_assert_num_queries(1):
        writing.insert(*[job(lane=str(number)) for number in range(5)])
    with django_assert_num_queries(0):
        writing.insert()

    assert sorted(Job.objects.values_list("lane", flat=True)) == ["0", "1", "2", "3", "4"]


def test_a_row_with_a_key_of_its_own_keeps_it():
    writing.insert(job(pk=4711))

    assert Job.objects.get().pk == 4711


def test_an_inserted_row_can_be_saved_again():
    made = job()
    writing.insert(made)
    made.lane = "b"
    made.save()

    assert Job.objects.get().lane == "b"


def test_only_the_named_fields_of_one_row_change():
    made, other = job(lane="a"), job(lane="a")
    writing.insert(made, other)
    made.lane, made.error, made.due_at = "b", "not asked for", made.due_at + timedelta(days=1)
    writing.change(made, ["lane", "due_at", "lane"])

    kept = Job.objects.get(pk=made.pk)
    assert (kept.lane, kept.error, kept.due_at) == ("b", "", made.due_at)
    assert Job.objects.get(pk=other.pk).lane == "a"


def test_a_row_that_is_gone_is_not_changed_silently():
    made = job()
    writing.insert(made)
    Job.objects.all().delete()

    with pytest.raises(DatabaseError), transaction.atomic():
        writing.change(made, ["lane"])


def test_a_refused_row_spoils_the_transaction_as_with_django():
    writing.insert(job(key="once", pk=1))
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            writing.insert(job(key="twice", pk=1))
        assert Job.objects.count() == 1
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            writing.insert(job(key="twice", pk=1))
        assert connection.needs_rollback
        transaction.set_rollback(True)
