"""What a decision table is tried with: every option, every bound and its neighbours, every age at its birthday."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform.catalogue.rules import samples
from tongban.platform.parties.services import age

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("question", "edges", "answers"),
    [
        pytest.param({"enum": ["a", "b"]}, [], [None, "a", "b"], id="each option"),
        pytest.param({"enum": ["a"], "const": "b"}, [], [None, "a", "b"], id="what alone is right"),
        pytest.param({"const": False}, [], [None, False], id="a no that alone is right"),
        pytest.param({"enum": [1, 2], "type": "integer"}, [7], [None, 1, 2], id="options before numbers"),
        pytest.param({"type": "boolean"}, [], [None, True, False], id="yes and no"),
        pytest.param({"type": "integer"}, [], [None, 1], id="some number where none matters"),
        pytest.param({"type": "integer"}, [5], [None, 4, 5, 6], id="a bound and its neighbours"),
        pytest.param({"type": "integer"}, [1, 100], [None, 0, 1, 2, 50, 99, 100, 101], id="between two bounds"),
        pytest.param({"type": "number"}, [1, 2], [None, 0, 1, 1.5, 2, 3], id="halves"),
        pytest.param({"type": "number"}, [0.5], [None, -0.5, 0.5, 1.5], id="around a half"),
        pytest.param({"type": "integer", "minimum": 3}, [], [None, 2, 3, 4], id="a bound of the form"),
        pytest.param({"type": "integer", "exclusiveMaximum": 3}, [], [None, 2, 3, 4], id="one that is excluded"),
        pytest.param({"type": "integer", "maximum": 3, "exclusiveMinimum": 3}, [], [None, 2, 3, 4], id="one bound"),
        pytest.param({"type": "integer"}, [True, "7", date(2026, 1, 1)], [None, 1], id="what is no number"),
        pytest.param({"type": "string"}, ["a", "b", "a"], [None, "a", "b", samples.OTHER], id="each text, and another"),
        pytest.param({"type": "string"}, [3, True], [None, samples.OTHER], id="what is no text"),
        pytest.param({"type": "string", "minLength": 6}, [], [None, "其他内容字字"], id="a text that is long enough"),
        pytest.param({"type": "string", "minLength": 999}, [], [None, "其他内容".ljust(200, "字")], id="within reason"),
        pytest.param(
            {"type": "string", "format": "date"},
            [date(2026, 1, 1), "2027-01-01"],
            [None, "2025-12-31", "2026-01-01", "2026-01-02"],
            id="days around a day",
        ),
        pytest.param({"type": "string", "format": "date"}, [], [None, "2000-01-01"], id="some day where none matters"),
        pytest.param(
            {"type": "array", "items": {"enum": ["a", "b"]}}, [], [None, ["a"], ["b"], ["a", "b"]], id="each, and all"
        ),
        pytest.param({"type": "array", "items": {"type": "string"}}, [], [None], id="a list of anything"),
        pytest.param({"type": "array", "items": True}, [], [None], id="a list of whatever"),
        pytest.param({"type": "object"}, [], [None], id="what no table asks for"),
        pytest.param({}, [], [None], id="nothing said"),
    ],
)
def test_a_question_is_answered_in_every_way_that_may_matter(question, edges, answers):
    assert samples.answers(question, edges) == answers


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=6))
def test_no_two_bounds_stand_side_by_side_untried(bounds):
    tried = samples.answers({"type": "integer"}, bounds)[1:]

    assert tried == sorted(set(tried))
    assert {number + step for number in bounds for step in (-1, 0, 1)} <= set(tried)
    assert all(isinstance(number, int) for number in tried)


@given(st.lists(st.decimals(-100, 100, places=2), min_size=1, max_size=6, unique=True))
def test_between_any_two_bounds_a_number_is_tried(bounds):
    tried = samples.answers({"type": "number"}, bounds)[1:]

    edges = sorted(map(float, bounds))
    for low, high in pairwise(edges):
        assert any(low < number < high for number in tried)
    assert (min(tried) < edges[0], max(tried) > edges[-1]) == (True, True)


@pytest.mark.parametrize("today", [TODAY, date(2024, 2, 29), date(2026, 12, 31), date(2026, 1, 1)])
@pytest.mark.parametrize("threshold", [1, 18, 60, 80])
def test_somebody_of_each_age_around_a_threshold_is_tried_on_any_day(today, threshold):
    ages = {age(date.fromisoformat(born), today) for born in samples.birthdays([threshold], today)[1:]}

    assert {0, threshold - 1, threshold, threshold + 1, samples.ELDEST} <= ages


@pytest.mark.parametrize("threshold", [1, 18, 60])
def test_somebody_turns_the_age_today_and_somebody_only_tomorrow(threshold):
    born = samples.birthdays([threshold], TODAY)

    assert {f"{2026 - threshold}-03-02", f"{2026 - threshold}-03-03"} <= set(born)


def test_nobody_is_born_tomorrow_or_before_the_eldest():
    born = [date.fromisoformat(day) for day in samples.birthdays([0, 200, "60", True], TODAY)[1:]]

    assert max(born) <= TODAY
    assert min(born) >= TODAY - timedelta(days=round(365.25 * (samples.ELDEST + 1)))
    assert born == sorted(born)


def test_a_birth_date_may_be_left_out():
    assert samples.birthdays([], TODAY)[0] is None


def test_all_ways_of_answering_are_combined_and_what_is_not_answered_is_left_out():
    asked = {"a": [None, 1], "b": ["x", "y"]}

    assert list(samples.combinations(asked)) == [
        {"b": "x"},
        {"b": "y"},
        {"a": 1, "b": "x"},
        {"a": 1, "b": "y"},
    ]
    assert samples.count(asked) == 4
    assert (samples.count({}), list(samples.combinations({}))) == (1, [{}])
