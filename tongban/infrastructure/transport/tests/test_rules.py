from datetime import UTC, datetime

import pytest

from tongban.infrastructure.transport import rules


def an_email(**changes):
    words = {"to": "lin@example.com", "subject": "受理通知", "text": "您的申请已受理。", "key": "notice:1"} | changes
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    return rules.compose(sender="noreply@city.example", sender_name="云泽市", at=at, **words)


@pytest.mark.parametrize("text", ["a@b.cn", "lin.xiaoyun+permit@mail.example.com"])
def test_it_takes_one_mail_address(text):
    assert rules.is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lin",
        "@b.cn",
        "a@",
        "a@b.cn, c@d.cn",
        "a b@c.cn",
        "a@b.cn\nBcc: x@y.cn",
        "a@-b.cn",
        "a@b..cn",
        "林@example.com",
        "x" * 250 + "@b.cn",
    ],
)
def test_it_refuses_what_is_not_one_mail_address(text):
    assert not rules.is_address(text)


def test_the_same_email_has_the_same_message_id():
    assert an_email()["Message-ID"] == an_email(text="另一天写的")["Message-ID"]
    assert an_email()["Message-ID"] != an_email(key="notice:2")["Message-ID"]


def test_a_line_break_in_the_subject_adds_no_header():
    message = an_email(subject="受理\r\nBcc: everyone@example.com")

    assert message["Bcc"] is None
    assert message["Subject"] == "受理 Bcc: everyone@example.com"


def test_chinese_arrives_readable():
    message = an_email()

    assert message.get_content().strip() == "您的申请已受理。"
    assert str(message["From"]) == "云泽市 <noreply@city.example>"
    assert all(byte < 128 for byte in message.as_bytes())
