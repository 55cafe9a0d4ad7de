"""Last days and lights; the vectors of the field."""

from datetime import date
from functools import partial

import pytest

from tongban.platform.codes.rules import Calendar
from tongban.platform.deadlines import rules

# 2026 as the notice of the State Council gives it.
OFF = [
    *[date(2026, 1, day) for day in (1, 2, 3)],
    *[date(2026, 2, day) for day in range(15, 24)],
    *[date(2026, 4, day) for day in (4, 5, 6)],
    *[date(2026, 5, day) for day in range(1, 6)],
    *[date(2026, 6, day) for day in (19, 20, 21)],
    *[date(2026, 9, day) for day in (25, 26, 27)],
    *[date(2026, 10, day) for day in range(1, 8)],
]
WORKED = [
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]
CALENDAR = Calendar(frozenset(OFF), frozenset(WORKED), date(2026, 12, 31))


def test_days_in_which_a_clock_stood_still_turn_no_light_yellow():
    start, due = date(2026, 3, 2), CALENDAR.add(date(2026, 3, 2), 30)  # twenty days, and ten that do not count
    light = partial(rules.light, start=start, due=due, done=None, calendar=CALENDAR, warn_percent=50, paused=10)

    assert light(today=CALENDAR.add(start, 19)) == "green"
    assert light(today=CALENDAR.add(start, 20)) == "yellow"


@pytest.mark.parametrize(
    ("today", "colour"),
    [
        (date(2026, 4, 21), "green"),
        (date(2026, 4, 30), "green"),
        (date(2026, 5, 6), "yellow"),
        (date(2026, 5, 7), "yellow"),
        (date(2026, 5, 8), "red"),
    ],
)
def test_the_light_of_ten_days_accepted_on_20_april(today, colour):
    start, due = date(2026, 4, 20), CALENDAR.add(date(2026, 4, 20), 10)

    assert due == date(2026, 5, 7)
    assert rules.light(start=start, due=due, today=today, done=None, calendar=CALENDAR, warn_percent=90) == colour


def test_a_clock_that_does_not_run_is_grey():
    assert (
        rules.light(start=None, due=None, today=date(2026, 3, 2), done=None, calendar=CALENDAR, warn_percent=90)
        == "grey"
    )


@pytest.mark.parametrize(
    ("start", "days", "unit", "due"),
    [
        (date(2026, 2, 10), 5, "workday", date(2026, 2, 24)),
        (date(2026, 9, 29), 20, "workday", date(2026, 11, 2)),
        (date(2026, 3, 2), 15, "day", date(2026, 3, 17)),
        # 1 May and the days after are off: the limit moves on to 6 May.
        (date(2026, 4, 16), 15, "day", date(2026, 5, 6)),
        (date(2026, 3, 2), 0, "day", date(2026, 3, 2)),
        # 31 August has no counterpart in February; 28 February 2027 is a Sunday.
        (date(2026, 8, 31), 6, "month", date(2027, 3, 1)),
        (date(2026, 3, 2), 6, "month", date(2026, 9, 2)),
    ],
)
def test_a_limit_says_its_unit(start, days, unit, due):
    assert rules.last_day(start, days, unit, CALENDAR) == due
