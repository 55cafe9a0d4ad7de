"""A number says what a letter does, in which year, and what it is about."""

from tongban.platform.letters.rules import number


def test_a_number_has_mark_year_and_serial():
    assert number(mark="受", year=2026, serial="7F3K2QX") == "受字〔2026〕7F3K2QX号"


def test_a_second_letter_of_its_kind_says_so():
    assert number(mark="特", year=2026, serial="7F3K2QX", turn=2) == "特字〔2026〕7F3K2QX号之2"
