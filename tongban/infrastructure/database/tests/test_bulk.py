from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tongban.infrastructure.database import bulk
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal.models import Batch, Fact
from tongban.infrastructure.kernel import clock

pytestmark = pytest.mark.django_db


def job(**more) -> Job:
    now = clock.now()
    return Job(**{"task": "a", "due_at": now, "created_at": now, **more})


def batch(number: int) -> Batch:
    words = {"previous": "", "digest": f"d{number}", "signature": b"\x01", "key_digest": "k"}
    return Batch(number=number, fact_ids=[], leaves=b"\x00\xff", sealed_at=clock.now(), **words)


def fact(**more) -> Fact:
    return Fact(**{"name": "jobs.Tried", "at": clock.now(), "actor_kind": "system", **more})


def test_what_is_inserted_is_what_django_would_have_kept():
    plain, special = job(), job(payload={"字": ["“1”", None, 1.5]}, lane="case:1", key="once", error="x%s'")
    bulk.insert(plain, special)

    assert plain.pk != special.pk
    assert list(Job.objects.order_by("pk")) == [plain, special]
    kept = Job.objects.get(pk=special.pk)
    for field in Job._meta.concrete_fields:
        assert getattr(kept, field.attname) == getattr(special, field.attname), field.name


def test_one_statement_writes_all_rows_and_nothing_writes_no_rows(django_assert_num_queries):
    with django_assert_num_queries(1):
        bulk.insert(*[job(lane=str(number)) for number in range(5)])
    with django_assert_num_queries(0):
        bulk.insert()

    assert sorted(Job.objects.values_list("lane", flat=True)) == ["0", "1", "2", "3", "4"]


def test_a_row_with_a_key_of_its_own_keeps_it():
    bulk.insert(job(pk=4711))

    assert Job.objects.get().pk == 4711


def test_an_inserted_row_can_be_saved_again():
    made = job()
    bulk.insert(made)
    made.lane = "b"
    made.save()

    assert Job.objects.get().lane == "b"


def test_only_the_named_fields_of_one_row_change():
    made, other = job(lane="a"), job(lane="a")
    bulk.insert(made, other)
    made.lane, made.error, made.due_at = "b", "not asked for", made.due_at + timedelta(days=1)
    bulk.update(made, ["lane", "due_at", "lane"])

    kept = Job.objects.get(pk=made.pk)
    assert (kept.lane, kept.error, kept.due_at) == ("b", "", made.due_at)
    assert Job.objects.get(pk=other.pk).lane == "a"


def test_a_row_that_is_gone_is_not_changed_silently():
    made = job()
    bulk.insert(made)
    Job.objects.all().delete()

    with pytest.raises(DatabaseError), transaction.atomic():
        bulk.update(made, ["lane"])


def test_a_refused_row_spoils_the_transaction_as_with_django():
    bulk.insert(job(key="once", pk=1))
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            bulk.insert(job(key="twice", pk=1))
        assert Job.objects.count() == 1
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            bulk.insert(job(key="twice", pk=1))
        assert connection.needs_rollback
        transaction.set_rollback(True)


def test_what_is_written_together_is_what_each_would_have_written(django_assert_max_num_queries):
    changed = job(lane="a")
    bulk.insert(changed)
    changed.lane, sealed = "b", batch(1)
    first, other, several = fact(batch=sealed), fact(), [job(lane="c"), job(lane="d")]

    with django_assert_max_num_queries(2 if connection.vendor == "postgresql" else 4), bulk.batch():
        bulk.insert(sealed)
        bulk.insert(first)
        bulk.update(changed, ["lane"])
        bulk.insert(*several)

    assert Fact.objects.get(pk=first.pk).batch == Batch.objects.get() == sealed
    assert [made.lane for made in Job.objects.order_by("pk")] == ["b", "c", "d"]
    assert [made.pk for made in Job.objects.order_by("pk")] == [changed.pk, *[made.pk for made in several]]
    bulk.insert(other)
    assert Fact.objects.count() == 2


def test_what_is_too_much_for_one_statement_is_written_in_order_with_several(django_assert_num_queries):
    sealed = batch(1)
    facts = [fact(batch=sealed, subject=str(number)) for number in range(9)]
    values = len(Fact._meta.local_concrete_fields) - 1
    assert len(facts) * values > 2 * bulk.MAX_VALUES

    with bulk.batch():
        bulk.insert(sealed)
        for one in facts:
            bulk.insert(one)

    assert [one.subject for one in Fact.objects.filter(batch=sealed).order_by("pk")] == list("012345678")
    assert [one.pk for one in facts] == list(Fact.objects.order_by("pk").values_list("pk", flat=True))


def test_a_later_row_fills_the_room_that_an_earlier_statement_has_left(django_assert_max_num_queries):
    several = [job(lane=lane) for lane in "abcd"]
    with django_assert_max_num_queries(2 if connection.vendor == "postgresql" else 4), bulk.batch():
        bulk.insert(fact())
        bulk.insert(fact())
        bulk.insert(*several)
        bulk.insert(batch(1))

    assert [made.lane for made in Job.objects.order_by("pk")] == ["a", "b", "c", "d"]
    assert (Fact.objects.count(), Batch.objects.count()) == (2, 1)


def test_a_row_may_be_changed_several_times_in_a_block():
    made = job(lane="a")
    bulk.insert(made)
    same = Job.objects.get(pk=made.pk)

    with bulk.batch():
        bulk.insert(fact())
        made.lane = "b"
        bulk.update(made, ["lane"])
        same.task = "other"
        bulk.update(same, ["task"])
        made.lane = "c"
        bulk.update(made, ["lane"])

    assert Job.objects.values_list("lane", "task").get(pk=made.pk) == ("c", "other")


def test_nothing_is_written_before_the_block_ends_and_nothing_of_one_that_fails():
    with bulk.batch():
        bulk.insert(job())
        with bulk.batch():
            bulk.insert(fact())
        assert not Job.objects.exists()
        assert not Fact.objects.exists()
    assert Job.objects.count() == Fact.objects.count() == 1

    def give_up():
        with bulk.batch():
            bulk.insert(job())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    bulk.insert(fact())
    assert (Job.objects.count(), Fact.objects.count()) == (1, 2)


def test_what_cannot_be_written_fails_at_the_end_and_takes_the_rest_with_it():
    gone = job()
    bulk.insert(gone)
    Job.objects.all().delete()

    def written_with(wrong):
        with transaction.atomic(), bulk.batch():
            bulk.insert(fact())
            wrong()

    for wrong in (lambda: bulk.update(gone, ["lane"]), lambda: bulk.insert(job(task=None))):
        with pytest.raises(DatabaseError):
            written_with(wrong)
    assert not Fact.objects.exists()
    assert not Job.objects.exists()


def test_many_rows_are_given_values_of_their_own_with_one_statement(django_assert_num_queries):
    jobs = [job(lane=f"case:{number}") for number in range(3)]
    bulk.insert(*jobs)
    due = clock.now() + timedelta(days=1)

    with django_assert_num_queries(1):
        bulk.update_all(Job, ["due_at", "leased_until"], [(jobs[0].pk, due, None), (jobs[1].pk, due, due)])

    kept = dict(Job.objects.values_list("lane", "leased_until"))
    assert kept == {"case:0": None, "case:1": due, "case:2": None}
    assert set(Job.objects.filter(due_at=due).values_list("lane", flat=True)) == {"case:0", "case:1"}


def test_rows_are_named_by_another_field_where_it_is_said():
    bulk.insert(job(lane="case:1"), job(lane="case:1"), job(lane="case:2"))

    bulk.update_all(Job, ["attempts"], [("case:1", 7)], by="lane")

    assert sorted(Job.objects.values_list("lane", "attempts")) == [("case:1", 7), ("case:1", 7), ("case:2", 0)]
