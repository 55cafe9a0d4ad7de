"""A form in two languages: what is written in English is read in English, what is not stays Chinese and says so."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from tongban.infrastructure.kernel.wording import InChinese
from tongban.platform.eforms import services as eforms
from tongban.platform.eforms.templatetags.eforms import eform_step
from tongban.platform.eforms.tests.forms import GOOD, bent

pytestmark = pytest.mark.found("B3")

ENGLISH = {
    "layout.0.title_en": "The operator",
    "layout.0.intro_en": "Look through it.",
    "layout.0.fields.0.label_en": "Name",
    "layout.2.title_en": "Equipment",
    "layout.2.fields.0.label_en": "Main equipment",
    "layout.2.fields.0.columns.0.label_en": "What it is",
}


@pytest.fixture
def form():
    return eforms.load(bent(**ENGLISH))


def drawn(form, step, language):
    with translation.override(language):
        return render_to_string("eforms/step.html", eform_step(form.spoken(), step, GOOD))


def test_a_form_is_asked_in_the_language_of_its_reader(form):
    with translation.override("en"):
        step = form.spoken().steps(GOOD)[0]
        assert (step.title, step.intro, step.fields[0].label) == ("The operator", "Look through it.", "Name")
    with translation.override("zh-hans"):
        assert form.spoken().steps(GOOD)[0].title == "经营者"


def test_what_is_wrong_is_said_with_the_english_label(form):
    with translation.override("en"):
        assert form.spoken().problems({**GOOD, "name": "禾"})["name"] == [
            "“Name” is too short: write at least 2 characters."
        ]
        rows = form.spoken().problems({**GOOD, "equipment": [{"count": 1}]})
        assert rows == {"equipment.0.what": ["“Main equipment”, row 1: Fill in “What it is”."]}


def test_a_page_says_once_that_some_of_it_is_in_chinese_only(form):
    page = drawn(form, "operator", "en")

    assert page.count("in Chinese only") == 1
    assert '<span lang="zh-CN">统一社会信用代码</span>' in page
    assert "只有中文" not in drawn(form, "operator", "zh-hans")


def test_a_page_wholly_in_english_says_nothing():
    whole = eforms.load(bent(**ENGLISH, **{"layout.2.fields.0.columns.1.label_en": "How many"}))

    assert "in Chinese only" not in drawn(whole, "equipment", "en")


def test_what_nobody_wrote_in_english_is_known_to_be_chinese(form):
    with translation.override("en"):
        assert isinstance(form.spoken().fields["uscc"].label, InChinese)
        assert not isinstance(form.spoken().fields["name"].label, InChinese)


@pytest.mark.parametrize(
    ("key", "value"),
    [("label_en", " "), ("label_en", 7), ("label_en", "The 名称"), ("format_en", "There is no such text in Chinese.")],
)
def test_english_that_is_none_cannot_be_published(key, value):
    problems = eforms.check(bent(**{f"layout.0.fields.0.{key}": value}))

    assert [problem.place for problem in problems] == [f"layout[operator].fields[name].{key}"]
