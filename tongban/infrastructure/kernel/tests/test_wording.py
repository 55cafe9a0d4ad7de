"""Texts in Chinese, and perhaps in English: which of the two a reader gets, and how they are told apart."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel import wording
from tongban.infrastructure.kernel.wording import InChinese


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("language", "reads"), [("en", True), ("en-gb", True), ("zh-hans", False), ("de", False), (None, False)]
)
def test_who_reads_in_english(language, reads):
    with translation.override(language):
        assert wording.english() is reads


@pytest.mark.parametrize("english", ["Floor plan", ""])
def test_a_chinese_reader_gets_the_chinese(english):
    with translation.override("zh-hans"):
        assert wording.worded("平面图", english) == "平面图"
        assert not isinstance(wording.worded("平面图", english), InChinese)


@pytest.mark.usefixtures("english")
def test_an_english_reader_gets_the_english_or_chinese_that_is_marked():
    assert wording.worded("平面图", "Floor plan") == "Floor plan"
    assert wording.worded("平面图") == "平面图"
    assert isinstance(wording.worded("平面图"), InChinese)
    assert not isinstance(wording.worded("平面图", "Floor plan"), InChinese)


@pytest.mark.usefixtures("english")
def test_nothing_is_nothing_in_either_language():
    assert wording.worded("", "Floor plan") == ""
    assert not isinstance(wording.worded(""), InChinese)


DATA = {
    "name": "食品经营许可",
    "english": "Food business licence",
    "summary": "说明",
    "summary_english": "Summary",
    "law": "食品安全法",
    "code": "food-business",
    "days": 20,
    "open": True,
    "materials": [{"name": "平面图", "english": "Floor plan"}, {"name": "制度"}],
}


@pytest.mark.usefixtures("english")
def test_data_is_worded_throughout_for_an_english_reader():
    said = wording.all_worded(DATA)

    assert said["name"] == "Food business licence"
    assert said["summary"] == "Summary"
    assert isinstance(said["law"], InChinese)
    assert said["materials"][0]["name"] == "Floor plan"
    assert isinstance(said["materials"][1]["name"], InChinese)
    assert (said["code"], said["days"], said["open"]) == ("food-business", 20, True)
    assert not isinstance(said["code"], InChinese)


def test_data_stays_what_it_is_for_a_chinese_reader():
    with translation.override("zh-hans"):
        assert wording.all_worded(DATA) is DATA


@pytest.mark.usefixtures("english")
def test_wording_changes_nothing_in_what_it_was_given():
    before = repr(DATA)
    wording.all_worded(DATA)

    assert repr(DATA) == before


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        (InChinese("平面图"), True),
        ("平面图", False),
        ("plan", False),
        (["plan", InChinese("平面图")], True),
        (("plan", InChinese("平面图")), True),
        ({"a": {"b": [InChinese("平面图")]}}, True),
        ({InChinese("平面图"): "plan"}, False),
        ([], False),
        (None, False),
        (7, False),
    ],
)
def test_a_page_knows_whether_it_shows_what_is_in_chinese_only(value, holds):
    assert wording.in_chinese(value) is holds


@pytest.mark.parametrize(("text", "chinese"), [("张三说", True), ("Zhang", False), ("", False), ("Zhang 三", True)])
def test_what_people_wrote_in_chinese_is_marked_for_english_readers_only(text, chinese):
    with translation.override("en"):
        assert wording.is_chinese(text) is chinese
    with translation.override("zh-hans"):
        assert not wording.is_chinese(text)


@pytest.mark.usefixtures("english")
def test_records_are_kept_in_the_houses_language_whoever_reads_the_page():
    assert wording.recorded(gettext_lazy("You do not have the duty needed for this.")) == "您没有办理此事所需的职责。"
    assert translation.get_language() == "en"
