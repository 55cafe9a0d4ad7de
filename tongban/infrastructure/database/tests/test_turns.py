import threading

import pytest
from django.db import connection, connections, transaction

from tongban.infrastructure.database.turns import Turns, away

pytestmark = [pytest.mark.found("S-C2"), pytest.mark.django_db(transaction=True)]


def used():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return connections["default"]


def in_threads(work, count):
    found = []
    threads = [threading.Thread(target=lambda: found.append(work())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


def closed(*held):
    for one in {id(one): one for one in held}.values():
        one.close()


def test_there_are_never_more_connections_than_turns():
    application = Turns(lambda _environ, _start: used(), turns=2)

    held = in_threads(lambda: application({}, None), 12)

    assert len(held) == 12
    assert len({id(one) for one in held}) <= 2
    closed(*held)


def test_who_waits_for_something_else_lets_others_have_the_turn():
    waits, goes_on = threading.Event(), threading.Event()

    def answer(environ, _start):
        first = used()
        if environ:
            with away():
                waits.set()
                assert goes_on.wait(10)
        return first, used()

    application = Turns(answer, turns=1)
    slow = []
    thread = threading.Thread(target=lambda: slow.append(application({"slow": True}, None)))
    thread.start()
    assert waits.wait(10)

    other = in_threads(lambda: application({}, None), 1)
    goes_on.set()
    thread.join(10)

    assert other
    assert slow
    closed(*other[0], *slow[0])


def test_within_a_transaction_the_turn_is_kept():
    def answer(_environ, _start):
        with transaction.atomic():
            before = used()
            with away():
                assert connections["default"] is before
        return before

    held = in_threads(lambda: Turns(answer, turns=1)({}, None), 1)

    assert held
    closed(*held)


def test_outside_a_request_there_is_nothing_to_give_back():
    before = used()

    with away():
        assert connections["default"] is before
