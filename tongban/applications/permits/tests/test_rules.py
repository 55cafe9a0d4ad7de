from datetime import date

import pytest

from tongban.applications.permits import rules


@pytest.mark.parametrize(
    ("result", "start", "end"),
    [
        ({"valid_years": 5}, date(2026, 11, 22), date(2031, 11, 21)),
        ({"valid_years": 1}, date(2028, 2, 29), date(2029, 2, 28)),
        ({"valid_days": 30}, date(2026, 3, 2), date(2026, 3, 31)),
        ({"validity": "long"}, date(2026, 3, 2), None),
    ],
)
def test_a_licence_is_valid_until_the_day_before_its_anniversary(result, start, end):
    assert rules.valid_until(result, start) == end
