"""Moves, holds and what must always be true of them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.platform.ledger import schedule
from tongban.platform.ledger import services as ledger
from tongban.platform.ledger.models import LedgerAccount, LedgerHold, LedgerMove

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def hall():
    """A hall of ten seats, filled from outside; and somebody who takes them."""
    ledger.open_account(code="outside", unit="seat", floor=None)
    ledger.open_account(code="hall", unit="seat", capacity=10)
    ledger.open_account(code="guests", unit="seat")
    ledger.move(key="open", giver="outside", taker="hall", amount=10, reason="opened")


def balance(code):
    return LedgerAccount.objects.get(code=code).balance


def take(key, amount=1):
    ledger.move(key=key, giver="hall", taker="guests", amount=amount, reason="taken", subject="party:1")


def test_what_one_gives_the_other_takes():
    take("a", 4)

    assert (balance("hall"), balance("guests")) == (6, 4)
    assert LedgerAccount.objects.total("seat") == 0


def test_nobody_gives_what_they_have_not():
    with pytest.raises(ledger.NotEnough):
        take("a", 11)

    assert balance("hall") == 10


def test_nothing_holds_more_than_it_can():
    with pytest.raises(ledger.NoRoom):
        ledger.move(key="b", giver="outside", taker="hall", amount=1, reason="opened")


def test_the_same_key_is_the_same_move():
    take("a", 4)
    take("a", 4)

    assert balance("hall") == 6


def test_a_key_does_not_stand_for_two_moves():
    take("a", 4)

    with pytest.raises(ledger.NotTheSame):
        take("a", 5)


@pytest.mark.parametrize("amount", [0, -3])
def test_an_amount_is_above_zero(amount):
    with pytest.raises(ledger.NothingMoved):
        take("a", amount)


def test_a_seat_does_not_become_money():
    ledger.open_account(code="till", unit="fen")

    with pytest.raises(ledger.NothingMoved):
        ledger.move(key="a", giver="hall", taker="till", amount=1, reason="taken")


def test_several_moves_are_carried_out_together_or_not_at_all():
    good = ledger.Transfer("a", "hall", "guests", 3, "taken")

    with pytest.raises(ledger.NotEnough):
        ledger.post([good, good._replace(key="b", amount=8)])

    assert balance("hall") == 10
    assert ledger.post([good, good._replace(key="b", amount=7), good]) == 2


def test_an_account_is_opened_once():
    assert ledger.open_account(code="hall", unit="seat", capacity=10).balance == 10
    with pytest.raises(ledger.NotTheSame):
        ledger.open_account(code="hall", unit="seat", capacity=11)


def test_capacity_is_not_less_than_what_is_there():
    with pytest.raises(ledger.NoRoom):
        ledger.change_capacity(code="hall", capacity=9)

    assert ledger.change_capacity(code="hall", capacity=12).capacity == 12


def test_an_unknown_account_is_named():
    with pytest.raises(LedgerAccount.DoesNotExist, match="cellar"):
        ledger.move(key="a", giver="cellar", taker="hall", amount=1, reason="taken")


def test_what_is_held_is_not_given_to_others():
    ledger.hold(key="for-lin", account="hall", amount=8)

    with pytest.raises(ledger.NotEnough):
        take("a", 3)


def test_a_hold_becomes_a_move_once():
    ledger.hold(key="for-lin", account="hall", amount=8, subject="party:7")

    first = ledger.use(key="for-lin", taker="guests", reason="taken")
    again = ledger.use(key="for-lin", taker="guests", reason="taken")

    assert first == again
    assert (balance("hall"), balance("guests"), first.subject) == (2, 8, "party:7")


def test_what_a_hold_leaves_is_free_again():
    ledger.hold(key="for-lin", account="hall", amount=8)
    ledger.use(key="for-lin", taker="guests", reason="taken", amount=5)

    assert LedgerAccount.objects.get(code="hall").standing.free == 5


def test_nobody_uses_more_than_was_held():
    ledger.hold(key="for-lin", account="hall", amount=2)

    with pytest.raises(ledger.NotEnough):
        ledger.use(key="for-lin", taker="guests", reason="taken", amount=3)


def test_a_released_hold_is_free_again_and_cannot_be_used():
    ledger.hold(key="for-lin", account="hall", amount=8)
    ledger.release(key="for-lin")
    ledger.release(key="for-lin")

    take("a", 10)
    with pytest.raises(ledger.NoLongerHeld):
        ledger.use(key="for-lin", taker="guests", reason="taken")


def test_a_hold_ends_with_its_time_and_the_room_is_told():
    with clock.at(NOW):
        ledger.hold(key="for-lin", account="hall", amount=8, until=NOW + timedelta(minutes=15), subject="party:7")
    with clock.at(NOW + timedelta(minutes=15)):
        with pytest.raises(ledger.NoLongerHeld):
            ledger.use(key="for-lin", taker="guests", reason="taken")
        schedule.release_what_nobody_used()

    assert LedgerHold.objects.get().state == "expired"
    assert LedgerAccount.objects.get(code="hall").standing.free == 10
    assert Fact.objects.get(name="ledger.LedgerHoldExpired").data["about"] == "party:7"


def test_a_hold_without_a_last_moment_stays():
    ledger.hold(key="for-lin", account="hall", amount=8)

    assert ledger.expire() == 0


def test_an_amount_is_allocated_out_of_several_accounts():
    ledger.open_account(code="gallery", unit="seat")
    ledger.move(key="open-2", giver="outside", taker="gallery", amount=4, reason="opened")

    parts = ledger.allocate(key="group", accounts=["gallery", "hall"], amount=7)

    assert [(part.account.code, part.amount) for part in parts] == [("gallery", 4), ("hall", 3)]
    assert ledger.allocate(key="group", accounts=["gallery", "hall"], amount=7) == parts
    with pytest.raises(ledger.NotEnough):
        ledger.allocate(key="others", accounts=["gallery", "hall"], amount=8)


def test_the_database_itself_oversells_nothing():
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerAccount.objects.filter(code="hall").update(balance=-1)


def test_a_balance_written_by_hand_is_found():
    assert ledger.discrepancies() == []
    LedgerAccount.objects.filter(code="guests").update(balance=3)

    assert [(one.code, one.balance, one.moved) for one in ledger.discrepancies()] == [("guests", 3, 0)]


def test_the_worker_releases_by_itself():
    assert any(task.run is schedule.release_what_nobody_used for task in jobs.periodic_tasks())


ACCOUNTS = ("outside", "hall", "guests")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["move", "hold", "use", "release"]),
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        st.integers(1, 9),
        st.integers(0, 5),
    ),
    max_size=25,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happens_nothing_is_lost_made_or_sold_twice(steps):
    with transaction.atomic():
        for kind, giver, taker, amount, number in steps:
            one_step(kind, giver, taker, amount, number)

        assert LedgerAccount.objects.total("seat") == 0
        assert ledger.discrepancies() == []
        assert all(row.standing.free >= 0 for row in LedgerAccount.objects.exclude(floor=None))
        assert balance("hall") <= 10
        transaction.set_rollback(True)


def one_step(kind, giver, taker, amount, number):
    """Do one thing as somebody might who knows nothing; a refusal is an answer as well."""
    try:
        with transaction.atomic():
            if kind == "move":
                ledger.move(
                    key=f"{giver}{taker}{amount}{number}", giver=giver, taker=taker, amount=amount, reason="any"
                )
            elif kind == "hold":
                ledger.hold(key=str(number), account=giver, amount=amount)
            elif kind == "use":
                ledger.use(key=str(number), taker=taker, reason="any", amount=amount)
            else:
                ledger.release(key=str(number))
    except (ledger.Refusal, LedgerHold.DoesNotExist):
        pass


def test_moves_about_a_subject_come_in_their_order():
    take("a")
    take("b")

    assert [row.key for row in LedgerMove.objects.about("party:1")] == ["a", "b"]
    guests = LedgerAccount.objects.coded("guests")
    assert [row.key for row in LedgerMove.objects.of_account(guests)] == ["b", "a"]
