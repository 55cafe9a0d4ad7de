"""A verb joins its caller's transaction, or has one of its own."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.database.transactions import joined


class Refused(Exception): ...


@joined
def verb(*, refuse: bool = False) -> bool:
    if refuse:
        raise Refused
    return connection.in_atomic_block


def said() -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        verb()
    return [query["sql"].split()[0] for query in seen.captured_queries]


@pytest.mark.django_db(transaction=True)
def test_by_itself_it_has_a_transaction_of_its_own():
    assert verb() is True
    assert "COMMIT" in said()


@pytest.mark.django_db
def test_it_joins_its_callers_without_a_savepoint():
    assert said() == []


@pytest.mark.django_db
def test_what_it_refuses_leaves_the_callers_transaction_usable():
    with transaction.atomic():
        with pytest.raises(Refused):
            verb(refuse=True)

        assert verb()
