"""From nobody to somebody who acts for a company: register, step up, take the company, sign in by passkey, apply."""

import re
import time
from dataclasses import replace

import pytest

from tests.cast import FLOOR_PLAN, RULES, elsewhere, example
from tests.journeys.conftest import Visitor
from tests.journeys.test_passkey import with_device
from tests.running import House

pytestmark = [pytest.mark.journey, pytest.mark.slow]

# Who heads the company by the register, and has no account yet.
NAME, NUMBER, COMPANY, CODE = "何香", "990102197811233625", "云泽市禾香餐饮有限公司", "91990102MA99H00124"
MAIL, LOGIN, PASSWORD = "head@yunze.example", "he.xiang", "湖边的早餐铺2026"


@pytest.mark.requirement("PLT-A-07")
def test_somebody_registers_steps_up_and_applies_for_the_company_they_head(house: House, visit_at):
    visitor: Visitor = visit_at(house, "phone")
    register(visitor, house)
    step_up(visitor)
    visitor.go("/assurance/organisation/")
    visitor.page.fill("input[name=name]", COMPANY)
    visitor.page.fill("input[name=uscc]", CODE)
    visitor.look("trust-organisation")
    visitor.click("比对")
    visitor.sees(COMPANY)

    # Passkeys belong to a name.
    visitor = visit_at(replace(house, url=house.url.replace("127.0.0.1", "localhost")), "phone")
    with_device(visitor)
    visitor.sign_in(LOGIN, PASSWORD)
    sign_in_by_passkey(visitor)
    visitor.act_for(COMPANY)
    answers = elsewhere(example("food-business")["answers"])
    matter = visitor.apply("food-business", answers, {"floor-plan": FLOOR_PLAN, "safety-rules": RULES})
    visitor.go(matter.page)
    visitor.sees(matter.number, COMPANY)


def register(visitor: Visitor, house: House) -> None:
    visitor.go("/assurance/register/")
    visitor.page.fill("input[name=contact]", MAIL)
    visitor.page.check("input[name=agreed]")
    visitor.look("trust-register")
    visitor.click("发送验证码")
    visitor.page.fill("input[name=code]", code_from(house))
    for name, value in {"login": LOGIN, "name": NAME, "password": PASSWORD}.items():
        visitor.page.fill(f"input[name={name}]", value)
    visitor.look("trust-open")
    visitor.click("开通账户")
    visitor.sees("账户已开通")
    visitor.sign_in(LOGIN, PASSWORD)


def code_from(house: House) -> str:
    """Wait for the code that comes by mail."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for letter in house.letters():
            if letter.to == MAIL and (found := re.search(r"(?<!\d)\d{6,8}(?!\d)", letter.text)):
                return found[0]
        time.sleep(0.2)
    raise AssertionError("no code came by mail")


def step_up(visitor: Visitor) -> None:
    """Be compared with the register, and verified by the outside service, whose counterpart asks what to say."""
    visitor.go("/assurance/step-up/?level=3")
    visitor.follow("核对姓名和号码")
    visitor.page.fill("input[name=name]", NAME)
    visitor.page.fill("input[name=id_number]", NUMBER)
    visitor.click("比对")
    visitor.look("trust-step-up")
    visitor.follow("继续核验")
    visitor.page.check("input[name=consent]")
    visitor.look("trust-consent")
    visitor.click("同意并继续")
    visitor.follow("前往核验服务")
    visitor.page.get_by_role("button", name="核验通过").click()
    visitor.page.wait_for_url(f"{visitor.house.url}/**")
    visitor.sees("您已通过实人核验。")
    visitor.go("/assurance/")
    visitor.look("trust-levels")


def sign_in_by_passkey(visitor: Visitor) -> None:
    visitor.go("/signin/")
    visitor.follow("添加通行密钥")
    visitor.page.fill("input[name=title]", "我的手机")
    visitor.click("创建通行密钥")
    visitor.sees("您的恢复码")
    visitor.context.clear_cookies()
    visitor.go("/identity/sign-in/?next=/signin/")
    visitor.follow("用通行密钥登录")
    visitor.click("使用通行密钥")
    visitor.sees("我的手机")
