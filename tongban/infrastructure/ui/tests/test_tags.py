import re
from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils import translation

from tongban.infrastructure.kernel.money import Money


def rendered(text, **context):
    return engines["django"].from_string("{% load ui %}" + text).render(context)


@pytest.mark.parametrize(("fen", "shown"), [(12345678, "¥123,456.78"), (0, "¥0.00"), (Money(5), "¥0.05"), (None, "")])
def test_yuan_writes_fen_as_yuan(fen, shown):
    assert rendered("{{ fen|yuan }}", fen=fen) == shown


def test_a_day_is_written_as_people_write_it():
    with translation.override("zh-hans"):
        assert rendered("{{ d|day }}", d=date(2026, 3, 5)) == "2026年3月5日"
    with translation.override("en"):
        assert rendered("{{ d|day }}", d=date(2026, 3, 5)) == "5 March 2026"


def test_a_moment_is_shown_on_the_citys_clock():
    with translation.override("zh-hans"):
        assert rendered("{{ m|moment }}", m=datetime(2026, 3, 5, 16, 30, tzinfo=UTC)) == "2026年3月6日 00:30"


@pytest.mark.found("J-HTML")
def test_a_moment_is_written_for_machines_as_html_wants_it():
    exact = datetime(2026, 3, 5, 16, 30, 7, 123456, tzinfo=UTC)

    assert rendered("{{ m|instant }}", m=exact) == "2026-03-06T00:30:07+08:00"
    assert rendered("{{ d|instant }}{{ n|instant }}", d=date(2026, 3, 5), n=None) == "2026-03-05"


def test_no_day_is_shown_as_nothing():
    assert rendered("{{ d|day }}{{ d|moment }}{{ d|masked }}", d=None) == ""


def test_crumbs_lead_up_from_where_the_page_lies():
    shown = rendered('{% crumbs "/" "首页" "hall:ui:components" "组件" here=title %}', title="<b>")

    assert re.findall(r"<li>(.*?)</li>", shown) == [
        '<a href="/">首页</a>',
        '<a href="/ui/components/">组件</a>',
        '<span aria-current="page">&lt;b&gt;</span>',
    ]


def test_an_icon_says_nothing_to_a_screen_reader():
    assert 'aria-hidden="true"' in rendered("{% icon 'search' %}")


@pytest.mark.found("B13")
@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("请拨打12345或者0990-55510101。", ["12345", "0990-55510101"]),
        ("400-820-8820，13800000000", ["400-820-8820", "13800000000"]),
        ("110", ["110"]),
        ("¥12345、91990102MA99H00124、2026-11-28、9:00—12:00、12345.67 元、100 号、123456", []),
        (None, []),
    ],
)
def test_the_telephone_numbers_of_a_text_can_be_dialled(text, numbers):
    shown = rendered("{{ t|dial }}", t=text)

    assert re.findall('href="tel:([^"]*)"', shown) == numbers
    assert re.sub("<[^>]*>", "", shown) == (text or "")


def test_a_text_with_a_number_stays_text():
    assert rendered("{{ t|dial }}", t="<b>110") == "&lt;b&gt;110"
