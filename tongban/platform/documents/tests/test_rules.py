from datetime import date

import pytest

from tongban.platform.documents import rules


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 22), "二〇二六年十一月二十二日"),
        (date(2020, 1, 10), "二〇二〇年一月十日"),
        (date(2026, 10, 30), "二〇二六年十月三十日"),
        (date(2026, 12, 1), "二〇二六年十二月一日"),
    ],
)
def test_a_date_is_written_in_chinese_numerals(day, written):
    assert rules.hanzi_date(day) == written


@pytest.mark.parametrize(("origin", "trust"), [("issued", "A"), ("fetched", "A"), ("field", "B"), ("uploaded", "C")])
def test_trust_begins_with_the_origin(origin, trust):
    assert rules.trust_of(origin) == trust
