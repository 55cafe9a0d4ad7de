"""Many at once: nobody gets what somebody else has. With real parallelism, which the tests' SQLite has not."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.ledger import services as ledger
from tongban.platform.ledger.models import LedgerAccount, LedgerMove

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="the tests' database in memory takes one writer at a time"
    ),
]
THREADS = 8


@pytest.fixture
def hall():
    ledger.open_account(code="outside", unit="seat", floor=None)
    for code in ("hall", "guests", "gallery"):
        ledger.open_account(code=code, unit="seat")
    ledger.move(key="open", giver="outside", taker="hall", amount=50, reason="opened")


def at_once(work, number):
    """Do this for each number in threads; return how many were not refused."""

    def one(which):
        try:
            work(which)
        except Refusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(one, range(number)))


def test_fifty_seats_are_taken_fifty_times(hall):
    taken = at_once(lambda n: ledger.move(key=f"{n}", giver="hall", taker="guests", amount=1, reason="taken"), 120)

    assert taken == 50
    assert LedgerAccount.objects.get(code="guests").balance == 50
    assert ledger.discrepancies() == []


def test_fifty_seats_are_held_fifty_times(hall):
    held = at_once(lambda n: ledger.hold(key=f"{n}", account="hall", amount=1), 120)

    assert held == 50
    assert LedgerAccount.objects.get(code="hall").standing.free == 0


def test_one_key_sent_by_all_moves_once(hall):
    at_once(lambda n: ledger.move(key="same", giver="hall", taker="guests", amount=5, reason="taken"), 40)

    assert LedgerAccount.objects.get(code="guests").balance == 5
    assert LedgerMove.objects.filter(key="same").count() == 1


def test_moves_back_and_forth_block_nobody(hall):
    codes = ("hall", "guests", "gallery")

    def around(n):
        giver, taker = codes[n % 3], codes[(n + 1 + n // 3 % 2) % 3]
        ledger.move(key=f"{n}", giver=giver, taker=taker, amount=1, reason="moved")

    at_once(around, 200)

    assert LedgerAccount.objects.total("seat") == 0
    assert ledger.discrepancies() == []


def test_a_hold_is_used_once_by_all(hall):
    ledger.hold(key="h", account="hall", amount=50)

    at_once(lambda n: ledger.use(key="h", taker="guests", reason="taken"), 30)

    assert LedgerAccount.objects.get(code="guests").balance == 50
