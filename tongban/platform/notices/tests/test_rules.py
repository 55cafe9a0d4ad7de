import pytest

from tongban.platform.notices import rules


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("", True),
        ("/cases/1/", True),
        ("//evil.example", False),
        ("/\\evil", False),
        ("https://evil.example", False),
        ("javascript:x", False),
    ],
)
def test_a_notice_leads_only_into_this_house(url, local):
    assert rules.is_local(url) is local


def test_a_letter_says_what_happened_and_where_to_go_on():
    text = rules.letter(
        greeting="林晓云：",
        body="您的申请已受理。",
        link="https://city.example/x",
        where="请点击：",
        footer="请勿回复。",
    )

    assert text == "林晓云：\n\n您的申请已受理。\n\n请点击：\nhttps://city.example/x\n\n-- \n请勿回复。\n"


def test_a_letter_without_a_matter_has_no_link():
    assert "请点击" not in rules.letter(
        greeting="您好", body="系统维护。", link="", where="请点击：", footer="请勿回复。"
    )
