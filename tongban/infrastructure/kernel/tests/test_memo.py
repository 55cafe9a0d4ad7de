"""Values are made once, bounded in number and time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tongban.infrastructure.kernel import memo
from tongban.infrastructure.kernel.memo import Memo


def test_a_value_is_made_once():
    made: list[str] = []
    values: Memo[str] = Memo(10)

    for _time in range(3):
        assert values.get("a", lambda: made.append("a") or "A") == "A"

    assert made == ["a"]


def test_the_one_asked_for_longest_ago_makes_room():
    values: Memo[int] = Memo(2)
    values.get("a", lambda: 1)
    values.get("b", lambda: 2)
    values.get("a", lambda: 0)

    values.get("c", lambda: 3)

    assert "a" in values
    assert "b" not in values
    assert len(values) == 2


def test_a_value_counts_for_its_seconds():
    kept: Memo[int] = Memo(2, seconds=lambda: 60)
    passed: Memo[int] = Memo(2, seconds=lambda: -1)
    for values in (kept, passed):
        values.get("a", lambda: 1)

    assert kept.get("a", lambda: 2) == 1
    assert passed.get("a", lambda: 2) == 2


def test_one_may_look_without_making():
    values: Memo[int] = Memo(2)

    assert values.known("a") is None
    assert values.get("a", lambda: 1) == values.known("a") == 1


def test_what_fails_is_not_kept():
    values: Memo[int] = Memo(2)
    with pytest.raises(ZeroDivisionError):
        values.get("a", lambda: 1 // 0)

    assert values.get("a", lambda: 7) == 7


def test_all_threads_are_given_the_same_value():
    values: Memo[object] = Memo(2)
    together = Barrier(8)

    def ask() -> object:
        together.wait()
        return values.get("a", object)

    with ThreadPoolExecutor(8) as pool:
        found = {id(future.result()) for future in [pool.submit(ask) for _time in range(8)]}

    assert len(found) == 1


def test_everything_is_forgotten_at_once():
    values: Memo[int] = Memo(2)
    values.get("a", lambda: 1)

    memo.forget_all()

    assert len(values) == 0
