"""Amounts in capitals, codes with their check figures, and what does not agree."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform.payments.rules.amounts import capitals, from_yuan, in_yuan
from tongban.platform.payments.rules.codes import is_payment_code, mod_11_10, payment_code, receipt_code
from tongban.platform.payments.rules.reconciling import FoundDifference, OurEntry, compared

SCHEME = {"area_digits": 6, "unit_digits": 3, "year_digits": 2, "random_digits": 8, "category": "01", "kind": "01"}


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角"),
        (100, "壹元整"),
        (140950, "壹仟肆佰零玖元伍角"),
        (600714, "陆仟零柒元壹角肆分"),
        (10700053, "壹拾万柒仟元零伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (2050, "贰拾元零伍角"),
        (10000000000, "壹亿元整"),
        (10001000000, "壹亿零壹万元整"),
        (1000000100, "壹仟万零壹元整"),
    ],
)
def test_an_amount_is_written_in_capitals_as_cheques_have_it(fen, words):
    assert capitals(fen) == words


def test_no_amount_below_nothing_is_written():
    with pytest.raises(ValueError, match="-1"):
        capitals(-1)


@pytest.mark.parametrize("text", ["", "1.234", "-1", "1,000", "１２", "abc", "."])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="no amount"):
        from_yuan(text)


@given(st.integers(0, 10**12))
def test_what_is_written_in_yuan_is_read_again(fen):
    assert from_yuan(in_yuan(fen)) == fen


def test_a_payment_code_names_area_office_and_year():
    code = payment_code(SCHEME, area="990102", unit="017", on=date(2026, 3, 2), chance="12345678")

    assert code[:-1] == "9901020172612345678"
    assert is_payment_code(code)


def test_the_check_figure_is_that_of_the_standard():
    assert mod_11_10("0794") == "5"  # ISO/IEC 7064, the example of its clause for MOD 11,10


@given(st.text("0123456789", min_size=19, max_size=19), st.integers(0, 19), st.integers(1, 9))
def test_a_mistyped_figure_makes_it_no_payment_code(body, place, more):
    code = body + mod_11_10(body)
    wrong = code[:place] + str((int(code[place]) + more) % 10) + code[place + 1 :]

    assert is_payment_code(code)
    assert not is_payment_code(wrong)


def test_a_receipt_code_names_region_category_kind_and_year():
    assert receipt_code(SCHEME, area="990102", on=date(2026, 3, 2)) == "99010126"


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ({"a": OurEntry(100, 100, 100)}, {"a": 100}, []),
        ({"a": OurEntry(100, 100, None)}, {"a": 100}, []),
        ({}, {"a": 100}, [FoundDifference("missing-here", "a", None, 100)]),
        ({"a": OurEntry(100, 100, 100)}, {}, [FoundDifference("missing-there", "a", 100, None)]),
        ({"a": OurEntry(100, 100, 100)}, {"a": 99}, [FoundDifference("amount", "a", 100, 99)]),
        ({"a": OurEntry(100, 0, 100)}, {"a": 100}, [FoundDifference("ledger", "a", 0, 100)]),
        ({"a": OurEntry(100, 100, 0)}, {"a": 100}, [FoundDifference("receipt", "a", 0, 100)]),
    ],
)
def test_each_kind_of_difference_is_named(ours, theirs, found):
    assert compared(ours, theirs) == found
