"""What reads the pages sees what is wrong with them: each fault is planted once."""

import pytest
from django.http import HttpResponse

from tests.faults.hostile_inputs import SCRIPT, nothing_is_lost, same
from tests.faults.html_page import Page

WHOLE = """<main><div class="errors"><ul><li><a href="#q-seats">座位数：请填写数字。</a></li></ul></div>
<form><div class="field"><label for="q-seats">座位数</label><p class="field__error">请填写数字。</p>
<input id="q-seats" name="seats" value="很多"></div><textarea name="words">
甲&lt;script&gt;alert(1)&lt;/script&gt;</textarea></form></main>"""
PLANTED = {
    "no summary": ('<li><a href="#q-seats">座位数：请填写数字。</a></li>', ""),
    "a line that leads nowhere": ('href="#q-seats"', 'href="#q-seat"'),
    "nothing at the field": ('<p class="field__error">请填写数字。</p>', ""),
    "something else at the field": ('<p class="field__error">请填写数字。</p>', '<p class="field__error">错了。</p>'),
    "English": ("请填写数字。", "Write a number."),
    "a fault only at the field": ("</form>", '<div class="field"><p class="field__error">请选择。</p></div></form>'),
}


def page(html: str) -> Page:
    return Page(HttpResponse(html, status=422))


def test_a_page_that_tells_everything_passes():
    shown = page(WHOLE)

    shown.is_told_well()
    shown.is_safe(SCRIPT)
    nothing_is_lost(shown, [("seats", "很多"), ("words", f"甲{SCRIPT}"), ("elsewhere", "x")])
    assert shown.fault_of("seats") == "请填写数字。"
    assert shown.controls == {"seats": ["很多"], "words": [f"甲{SCRIPT}"]}


@pytest.mark.parametrize("what", PLANTED)
def test_a_fault_that_is_told_badly_is_seen(what):
    old, new = PLANTED[what]
    assert old in WHOLE

    with pytest.raises(AssertionError):
        page(WHOLE.replace(old, new)).is_told_well()


@pytest.mark.parametrize(
    "markup",
    [
        SCRIPT,
        '<p onclick="x">',
        '<a href="javascript:x">',
        '<a href="data:text/html,x">',
        "<script type=module>x</script>",
    ],
)
def test_markup_that_came_in_is_seen(markup):
    with pytest.raises(AssertionError):
        page(WHOLE.replace("甲", f"甲{markup}")).is_safe(SCRIPT)


@pytest.mark.parametrize("lost", ['value="很多"', "甲&lt;script&gt;"])
def test_what_was_lost_is_seen(lost):
    with pytest.raises(AssertionError):
        nothing_is_lost(page(WHOLE.replace(lost, "")), [("seats", "很多"), ("words", f"甲{SCRIPT}")])


@pytest.mark.parametrize(
    ("typed", "shown", "fits"),
    [
        ("  甲\x00乙 ", "甲 乙", True),
        ("007", "7", True),
        ("1.50", "1.5", True),
        ("\ud800", "\ufffd", False),
        ("甲乙", "甲", False),
        ("12", "13", False),
    ],
)
def test_what_counts_as_the_same(typed, shown, fits):
    assert same(typed, shown) == fits
