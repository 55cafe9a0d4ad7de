from datetime import date
from decimal import Decimal

import pytest

from tongban.applications.ratings import rules

TERMS = rules.Terms(
    valid_from=date(2021, 1, 1),
    source="a rule",
    window_days=30,
    rectify_workdays=15,
    good_from_stars=3,
    stars={"1": 5, "2": 4, "3": 3, "4": 2, "5": 1},
    reasons={"late": "超过承诺时限"},
)


def test_the_window_ends_so_many_days_after_the_question():
    assert TERMS.closes_on(date(2026, 3, 2)) == date(2026, 4, 1)


@pytest.mark.parametrize(("grade", "good"), [("1", True), ("2", True), ("3", True), ("4", False), ("5", False)])
def test_the_codes_count_the_other_way_round_than_the_stars(grade, good):
    assert TERMS.is_good(grade) is good
    assert TERMS.stars[grade] == 6 - int(grade)


def test_an_unknown_key_in_the_terms_is_refused():
    with pytest.raises(TypeError, match="windows"):
        rules.read({"terms": [{**vars(TERMS), "windows": 3}]})


@pytest.mark.parametrize(
    ("grade", "reasons", "words", "found"),
    [
        ("1", [], "", {}),
        ("3", [], "", {}),
        ("4", ["late"], "", {}),
        ("5", [], "等了一个月", {}),
        ("5", [], "  ", {"reasons": "no-reason"}),
        ("5", ["weather"], "", {"reasons": "unknown-reason"}),
        ("", [], "", {"grade": "unknown-grade"}),
        ("6", [], "", {"grade": "unknown-grade"}),
    ],
)
def test_a_low_grade_says_why(grade, reasons, words, found):
    assert rules.faults(grade, reasons, words, TERMS) == found


@pytest.mark.parametrize(
    ("good", "given", "percent"), [(0, 0, None), (0, 3, "0.0"), (2, 3, "66.7"), (1, 8, "12.5"), (7, 7, "100.0")]
)
def test_silence_is_not_praise(good, given, percent):
    assert rules.good_percent(good, given) == (percent and Decimal(percent))
