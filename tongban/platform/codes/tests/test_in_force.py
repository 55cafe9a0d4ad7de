"""The newest row in force on a day."""

from dataclasses import dataclass
from datetime import date

import pytest

from tongban.platform.codes.services import in_force

ROWS = [
    {"valid_from": date(2020, 1, 1), "percent": 90},
    {"valid_from": date(2026, 7, 1), "percent": 80},
]


def test_the_newest_row_that_has_begun_counts():
    assert in_force(ROWS, date(2026, 6, 30))["percent"] == 90
    assert in_force(ROWS[::-1], date(2026, 7, 1))["percent"] == 80


def test_a_row_counts_to_its_last_day():
    ended = {"valid_from": date(2026, 8, 1), "valid_until": date(2026, 8, 31), "percent": 70}

    assert in_force([*ROWS, ended], date(2026, 8, 31))["percent"] == 70
    assert in_force([*ROWS, ended], date(2026, 9, 1))["percent"] == 80


def test_rows_may_be_objects():
    @dataclass
    class Terms:
        valid_from: date
        days: int

    assert in_force([Terms(date(2026, 1, 1), 30), Terms(date(2026, 7, 1), 10)], date(2026, 7, 1)).days == 10


def test_before_the_first_row_nothing_is_in_force():
    with pytest.raises(LookupError, match="2019-12-31"):
        in_force(ROWS, date(2019, 12, 31))
