"""What people type is cleaned in one way, and nothing that is a letter is lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.infrastructure.kernel import text

RARE = [
    "王\U0002ebf9辰",  # extension I
    "施\U00031350工员",  # extension H
    "杜明\U00030302",  # extension G
    "杜明\U0002bc21",
    "\U00022489明",
    "\U000323b0\U0003347b",  # not encoded when this was written
]


@pytest.mark.found("F1")
@pytest.mark.parametrize("name", RARE)
@pytest.mark.parametrize("clean", [text.prose, text.name, text.name_key])
def test_a_rare_character_is_a_letter(clean, name):
    assert clean(name) == name


@pytest.mark.found("F1")
@given(st.characters(min_codepoint=0xA0, exclude_categories=("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")))
def test_prose_loses_no_character_but_those_that_are_none(char):
    code = ord(char)
    nothing = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    encoded = unicodedata.normalize("NFC", char.translate(text._ENCODED))

    assert text.prose(f"甲{char}乙") == unicodedata.normalize("NFC", f"甲{encoded}乙") or nothing


@pytest.mark.found("F1")
@pytest.mark.parametrize(("old", "new"), [("\ue863", "䶮"), ("\ue81e", "\u9fb4"), ("\ue816", "\U00020087")])
def test_former_codes_of_gb_18030_are_todays_characters(old, new):
    assert text.name(f"试{old}") == f"试{new}"
    assert text.name_key(f"试{old}") == text.name_key(f"试{new}")


def test_the_table_of_former_codes_agrees_with_the_codec_where_it_knows_them():
    for old, new in text._ENCODED.items():
        known = chr(new).encode("gb18030")
        assert 0xE000 <= old <= 0xF8FF
        assert known.decode("gb18030") == chr(new)


@pytest.mark.found("F9")
@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("\u202d13900009999\u202c", "13900009999"),
        ("８６１９９００００３０１", "861990000301"),
        ("990103－20261128－38WZWAX", "990103-20261128-38WZWAX"),
        ("990103—20261128—38wzwax", "990103-20261128-38WZWAX"),
        ("990103\u200b-20261128-38WZWAX", "990103-20261128-38WZWAX"),
        ("٣٤٥", "345"),
        ("\U0001d7d9\U0001d7da", "12"),
    ],
)
def test_an_identifier_is_plain(typed, plain):
    assert text.identifier(typed) == plain


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("阿依努尔・试验", "阿依努尔·试验"),
        ("阿依努尔．试验", "阿依努尔·试验"),
        ("阿依努尔 · 试验", "阿依努尔·试验"),
        ("J. Smith", "J. Smith"),
        ("Tongban Co., Ltd.", "Tongban Co., Ltd."),
        ("  林\u3000晓云 ", "林 晓云"),
        ("试验\u200b戊", "试验戊"),
    ],
)
@pytest.mark.found("F10")
def test_a_name_has_the_dot_of_the_standard(typed, name):
    assert text.name(typed) == name


@pytest.mark.found("F7")
def test_a_line_break_is_one_character():
    typed = "\r\n".join(["一二三四五"] * 20)

    assert len(text.prose(typed, lines=True)) == 20 * 5 + 19
    assert "\n" not in text.prose(typed)


@pytest.mark.parametrize(
    ("typed", "phone"),
    [("8619900000301", "19900000301"), ("+86 199-0000-0301", "19900000301"), ("0990-55520088", "0990-55520088")],
)
def test_a_mobile_number_has_eleven_digits_however_it_is_typed(typed, phone):
    assert text.mobile(typed) == phone


@given(st.text(st.sampled_from("09٣９AXｘ王\U0002ebf9·・.-—  \u200b\u202a\ue863\n")))
def test_cleaning_twice_changes_nothing(typed):
    for clean in (text.prose, text.name, text.identifier, text.compact, text.mobile, text.address):
        assert clean(clean(typed)) == clean(typed)
    assert text.name_key(text.name(typed)) == text.name_key(typed)


@pytest.mark.parametrize(
    ("typed", "unsaved"), [("a\0b", True), ("\ud800", True), ("\ufdd0", True), ("王\U0002ebf9", False)]
)
def test_what_no_database_keeps_is_known(typed, unsaved):
    assert text.unsaved(typed) is unsaved
