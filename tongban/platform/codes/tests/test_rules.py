"""The vectors of the facts handbook, §2.2; computed there by an independent program."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform.codes.rules import Calendar


def d(text: str) -> date:
    return date.fromisoformat(text)


def shipped() -> Calendar:
    content = tomllib.loads((Path(__file__).parent.parent / "data" / "calendar.toml").read_text())
    holidays, makeup = set(), set()
    for year in content["year"]:
        for holiday in year["holiday"]:
            length = (holiday["to"] - holiday["from"]).days + 1
            holidays |= {holiday["from"] + timedelta(days=n) for n in range(length)}
            makeup |= set(holiday.get("work", []))
    fixed = frozenset(tuple(map(int, day.split("-"))) for entry in content["fixed"] for day in entry["days"])
    return Calendar(frozenset(holidays), frozenset(makeup), d("2026-12-31"), d("2025-01-01"), fixed)


CALENDAR = shipped()


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-02-10", 5, "2026-02-24"),
        ("2026-02-10", 20, "2026-03-16"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-04-28", 5, "2026-05-08"),
        ("2026-04-30", 20, "2026-06-01"),
        ("2026-09-18", 10, "2026-10-09"),
        ("2026-09-29", 20, "2026-11-02"),
        ("2026-09-29", 30, "2026-11-16"),
        ("2026-09-29", 45, "2026-12-07"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2026-06-17", 5, "2026-06-25"),
        ("2026-03-02", 20, "2026-03-30"),
        ("2026-03-02", 30, "2026-04-14"),
        ("2026-09-29", 5, "2026-10-12"),
        ("2026-02-11", 10, "2026-03-03"),
        ("2026-01-20", 20, "2026-02-24"),
        ("2026-02-24", 20, "2026-03-23"),
        ("2026-03-02", 0, "2026-03-02"),
    ],
)
def test_a_period_ends_on_its_last_working_day(start, days, end):
    assert CALENDAR.add(d(start), days) == d(end)


def test_a_special_procedure_moves_the_end_by_the_working_days_it_took():
    pauses = [(d("2026-03-10"), d("2026-03-24"))]

    assert CALENDAR.lost(pauses) == 10
    assert CALENDAR.due_after(d("2026-03-02"), 20, pauses).on == d("2026-04-14")


def test_days_in_two_pauses_at_once_are_lost_once():
    pauses = [(d("2026-03-10"), d("2026-03-24")), (d("2026-03-12"), d("2026-03-20"))]

    assert CALENDAR.lost(pauses) == 10


def test_a_renewal_is_asked_for_thirty_working_days_before_the_licence_ends():
    assert CALENDAR.before(d("2026-12-31"), 30) == d("2026-11-19")


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_shipped_years_have_248_working_days(year):
    assert CALENDAR.count(date(year - 1, 12, 31), date(year, 12, 31)) == 248


@pytest.mark.parametrize("text", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_a_make_up_weekend_is_worked(text):
    assert CALENDAR.is_workday(d(text))


@pytest.mark.parametrize(("start", "days", "end"), [("2026-09-05", 30, "2026-10-08"), ("2026-03-02", 1, "2026-03-03")])
def test_a_period_of_calendar_days_that_ends_on_a_day_off_moves_on(start, days, end):
    assert CALENDAR.due_in_days(d(start), days) == (d(end), True)


def test_a_day_beyond_the_published_notices_is_flagged():
    due = CALENDAR.due(d("2026-12-25"), 10)

    assert due == (d("2027-01-11"), False)


def test_the_law_fixes_some_holidays_before_the_notice_is_published():
    assert not CALENDAR.is_workday(d("2027-10-01"))
    assert CALENDAR.is_workday(d("2027-10-04"))


def test_a_day_before_the_first_notice_is_flagged():
    assert not CALENDAR.knows(d("2024-12-31"))


@given(start=st.dates(d("2025-01-01"), d("2026-12-31")), days=st.integers(0, 90))
def test_counting_undoes_adding(start, days):
    end = CALENDAR.add(start, days)

    assert CALENDAR.count(start, end) == days
    assert days == 0 or CALENDAR.is_workday(end)


@given(start=st.dates(d("2025-01-01"), d("2026-12-31")), first=st.integers(0, 40), second=st.integers(0, 40))
def test_two_periods_one_after_the_other_end_where_one_of_both_lengths_ends(start, first, second):
    assert CALENDAR.add(CALENDAR.add(start, first), second) == CALENDAR.add(start, first + second)
