import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.journal.models import Fact

THREADS = 4
SUBJECT = Param("subject", models.CharField())


@pytest.fixture
def impatient() -> Iterator[None]:
    """Let threads take turns as often as Python can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def together(*deeds: Callable[[], Any]) -> list[Any]:
    start = threading.Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [done.result() for done in [pool.submit(do, deed) for deed in deeds]]


def sql_of(question: PreparedQuery[Any]) -> str:
    # Locks are put into SQL only inside of a transaction, where there are any.
    with transaction.atomic() if connection.vendor == "postgresql" else nullcontext():
        return str(question._compile(connection.vendor).sql)


def prepared() -> list[PreparedQuery[Any]]:
    """Return the questions that rooms of the house have prepared."""
    rooms = [module for name, module in sys.modules.items() if name.startswith("tongban.") and ".tests" not in name]
    return [found for room in rooms for found in vars(room).values() if type(found) is PreparedQuery]


@pytest.mark.found("P1")
@pytest.mark.django_db
def test_threads_that_ask_a_fresh_question_at_once_are_asked_the_same(impatient):
    # A row joined to another, with its columns: what Django counts while it makes the SQL.
    questions = [
        PreparedQuery(lambda: Fact.objects.filter(subject=SUBJECT, batch__number__gt=0).select_related("batch")),
        *(PreparedQuery(*question._builds) for question in prepared()),
    ]
    assert len(questions) > 10

    for question in questions:
        right = sql_of(PreparedQuery(*question._builds))
        for _turn in range(40 if question is questions[0] else 4):
            fresh = PreparedQuery(*question._builds)
            assert fresh._querysets
            assert set(together(*[lambda fresh=fresh: sql_of(fresh)] * THREADS)) == {right}
            assert fresh._compiled[connection.vendor].sql == right


@pytest.mark.found("P1")
@pytest.mark.django_db
def test_questions_that_hold_the_same_question_inside_do_not_spoil_each_other(impatient):
    def part() -> QuerySet[Any]:
        inside = Fact.objects.filter(pk__gt=OuterRef("pk")).order_by("batch__number").values("pk")[:1]
        return Fact.objects.filter(subject=SUBJECT).annotate(number=Subquery(inside))

    right = sql_of(PreparedQuery(part))

    for _turn in range(60):
        shared = part()
        questions = [PreparedQuery(lambda shared=shared: shared.all()) for _thread in range(THREADS)]
        made = together(*[lambda question=question: sql_of(question) for question in questions])
        assert set(made) == {right}
