"""Text messages by the protocol of Alibaba Cloud, against a provider in a process of its own."""

import json
from datetime import UTC, datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.transport import rules
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.transport.adapters.aliyun import canonical_query, signed
from tongban.infrastructure.transport.ports import Rejected, Unreachable
from tongban.infrastructure.transport.tests.texting import texting

PHONE = "13900000001"
CODE = {"code": "314159", "minutes": "15"}


@pytest.fixture(scope="module")
def _provider(tmp_path_factory):
    yield from texting(tmp_path_factory.mktemp("texting"))


@pytest.fixture
def provider(_provider, settings):
    settings.SMS_ALIYUN, settings.SMS_TIMEOUT_SECONDS = str(_provider.account), 2.0
    _provider.faults()
    return _provider


def send(**more) -> None:
    transport.send_text(**{"to": PHONE, "template": "code", "words": CODE, "key": "registration:1", **more})


def test_the_signature_is_the_one_that_the_provider_publishes():
    headers = signed(
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        params={"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"},
        at="2023-10-26T10:22:32Z",
        nonce="3156853299f313e23d1673dc12e1703d",
        key=("YourAccessKeyId", "YourAccessKeySecret"),
    )

    assert headers["Authorization"].endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_a_message_arrives_in_the_words_of_the_template(provider):
    send()

    assert provider.texts()[0] == (
        PHONE,
        "【云泽市政务服务】您的验证码是314159，15分钟内有效。如非本人操作，请忽略本短信。",
    )


def test_a_long_title_is_cut_to_what_a_template_takes(provider):
    send(template="notice", words={"title": "您的办件" * 20 + " https://yunze.example/x"})

    assert f"新消息：{'您的办件' * 8}您的…。" in provider.texts()[0][1]


@pytest.mark.parametrize(
    "number", ["", "12345", "139000000011", "99900000001", "１３９００００００１１", "13900000001,1"]
)
def test_what_is_no_mobile_number_is_rejected_before_anything_is_sent(provider, number):
    before = len(provider.texts())

    with pytest.raises(Rejected):
        send(to=number)
    assert len(provider.texts()) == before


def test_a_number_that_the_provider_refuses_is_rejected_for_good(provider):
    provider.faults(refused=1)

    with pytest.raises(Rejected):
        send()


@pytest.mark.parametrize("fault", ["busy", "time_out"])
def test_a_provider_that_is_busy_or_silent_is_asked_again_later(provider, settings, fault):
    settings.SMS_TIMEOUT_SECONDS = 0.3
    provider.faults(**{fault: 1})

    with pytest.raises(Unreachable) as told:
        send()
    assert CODE["code"] not in str(told.value)
    assert PHONE not in str(told.value)


def other_account(provider, settings, tmp_path, **other) -> None:
    file = tmp_path / "other.json"
    file.write_text(json.dumps({**provider.said, **other}))
    settings.SMS_ALIYUN = str(file)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"access_key_secret": "another"}, "SignatureDoesNotMatch"),
        ({"access_key_id": "another"}, "InvalidAccessKeyId.NotFound"),
        ({"sign_name": "别的签名"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"templates": {"code": "SMS_1", "notice": "SMS_2"}}, "isv.SMS_TEMPLATE_ILLEGAL"),
    ],
)
def test_a_wrong_account_is_a_fault_of_the_settings_and_no_message_is_lost(provider, settings, tmp_path, wrong, code):
    other_account(provider, settings, tmp_path, **wrong)

    with pytest.raises(Unreachable, match=code):
        send()


def test_a_call_that_somebody_repeats_is_refused(provider):
    params = {"PhoneNumbers": PHONE, "SignName": "云泽市政务服务", "TemplateCode": "SMS_100000001"}
    said = provider.said
    key = (said["access_key_id"], said["access_key_secret"])
    host = urlsplit(provider.base).netloc
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    headers = signed(
        host=host, action="SendSms", version="2017-05-25", params=params, at=at, nonce=ids.token(32), key=key
    )
    codes = []
    for _ in range(2):
        connection = HTTPConnection(host, timeout=5)
        connection.request("POST", f"/?{canonical_query(params)}", headers=headers)
        codes.append(json.loads(connection.getresponse().read())["Code"])
        connection.close()

    assert codes == ["isv.INVALID_JSON_PARAM", "SignatureNonceUsed"]


def test_the_page_of_connections_says_which_provider_is_in_use_and_what_is_wrong(provider, settings, tmp_path):
    assert "模拟" in str(transport.texts_in_use())
    assert transport.check_texts() == []

    other_account(provider, settings, tmp_path, access_key_secret="another")
    assert transport.check_texts() == ["SignatureDoesNotMatch"]

    settings.SMS_ALIYUN = str(tmp_path / "nowhere.json")
    assert "nowhere.json" in str(transport.check_texts()[0])

    settings.SMS_ALIYUN = ""
    assert "SMS_ALIYUN" in str(transport.texts_in_use())
    assert transport.check_texts() == []


def test_without_a_provider_nothing_is_promised(settings):
    settings.SMS_ALIYUN = ""

    assert not transport.texts_can_be_sent()
    with pytest.raises(Unreachable):
        send()


def test_a_word_for_a_template_is_one_line_without_addresses():
    assert rules.fit_for_template("【通知】请看\nhttps://yunze.example/a 谢谢") == "通知 请看 谢谢"
