"""What an account can give and take, and how an amount is spread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform.ledger.rules import Standing, allocated


@pytest.mark.parametrize(
    ("standing", "free", "room"),
    [
        (Standing(10), 10, None),
        (Standing(10, held=3), 7, None),
        (Standing(10, floor=4), 6, None),
        (Standing(10, floor=None), None, None),
        (Standing(10, capacity=12), 10, 2),
    ],
)
def test_what_is_free_and_what_has_room(standing, free, room):
    assert (standing.free, standing.room) == (free, room)


def test_what_is_promised_cannot_be_given():
    assert Standing(10, held=3).gives(7)
    assert not Standing(10, held=3).gives(8)


def test_an_account_without_a_bottom_gives_whatever_is_asked():
    assert Standing(0, floor=None).gives(10**12)


def test_a_full_account_takes_nothing():
    assert not Standing(10, capacity=10).takes(1)


@pytest.mark.parametrize(
    ("amount", "free", "parts"),
    [
        (5, [3, 4], [3, 2]),
        (7, [3, 4], [3, 4]),
        (8, [3, 4], None),
        (8, [3, None], [3, 5]),
        (2, [0, 0, 9], [0, 0, 2]),
        (1, [], None),
    ],
)
def test_the_first_gives_as_much_as_it_can(amount, free, parts):
    assert allocated(amount, free) == parts


@given(st.integers(1, 500), st.lists(st.integers(0, 60), max_size=12))
def test_all_is_allocated_or_nothing_is(amount, free):
    parts = allocated(amount, free)

    if parts is None:
        assert sum(free) < amount
    else:
        assert sum(parts) == amount
        assert all(0 <= part <= most for part, most in zip(parts, free, strict=True))
