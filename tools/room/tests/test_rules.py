import pytest

from tongban.applications.newroom import rules


@pytest.mark.parametrize(
    ("words", "problem"), [("您好", ""), ("", "empty"), (" \n", "empty"), ("字" * 500, ""), ("字" * 501, "long")]
)
def test_what_may_be_written(words, problem):
    assert rules.problem(words) == problem
