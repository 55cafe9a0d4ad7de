"""A passkey in a real browser, whose device is Chromium's own (CDP, domain WebAuthn)."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import Visitor
from tests.running import House

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def visitor(house: House, visit_at) -> Visitor:
    """Come by a name, for passkeys belong to one; with a device that knows its owner."""
    visitor = visit_at(replace(house, url=house.url.replace("127.0.0.1", "localhost")), "phone")
    with_device(visitor)
    return visitor


def with_device(visitor: Visitor) -> None:
    """Give somebody a device that knows its owner."""
    cdp = visitor.context.new_cdp_session(visitor.page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_somebody_adds_a_passkey_and_signs_in_with_it(visitor):
    visitor.sign_in("lin.xiaoyun")
    visitor.go("/signin/")
    visitor.look("signin-factors")
    visitor.follow("添加通行密钥")
    visitor.look("signin-add-passkey")
    visitor.page.fill("input[name=title]", "我的手机")
    visitor.click("创建通行密钥")
    visitor.sees("您的恢复码")
    visitor.look("signin-recovery-codes")
    visitor.go("/signin/app/")
    visitor.look("signin-app")

    visitor.context.clear_cookies()
    visitor.go("/identity/sign-in/?next=/signin/")
    visitor.look("signin-start")
    visitor.follow("用通行密钥登录")
    visitor.look("signin-passkey")
    visitor.click("使用通行密钥")

    assert urlsplit(visitor.page.url).path == "/signin/"
    visitor.sees("我的手机")
    visitor.look("signin-with-passkey")
    assert not visitor.script_errors
