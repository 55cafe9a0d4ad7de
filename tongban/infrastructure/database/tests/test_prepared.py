from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.database.prepared import Param, PreparedQuery, PreparedUpdate
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock

TASK = Param("task", models.CharField())
DUE = Param("due", models.DateTimeField())


def job(task: str, *, minutes: int = 0, **more: Any) -> Job:
    now = clock.now()
    return Job.objects.create(task=task, due_at=now + timedelta(minutes=minutes), created_at=now, **more)


def asked() -> PreparedQuery[Any]:
    return PreparedQuery(lambda: Job.objects.filter(task=TASK, due_at__lte=DUE).order_by("pk"))


@pytest.mark.django_db
def test_it_answers_what_the_queryset_would_list():
    jobs = [job("a"), job("b"), job("a", minutes=5), job("a", payload={"x": "“1”"})]
    question = asked()

    for task in ("a", "b", "c", "a"):
        now = clock.now()
        found = question(task=task, due=now)
        assert found == list(Job.objects.filter(task=task, due_at__lte=now).order_by("pk"))
    assert question(task="a", due=clock.now())[-1].payload == {"x": "“1”"}
    assert question.one(task="b", due=clock.now()) == jobs[1]
    assert question.one(task="c", due=clock.now()) is None


@pytest.mark.django_db
def test_it_reads_values_flat_values_and_related_rows():
    made = job("a")
    pairs: PreparedQuery[Any] = PreparedQuery(lambda: Job.objects.filter(task=TASK).values_list("pk", "task"))
    flat: PreparedQuery[Any] = PreparedQuery(lambda: Job.objects.filter(task=TASK).values_list("task", flat=True))
    named: PreparedQuery[Any] = PreparedQuery(lambda: Job.objects.filter(task=TASK).values("pk"))

    assert pairs(task="a") == [(made.pk, "a")]
    assert flat(task="a") == ["a"]
    assert named(task="a") == [{"pk": made.pk}]


@pytest.mark.django_db
def test_postgresql_is_told_a_limit_like_a_value_so_that_one_plan_for_all_reads_in_order():
    jobs = [job("a") for _time in range(3)]
    newest: PreparedQuery[Any] = PreparedQuery(lambda: Job.objects.filter(task=TASK).order_by("-pk")[:2])

    with CaptureQueriesContext(connection) as seen:
        assert newest(task="a") == jobs[:0:-1]
    assert len(seen) == 1
    finished = newest._compiled[connection.vendor]
    if connection.vendor == "postgresql":
        assert finished.sql.endswith("LIMIT %s")
        assert finished.params[-1] == 2
    else:
        assert finished.sql.endswith("LIMIT 2")


@pytest.mark.django_db
def test_its_sql_is_made_once(django_assert_num_queries):
    question = asked()
    question(task="a", due=clock.now())
    question._querysets[0].query.get_compiler = None

    with django_assert_num_queries(1):
        question(task="b", due=clock.now())


@pytest.mark.django_db
def test_several_are_asked_for_at_once(django_assert_num_queries):
    old, new, other = job("a"), job("a", minutes=5), job("b")
    rows: PreparedQuery[Any] = PreparedQuery(
        lambda: Job.objects.filter(task=TASK).order_by("-pk")[:1],
        Job.objects.none,
        lambda: Job.objects.filter(due_at__lte=DUE).order_by("pk")[:2],
    )
    nothing: PreparedQuery[Any] = PreparedQuery(Job.objects.none, Job.objects.none)

    for task, newest in (("a", new), ("b", other)):
        with django_assert_num_queries(1):
            assert rows(task=task, due=clock.now()) == [newest, old, other]
    with django_assert_num_queries(0):
        assert nothing() == []


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_refused_outside_of_a_transaction_where_there_are_locks():
    made = job("a")
    locked: PreparedQuery[Any] = PreparedQuery(lambda: Job.objects.select_for_update().filter(task=TASK))

    with transaction.atomic():
        assert locked(task="a") == [made]
    with pytest.raises(TransactionManagementError):
        locked(task="a")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="an embedded database does not go away")
def test_a_connection_that_the_server_ended_is_seen_before_it_is_used():
    connection.ensure_connection()
    assert connection.is_usable()
    pid = connection.connection.info.backend_pid
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        for _turn in range(200):
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid])
            if cursor.fetchone() is None:
                break
    other.close()

    assert not connection.is_usable()
    connection.close()


def again() -> PreparedUpdate:
    return PreparedUpdate(lambda: Job.objects.filter(task=TASK), unhurried=True, attempts=F("attempts") + 1, due_at=DUE)


@pytest.mark.django_db
def test_an_update_changes_what_its_queryset_finds_and_says_how_many_rows():
    made, other, at = job("a"), job("b"), clock.now()
    change = again()

    assert [change(task="a", due=at), change(task="a", due=at), change(task="c", due=at)] == [1, 1, 0]
    made.refresh_from_db()
    other.refresh_from_db()
    assert (made.attempts, made.due_at, other.attempts) == (2, at, 0)


@pytest.mark.django_db(transaction=True)
def test_an_unhurried_update_is_one_statement_and_leaves_later_commits_as_they_were():
    job("a")
    change, postgresql = again(), connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute("SET synchronous_commit TO on")
        with CaptureQueriesContext(connection) as seen:
            assert change(task="a", due=clock.now()) == 1
        assert len(seen) == 1
        assert ("synchronous_commit" in seen[0]["sql"]) == postgresql
        if postgresql:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
            cursor.execute("RESET synchronous_commit")
    with transaction.atomic(), CaptureQueriesContext(connection) as inside:
        change(task="a", due=clock.now())
    assert "synchronous_commit" not in inside[-1]["sql"], "a caller's transaction waits as it wants to"
